package fault

import (
	"cmp"
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"example.com/pipesfake/scenarios"
)

// MaxBuckets is how many users or keys a rate limit remembers. Beyond it, the one whose last call is the oldest counts
// as one that never called.
const MaxBuckets = 100_000

// maxBucketName is how many bytes of a user or key are stored as they are; a hash stands for longer ones.
const maxBucketName = 255

// buckets are the token buckets of a rate limit, by user or key, ordered by their last call. The zero buckets are
// ready to use.
type buckets struct {
	byName map[string]*list.Element // of *bucket
	recent *list.List               // the one called longest ago first
}

// bucket stores only when it will be full again (the generic cell rate algorithm): a call takes as much as flows in
// between two.
type bucket struct {
	name   string
	fullAt time.Time
}

// take takes a token for a call, or returns how long it takes until there is one.
func (b *buckets) take(limit scenarios.RateLimit, c Call) (wait time.Duration) {
	name := c.APIKey
	if limit.By == scenarios.ByUser {
		name = c.Key.User
	}
	if len(name) > maxBucketName {
		hash := sha256.Sum256([]byte(name))
		name = "sha256:" + hex.EncodeToString(hash[:])
	}
	apart := limit.Per / time.Duration(limit.Requests)
	fullAt := c.Now
	if known := b.byName[name]; known != nil && known.Value.(*bucket).fullAt.After(c.Now) {
		fullAt = known.Value.(*bucket).fullAt
	}
	if latest := c.Now.Add(limit.Per); fullAt.After(latest) { // the clock was set back
		fullAt = latest
		b.put(name, fullAt) // so that it fills from now on
	}
	if wait = fullAt.Sub(c.Now) - (limit.Per - apart); wait > 0 {
		return wait
	}
	b.put(name, fullAt.Add(apart))
	b.dropFull(c.Now)
	return 0
}

// put stores a bucket as the one called last.
func (b *buckets) put(name string, fullAt time.Time) {
	if known := b.byName[name]; known != nil {
		known.Value.(*bucket).fullAt = fullAt
		b.recent.MoveToBack(known)
		return
	}
	if b.byName == nil {
		b.byName, b.recent = map[string]*list.Element{}, list.New()
	}
	b.byName[name] = b.recent.PushBack(&bucket{name, fullAt})
	if len(b.byName) > MaxBuckets {
		b.drop(b.recent.Front())
	}
}

// dropFull forgets those called longest ago that are full again, which changes nothing. Each call stores at most one
// bucket, so this costs constant time a call.
func (b *buckets) dropFull(now time.Time) {
	for {
		oldest := b.recent.Front()
		if oldest == nil || oldest.Value.(*bucket).fullAt.After(now) {
			return
		}
		b.drop(oldest)
	}
}

func (b *buckets) drop(old *list.Element) {
	b.recent.Remove(old)
	delete(b.byName, old.Value.(*bucket).name)
}

// HasCountedCalls reports whether a rate limit still counts calls of somebody at an instant.
func (a *Active) HasCountedCalls(now time.Time) bool {
	return slices.ContainsFunc(a.Buckets.all(), func(one bucket) bool { return one.fullAt.After(now) })
}

// all lists the buckets, the one called longest ago first.
func (b buckets) all() (all []bucket) {
	if b.recent != nil {
		for e := b.recent.Front(); e != nil; e = e.Next() {
			all = append(all, *e.Value.(*bucket))
		}
	}
	return all
}

func (b buckets) clone() (cloned buckets) {
	for _, one := range b.all() {
		cloned.put(one.name, one.fullAt)
	}
	return cloned
}

// MarshalJSON writes when each bucket will be full, by name.
func (b buckets) MarshalJSON() ([]byte, error) {
	var times map[string]time.Time
	for _, one := range b.all() {
		if times == nil {
			times = map[string]time.Time{}
		}
		times[one.name] = one.fullAt
	}
	return json.Marshal(times)
}

// UnmarshalJSON reads what MarshalJSON wrote. The order of the last calls is lost; that of the times is close to it.
func (b *buckets) UnmarshalJSON(text []byte) error {
	var times map[string]time.Time
	if err := json.Unmarshal(text, &times); err != nil {
		return err
	}
	read := make([]bucket, 0, len(times))
	for name, fullAt := range times {
		read = append(read, bucket{name, fullAt})
	}
	slices.SortFunc(read, func(a, b bucket) int {
		return cmp.Or(a.fullAt.Compare(b.fullAt), cmp.Compare(a.name, b.name))
	})
	*b = buckets{}
	for _, one := range read {
		b.put(one.name, one.fullAt)
	}
	return nil
}

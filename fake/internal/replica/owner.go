package replica

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/internal/apikey"
)

// Owner is who serves an environment.
type Owner struct {
	IsHere bool
	URL    string // of another replica; empty if nobody serves it now
	IsFull bool   // it is new, and there are too many environments
}

// Owner returns who serves an environment. If nobody does, this server becomes its owner, and has it in memory when
// Owner returns. An error says that the store cannot be asked.
func (m *Member) Owner(ctx context.Context, name string) (Owner, error) {
	m.handing.wait(ctx, name)
	if m.host.Holds(name) && m.IsAlive() {
		return Owner{IsHere: true}, nil
	}
	if url := m.owners.get(name); url != "" {
		return Owner{URL: url}, nil
	}
	found, err, _ := m.adopting.Do(name, func() (any, error) { return m.claim(context.WithoutCancel(ctx), name) })
	if err != nil {
		return Owner{}, err
	}
	return found.(Owner), nil
}

// Forget makes the next Owner of an environment ask the store: the replica that it named does not serve it.
func (m *Member) Forget(name string) { m.owners.remove(name) }

// claim asks the store for the owner of an environment, and becomes it if there is none.
func (m *Member) claim(ctx context.Context, name string) (Owner, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*lifetime)
	defer cancel()
	isHeld := m.host.Holds(name) // another call claimed it just now
	if isHeld && m.IsAlive() {
		return Owner{IsHere: true}, nil
	}
	id, canClaim := m.session()
	if id == "" {
		return Owner{}, fmt.Errorf("this replica is not announced in the store")
	}
	if !canClaim || isHeld { // Claim would void what is being saved
		return m.other(ctx, name)
	}
	limit := m.max
	if name == apikey.DefaultName {
		limit = 0 // its owner answers the calls about the whole server, such as to delete environments
	}
	owner, about, isFull, err := m.store.Claim(ctx, name, id, limit)
	switch {
	case err != nil:
		return Owner{}, err
	case isFull:
		return Owner{IsFull: true}, nil
	case owner == "":
		return m.other(ctx, name)
	case owner != id:
		return m.remember(name, about)
	}
	if err := m.host.Adopt(ctx, name, func() bool { return m.isSession(id) }); err != nil {
		return Owner{}, err
	}
	return Owner{IsHere: true}, nil
}

// ClaimNew makes this server the owner of an environment that no replica has used, and adopts it. It reports false if
// the environment exists already.
func (m *Member) ClaimNew(ctx context.Context, name string) (isNew bool, err error) {
	names, err := m.store.Environments(ctx)
	if err != nil {
		return false, err
	}
	if _, exists := slices.BinarySearch(names, name); exists {
		return false, nil
	}
	owner, err := m.Owner(ctx, name)
	if err != nil || owner.IsHere {
		return owner.IsHere, err
	}
	if owner.IsFull || owner.URL == "" {
		return false, fmt.Errorf("no environment can be made at the moment")
	}
	return false, nil
}

// other returns a replica that serves an environment, or can become its owner, where this one cannot.
func (m *Member) other(ctx context.Context, name string) (Owner, error) {
	replicas, err := m.store.Replicas(ctx)
	if err != nil {
		return Owner{}, err
	}
	owners, err := m.store.Owners(ctx)
	if err != nil {
		return Owner{}, err
	}
	own, _ := m.session()
	switch id := owners[name]; {
	case id != "" && id != own:
		return m.remember(name, replicas[id])
	case id != "" && !m.host.Holds(name): // it could not be handed over before
		if err := m.store.Release(ctx, name, own); err != nil {
			return Owner{}, err
		}
	}
	able := m.able(replicas, own)
	if len(able) == 0 {
		return Owner{}, nil
	}
	return Owner{URL: able[placeOf(name, len(able))]}, nil
}

// able returns the URLs of the other replicas that can become owners, in order. An announcement of this server that has
// not ended yet, from before it was started again, is none of them.
func (m *Member) able(replicas map[string]string, own string) (urls []string) {
	m.mu.Lock()
	current := m.current
	m.mu.Unlock()
	for id, text := range replicas {
		var about About
		isOther := id != own && json.Unmarshal([]byte(text), &about) == nil && about.URL != m.about.URL
		if isOther && about.File == current {
			urls = append(urls, about.URL)
		}
	}
	slices.Sort(urls)
	return urls
}

// placeOf spreads names over a number of places.
func placeOf(name string, places int) int {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(name))
	return int(sum.Sum32()) % places
}

func (m *Member) remember(name, text string) (Owner, error) {
	var about About
	if err := json.Unmarshal([]byte(text), &about); err != nil {
		return Owner{}, nil // it is announced no longer
	}
	m.owners.put(name, about.URL)
	return Owner{URL: about.URL}, nil
}

// adoptOrphans claims some of the environments that no replica owns, so that their webhooks and timers go on.
func (m *Member) adoptOrphans() {
	id, canClaim := m.session()
	if !canClaim {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), lifetime)
	defer cancel()
	names, err := m.store.Environments(ctx)
	if err != nil {
		return
	}
	owners, err := m.store.Owners(ctx)
	if err != nil {
		return
	}
	orphans := slices.DeleteFunc(names, func(name string) bool { return owners[name] != "" || name[0] == '~' })
	if len(orphans) > maxOrphans { // replicas begin at different ones
		first := placeOf(id, len(orphans))
		orphans = slices.Concat(orphans[first:], orphans[:first])[:maxOrphans]
	}
	for _, name := range orphans {
		if m.leaving.Load() {
			return
		}
		if _, err := m.Owner(context.Background(), name); err != nil {
			m.logger.Warn("environment not taken over", "environment", name, "why", err.Error())
			return
		}
	}
}

// Replica is a replica with the environments that it owns.
type Replica struct {
	ID string
	About
	Environments []string
	IsHere       bool
	IsCurrent    bool // it has the scenario file that is in force
}

// Replicas lists the replicas that are alive, ordered by when they began.
func (m *Member) Replicas(ctx context.Context) ([]Replica, error) {
	texts, err := m.store.Replicas(ctx)
	if err != nil {
		return nil, err
	}
	owners, err := m.store.Owners(ctx)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	own, current := m.id, m.current
	m.mu.Unlock()
	var list []Replica
	for id, text := range texts {
		one := Replica{ID: id, IsHere: id == own, Environments: []string{}}
		if err := json.Unmarshal([]byte(text), &one.About); err != nil {
			continue
		}
		one.IsCurrent = one.File == current
		for name, owner := range owners {
			if owner == id {
				one.Environments = append(one.Environments, name)
			}
		}
		slices.Sort(one.Environments)
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b Replica) int { return a.Started.Compare(b.Started) })
	return list, nil
}

// ownerCache remembers for a moment who serves environments of other replicas.
type ownerCache struct {
	mu     sync.Mutex
	byName map[string]cachedOwner
}

type cachedOwner struct {
	url   string
	until time.Time
}

func (c *ownerCache) get(name string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if one := c.byName[name]; clock.RealNow().Before(one.until) {
		return one.url
	}
	return ""
}

// maxCached bounds the cache: beyond it, it begins anew.
const maxCached = 10_000

func (c *ownerCache) put(name, url string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byName == nil || len(c.byName) > maxCached {
		c.byName = map[string]cachedOwner{}
	}
	c.byName[name] = cachedOwner{url, clock.RealNow().Add(interval)}
}

func (c *ownerCache) remove(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.byName, name)
}

func (c *ownerCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.byName = nil
}

package fault

import (
	"maps"
	"time"

	"example.com/pipesfake/scenarios"
)

// buckets are the token buckets of a rate limit, by whose they are. Of each it is enough to know when it
// will be full again (the generic cell rate algorithm): a call takes as much as flows in between two.
type buckets map[string]time.Time

// mostBuckets is how many are kept before those that are full are forgotten, which changes nothing.
const mostBuckets = 10_000

// take takes a token for a call, or answers how long it takes until there is one.
func (b *buckets) take(limit scenarios.RateLimit, c Call) (wait time.Duration) {
	if *b == nil {
		*b = buckets{}
	}
	whose := c.APIKey
	if limit.By == scenarios.ByUser {
		whose = c.Key.User
	}
	apart := limit.Per / time.Duration(limit.Requests)
	full := (*b)[whose]
	if full.Before(c.Now) {
		full = c.Now
	}
	if latest := c.Now.Add(limit.Per); full.After(latest) { // the clock was set back
		full = latest
	}
	if wait = full.Sub(c.Now) - (limit.Per - apart); wait > 0 {
		return wait
	}
	if len(*b) >= mostBuckets {
		maps.DeleteFunc(*b, func(_ string, full time.Time) bool { return !full.After(c.Now) })
	}
	(*b)[whose] = full.Add(apart)
	return 0
}

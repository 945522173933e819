package control

import (
	"context"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/scenarios"
)

// GetWait returns when there were as many requests as expected, or events or webhooks, or at the latest when its
// timeout has passed.
func GetWait(c Call) (any, error) {
	x := journal.Expected{Within: defaultWait}
	check := func() scenarios.Problems { return append(x.Place.Check(), x.Check()...) }
	if err := readQuery(c, waitQuery(), &x, check); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithDeadline(c.Context, c.Began.Add(x.Within))
	defer cancel()
	v, isGone := c.Wait(ctx, x)
	if isGone {
		return EnvironmentGone{}, nil
	}
	return verdictView(v), nil
}

// EnvironmentGone is returned if the environment was deleted meanwhile. The server then repeats the call in the
// environment that is created anew.
type EnvironmentGone struct{}

// Wait returns when there are as many as expected, counting those before it as well, or when the context, the server
// or (isGone) the environment ends.
func (c Call) Wait(ctx context.Context, x journal.Expected) (v journal.Verdict, isGone bool) {
	w := c.watch(x.Filter)
	defer w.end()
	for {
		next := w.next()
		n, forgotten := w.count()
		if x.Holds(n, forgotten) {
			return journal.Verdict{OK: true, Count: n}, false
		}
		select {
		case <-next:
		case <-ctx.Done():
			return c.explain(x, n, forgotten, w), false
		case <-c.Environment.Gone:
			return v, true
		case <-c.Draining:
			v = c.explain(x, n, forgotten, w)
			v.Why = "The server left. " + v.Why
			return v, false
		}
	}
}

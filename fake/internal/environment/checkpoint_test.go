package environment

import (
	"testing"

	"example.com/pipesfake/fake/internal/journal"
)

// Going back is a reset like others: request ids never stand for two requests, and no request stays that was masked by
// secrets that are forgotten now.
func TestGoingBackEmptiesTheJournal(t *testing.T) {
	t.Parallel()
	r, now := newRegistry(t, Config{Max: 10})
	one := open(t, r, "one", now)
	one.RequestID()
	to := r.Checkpoint(one)
	one.Reset(nil)
	one.Journal.Add(&journal.Entry{RequestID: one.RequestID()})
	if err := r.GoBack(one, to); err != nil {
		t.Fatal(err)
	}
	if count := one.Journal.Count(journal.Filter{}); count != 0 {
		t.Errorf("%d requests are left", count)
	}
	if id := one.RequestID(); id != "req_one_000002" {
		t.Errorf("the next request is %s", id)
	}
}

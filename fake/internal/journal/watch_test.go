package journal

import (
	"fmt"
	"testing"

	"example.com/pipesfake/scenarios"
)

// A watch counts what is stored when it begins, and what comes until it ends, even if the journal forgets it meanwhile.
func TestWatch(t *testing.T) {
	t.Parallel()
	j := New(2)
	add := func(user string) { j.Add(&Entry{Operation: "token", Key: scenarios.Key{User: user}}) }
	for _, user := range []string{"alice", "bob", "alice"} {
		add(user)
	}
	w := j.Watch(ofUser("alice"))
	expect := func(when, want string) {
		t.Helper()
		changed := false
		select {
		case <-w.Changed():
			changed = true
		default:
		}
		n, forgotten := w.Count()
		if got := fmt.Sprintf("%d, %d forgotten, changed: %v", n, forgotten, changed); got != want {
			t.Errorf("%s: %s, want %s", when, got, want)
		}
	}
	expect("at first", "1, 1 forgotten, changed: true")
	add("bob")
	expect("after another's call", "1, 1 forgotten, changed: false")
	add("alice")
	add("alice")
	expect("after two of her calls", "3, 1 forgotten, changed: true")
	j.Clear()
	expect("after the journal was emptied", "0, 0 forgotten, changed: true")
	add("alice")
	w.Stop()
	add("alice")
	expect("after its end", "1, 0 forgotten, changed: true")
}

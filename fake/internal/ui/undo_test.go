package ui

import (
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pipesfake/scenarios"
)

// undoButton presses Undo on a page, and returns the page after it.
func undoButton(t *testing.T, r Request, page string) string {
	t.Helper()
	number := find(page, `id="undo" class="small" name="number" value="(\d+)"`)
	if number == "" {
		t.Fatalf("the page undoes no action: %s", page)
	}
	return get(t, r, press(r, "undo-action", url.Values{"number": {number}}).Location)
}

func TestUndoOfFaults(t *testing.T) {
	t.Parallel()
	r := newRequest(t, "version: 1\n")
	fault := url.Values{"way": {"status"}, "status": {"503"}, "times": {"2"}, "organization_id": {"none"}}
	page := get(t, r, press(r, "fault", fault).Location)
	page = undoButton(t, r, page)
	if all, _ := r.Environment.Faults(); len(all) != 0 || !strings.Contains(page, "The fault is removed.") {
		t.Errorf("%d faults are left, and the page is %s", len(all), page)
	}
	if strings.Contains(page, `id="undo"`) {
		t.Error("undoing can be undone")
	}
	press(r, "fault", fault)
	all, _ := r.Environment.Faults()
	text := all[0].Text()
	undoButton(t, r, get(t, r, press(r, "lift", url.Values{"id": {all[0].ID}}).Location))
	if all, _ = r.Environment.Faults(); len(all) != 1 || all[0].Text() != text {
		t.Errorf("the faults are %v, not %s", all, text)
	}
}

func TestUndoOfTheClock(t *testing.T) {
	t.Parallel()
	for action, form := range map[string]url.Values{
		"advance": {"by": {"1h"}}, "set": {"now": {"2027-01-01T00:00:00Z"}}, "real": {}, "unfreeze": {},
	} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			r := newRequest(t, "version: 1\n")
			before, _ := r.Environment.Time()
			undoButton(t, r, get(t, r, press(r, action, form).Location))
			if after, frozen := r.Environment.Time(); !frozen || !after.Equal(before) {
				t.Errorf("the clock is at %s, frozen %v, not at %s", after, frozen, before)
			}
		})
	}
}

// A clock that ran goes on as if it had never stood still.
func TestUndoOfFreezing(t *testing.T) {
	t.Parallel()
	r := newRequest(t, "version: 1\n")
	press(r, "real", nil)
	undoButton(t, r, get(t, r, press(r, "freeze", nil).Location))
	now, frozen := r.Environment.Time()
	if frozen || time.Since(now).Abs() > time.Minute {
		t.Errorf("the clock is at %s, frozen %v", now, frozen)
	}
}

// refusal returns what the page says after an undo that is refused.
func refusal(t *testing.T, r Request, number string) string {
	t.Helper()
	page := get(t, r, press(r, "undo-action", url.Values{"number": {number}}).Location)
	return find(page, `id="did-said">That was refused: <span>([^<]*)</span>`)
}

const tooLate = "This cannot be undone any more: it was undone already, or too much was done since."

// A button that is too old undoes nothing, and neither does one of another environment. The page says why.
func TestUndoOfNothing(t *testing.T) {
	t.Parallel()
	r := newRequest(t, "version: 1\n")
	press(r, "freeze", nil)
	for _, number := range []string{"", "7", "x"} {
		if got := refusal(t, r, number); got != tooLate {
			t.Errorf("%q: the page says %q", number, got)
		}
	}
	other, err := r.Registry.Open("other", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	press(r, "reset", nil)
	r.Environment = other
	for _, number := range []string{"1", "5"} {
		page := get(t, r, "/_ui/clock?environment=other&did="+number)
		if strings.Contains(page, `id="undo"`) || !strings.Contains(page, `id="did-said"`) {
			t.Errorf("%s: another environment has the button, or does not say what was done: %s", number, page)
		}
		want := "This was done in the environment default, and can be undone only there."
		if got := refusal(t, r, number); got != want {
			t.Errorf("%s: in another environment the page says %q", number, got)
		}
	}
}

// All faults come back with the matches that they have left, in their order, and each of the calls can be copied.
func TestUndoOfRemovingAllFaults(t *testing.T) {
	t.Parallel()
	r := newRequest(t, "version: 1\nfaults: [{status: 500, provider: slack}]\n")
	press(r, "fault", url.Values{"way": {"status"}, "status": {"503"}, "times": {"2"}, "organization_id": {"none"}})
	before, _ := r.Environment.Faults()
	page := undoButton(t, r, get(t, r, press(r, "lift-all", nil).Location))
	after, _ := r.Environment.Faults()
	if len(after) != 2 || after[0].Text() != before[0].Text() || after[1].Text() != before[1].Text() {
		t.Errorf("the faults are %v, not %v", after, before)
	}
	if strings.Count(page, "curl -X POST") != 2 || !strings.Contains(page, "The removed faults are back.") {
		t.Errorf("the page is %s", page)
	}
	press(r, "lift-all", nil)
	if page := get(t, r, press(r, "lift-all", nil).Location); strings.Contains(page, `id="undo"`) {
		t.Error("removing nothing can be undone")
	}
}

// Undoing a reset brings back what the environment held, once. The last few resets can be undone.
func TestUndoOfResetting(t *testing.T) {
	t.Parallel()
	r := newRequest(t, "version: 1\n")
	press(r, "switch", url.Values{"scenario": {"expired"}, "place": {"user_id=alice"}})
	press(r, "fault", url.Values{"way": {"hang"}})
	press(r, "advance", url.Values{"by": {"1h"}})
	before, _ := r.Environment.Time()
	first := press(r, "reset", nil).Location
	if switches, _ := r.Environment.Switches(10); len(switches) != 0 {
		t.Fatalf("%d switches are left", len(switches))
	}
	page := undoButton(t, r, get(t, r, first))
	switches, _ := r.Environment.Switches(10)
	faults, _ := r.Environment.Faults()
	after, frozen := r.Environment.Time()
	if len(switches) != 1 || len(faults) != 1 || !after.Equal(before) || !frozen {
		t.Errorf("%d switches, %d faults, and the clock is at %s", len(switches), len(faults), after)
	}
	if !strings.Contains(page, "Everything is as it was before.") || strings.Contains(page, "id=\"did\"") {
		t.Errorf("the page is %s", page)
	}
	number := find(first, `did=(\d+)`)
	if got := refusal(t, r, number); got != tooLate {
		t.Errorf("undone twice: the page says %q", got)
	}
	old := find(press(r, "reset", nil).Location, `did=(\d+)`)
	for range maxCheckpoints {
		press(r, "reset", nil)
	}
	if got := refusal(t, r, old); got != tooLate {
		t.Errorf("an old reset: the page says %q", got)
	}
}

// A checkpoint can be used by one of two requests at the same time, and only in its environment.
func TestCheckpointIsUsedOnce(t *testing.T) {
	t.Parallel()
	r := newRequest(t, "version: 1\n")
	number := find(press(r, "reset", nil).Location, `did=(\d+)`)
	if r.Did.takeCheckpoint(number, "other") != nil {
		t.Error("another environment took it")
	}
	var taken atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if r.Did.takeCheckpoint(number, "default") != nil {
				taken.Add(1)
			}
		})
	}
	all.Wait()
	if taken.Load() != 1 {
		t.Errorf("it was taken %d times", taken.Load())
	}
}

// After the server has loaded a changed file, undoing a reset would bring the old file back: it is refused.
func TestUndoAfterAReload(t *testing.T) {
	t.Parallel()
	r := newRequest(t, "version: 1\n")
	number := find(press(r, "reset", nil).Location, `did=(\d+)`)
	set, err := scenarios.Parse("test.yaml", []byte("version: 1\nstart: expired\n"))
	if err != nil {
		t.Fatal(err)
	}
	r.Registry.ResetAll(set)
	page := get(t, r, press(r, "undo-action", url.Values{"number": {number}}).Location)
	if !strings.Contains(page, "That was refused: <span>This cannot be undone") {
		t.Errorf("the page is %s", page)
	}
	if r.Environment.Scenarios() != set {
		t.Error("the old file is in force")
	}
}

// Undo undoes the last action of the page in every view, until something is switched.
func TestUndoInAnotherView(t *testing.T) {
	t.Parallel()
	r := newRequest(t, "version: 1\n")
	press(r, "switch", url.Values{"scenario": {"expired"}, "place": {"user_id=alice"}})
	press(r, "fault", url.Values{"way": {"hang"}})
	page := get(t, r, "/_ui/requests?environment=default")
	if !strings.Contains(page, "undo-action") {
		t.Fatalf("another view undoes something else: %s", page)
	}
	undoButton(t, r, page)
	switches, _ := r.Environment.Switches(10)
	faults, _ := r.Environment.Faults()
	if len(switches) != 1 || len(faults) != 0 {
		t.Errorf("%d switches, %d faults", len(switches), len(faults))
	}
	press(r, "fault", url.Values{"way": {"hang"}})
	press(r, "switch", url.Values{"scenario": {"active"}, "place": {"user_id=alice"}})
	if page := get(t, r, "/_ui/requests?environment=default"); strings.Contains(page, "undo-action") {
		t.Errorf("the last switch is not undone first: %s", page)
	}
}

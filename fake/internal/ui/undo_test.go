package ui

import (
	"net/url"
	"strings"
	"testing"
	"time"
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

// A form cannot undo what was never done, and undoes nothing in another environment.
func TestUndoOfNothing(t *testing.T) {
	t.Parallel()
	r := newRequest(t, "version: 1\n")
	press(r, "freeze", nil)
	for _, number := range []string{"", "7", "x"} {
		if got := press(r, "undo-action", url.Values{"number": {number}}); got.Status != 404 {
			t.Errorf("%q: the status is %d", number, got.Status)
		}
	}
	other, err := r.Registry.Open("other", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	r.Environment = other
	if got := press(r, "undo-action", url.Values{"number": {"1"}}); got.Status != 404 {
		t.Errorf("in another environment: the status is %d", got.Status)
	}
}

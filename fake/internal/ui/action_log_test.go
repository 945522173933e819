package ui

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

// size returns how many bytes the texts of the log have.
func (d *ActionLog) size() (n int) {
	for _, one := range d.last {
		n += len(one.Call) + len(one.Go) + len(one.JS) + len(one.Python) + sizeOfForm(one.form)
		for _, sentence := range one.Failed {
			n += len(sentence)
		}
		if one.Undo != nil {
			n += sizeOfForm(one.Undo.Form)
		}
	}
	return n
}

// However large forms are, the log stays small, and the page says what it leaves out.
func TestTheLogIsBounded(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("x", 1<<20)
	for name, one := range map[string]struct {
		action string
		form   url.Values
		says   string
	}{
		"a refused form": {
			"set", url.Values{"now": {large}},
			"The call is too large to be shown here. What was typed is too large to be shown again.",
		},
		"a refused form of many fields": {
			"set", url.Values{"now": {"soon"}, "x": slices.Repeat([]string{large[:40]}, 4000)},
			"What was typed is too large to be shown again.",
		},
		"a fault with a large body": {
			"fault", url.Values{"way": {"status"}, "status": {"503"}, "body": {large[:1<<19]}},
			"The call is too large to be shown here.",
		},
		"many faults": {
			"lift-back", url.Values{"fault": {`{"status": 500, "body": "` + large[:1<<19] + `"}`}},
			"The call is too large to be shown here.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRequest(t, "version: 1\n")
			var last Response
			for range 4 {
				last = press(r, one.action, one.form)
			}
			if got := r.Did.size(); got > 4*3<<16 {
				t.Errorf("four actions take %d bytes", got)
			}
			if page := get(t, r, last.Location); len(page) > 1<<17 || !strings.Contains(page, one.says) {
				t.Errorf("the page has %d bytes, and does not say %q: %.9000s", len(page), one.says, page)
			}
		})
	}
}

// Removing large faults can be undone, but only the last few times.
func TestUndoOfLargeFaultsIsBounded(t *testing.T) {
	t.Parallel()
	r := newRequest(t, "version: 1\n")
	fault := url.Values{"way": {"status"}, "status": {"503"}, "body": {strings.Repeat("x", 1<<19)}}
	var last Response
	for range maxCheckpoints + 2 {
		press(r, "fault", fault)
		last = press(r, "lift-all", nil)
	}
	if got := r.Did.size(); got > (maxCheckpoints+1)<<19 {
		t.Errorf("the log has %d bytes", got)
	}
	undoButton(t, r, get(t, r, last.Location))
	if all, _ := r.Environment.Faults(); len(all) != 1 {
		t.Errorf("%d faults are back", len(all))
	}
}

// A small form that came in a large body does not keep the body in memory: its texts are copied.
func TestKeptFormsAreCopies(t *testing.T) {
	t.Parallel()
	form := url.Values{"by": {"soon"}}
	kept := boundedForm(form)
	form["by"][0] = "later"
	if kept.Get("by") != "soon" || boundedForm(url.Values{"by": {strings.Repeat("x", maxActionBytes)}}) != nil {
		t.Errorf("the form is %v", kept)
	}
}

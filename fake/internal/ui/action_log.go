package ui

import (
	"net/url"
	"strconv"
	"strings"
	"sync"

	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/mint"
)

// ActionLog stores the last control calls that the page made, so that each browser can show its own. It is safe for
// concurrent use.
type ActionLog struct {
	key  sync.Once
	made string // see secretKey

	mu    sync.Mutex
	last  [maxActions]Action // action number n is at n modulo maxActions
	count int
}

// The limits of the log. An action can keep what its environment held before it, or large faults that it removed, which
// takes memory: only the last ones of those do.
const (
	maxActions     = 100
	maxCheckpoints = 3
	maxActionBytes = 64 << 10 // of the form of an action, and of all copies of its call
)

// Action is a control call that the page made.
type Action struct {
	Done    string   // what was done, in words
	Call    string   // the call as a curl command
	Go      string   // the call in Go: a method of the embedded server, or a request
	JS      string   // the call in JavaScript
	Python  string   // the call in Python
	Failed  []string // why it was refused
	Undo    *undo    // nil unless the page can undo it; must not be changed
	Omitted string   // says what was too large to be kept; empty means nothing

	form        url.Values
	environment string
	lastSwitch  uint64 // the number of the last switch in force after it
}

// undo is what undoes an action: an action that the page has with its form, or what the environment held before.
type undo struct {
	Action string
	Form   url.Values
	before *environment.Checkpoint
}

// isLarge reports whether the undo takes so much memory that only few are kept.
func (u *undo) isLarge() bool {
	return u != nil && (u.before != nil || sizeOfForm(u.Form) > maxActionBytes)
}

// bounded returns the action without what is too large to be kept.
func (a Action) bounded() Action {
	var omitted []string
	if len(a.Call)+len(a.Go)+len(a.JS)+len(a.Python) > maxActionBytes {
		a.Call, a.Go, a.JS, a.Python = "", "", "", ""
		omitted = append(omitted, "The call is too large to be shown here.")
	}
	form := boundedForm(a.form)
	if form == nil && len(a.Failed) > 0 {
		omitted = append(omitted, "What was typed is too large to be shown again.")
	}
	a.form, a.Omitted = form, strings.Join(omitted, " ")
	return a
}

// boundedForm returns a copy of a form, or nil if it is too large to be kept. The texts of a form are parts of the body
// that it came in, which would stay in memory with them: they are copied, too.
func boundedForm(form url.Values) url.Values {
	if sizeOfForm(form) > maxActionBytes {
		return nil
	}
	kept := url.Values{}
	for name, values := range form {
		for _, value := range values {
			kept.Add(strings.Clone(name), strings.Clone(value))
		}
	}
	return kept
}

// sizeOfForm returns about how many bytes a form takes.
func sizeOfForm(form url.Values) (n int) {
	const header = 16 // of a string
	for name, values := range form {
		n += header + len(name)
		for _, value := range values {
			n += header + len(value)
		}
	}
	return n
}

// secretKey returns a text that nobody can guess, the same as long as the server runs.
func (d *ActionLog) secretKey() string {
	d.key.Do(func() { d.made = mint.NewSecret() })
	return d.made
}

// add stores an action and returns its number.
func (d *ActionLog) add(a Action) (number string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.count++
	d.last[d.count%maxActions] = a.bounded()
	kept := 0
	for n := d.count; n > 0 && n > d.count-maxActions; n-- {
		one := &d.last[n%maxActions]
		if !one.Undo.isLarge() {
			continue
		}
		if kept++; kept > maxCheckpoints {
			one.Undo = nil
		}
	}
	return strconv.Itoa(d.count)
}

// newestOf returns the number of the last action in an environment, and the action; 0 if none is stored.
func (d *ActionLog) newestOf(environment string) (number int, newest Action) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for n := d.count; n > 0 && n > d.count-maxActions; n-- {
		if one := d.last[n%maxActions]; one.environment == environment {
			return n, one
		}
	}
	return 0, Action{}
}

// takeCheckpoint returns what an environment held before the action with a number, once. It returns nil if the action
// keeps nothing, or was one of another environment.
func (d *ActionLog) takeCheckpoint(number, of string) *environment.Checkpoint {
	last := d.get(number)
	if last.Undo == nil || last.Undo.before == nil || last.environment != of {
		return nil
	}
	n, _ := strconv.Atoi(number)
	d.mu.Lock()
	defer d.mu.Unlock()
	taken := &d.last[n%maxActions]
	if taken.Undo != last.Undo {
		return nil
	}
	taken.Undo = nil
	return last.Undo.before
}

// get returns the action with a number, or the zero Action if it is not stored any more.
func (d *ActionLog) get(number string) Action {
	n, err := strconv.Atoi(number)
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil || n < 1 || n > d.count || n <= d.count-maxActions {
		return Action{}
	}
	return d.last[n%maxActions]
}

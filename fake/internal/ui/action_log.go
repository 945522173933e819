package ui

import (
	"net/url"
	"strconv"
	"sync"
)

// ActionLog stores the last control calls that the page made, so that each browser can show its own. It is safe for
// concurrent use.
type ActionLog struct {
	mu    sync.Mutex
	last  [maxActions]Action // action number n is at n modulo maxActions
	count int
}

const maxActions = 100

// Action is a control call that the page made.
type Action struct {
	Done   string   // what was done, in words
	Call   string   // the call as a curl command
	Go     string   // the call in Go: a method of the embedded server, or a request
	JS     string   // the call in JavaScript
	Python string   // the call in Python
	Failed []string // why it was refused
	Undo   *undo    // nil unless the page can undo it

	form        url.Values
	environment string
}

// add stores an action and returns its number.
func (d *ActionLog) add(a Action) (number string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.count++
	d.last[d.count%maxActions] = a
	return strconv.Itoa(d.count)
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

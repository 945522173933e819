package ui

import (
	"net/url"
	"strconv"
	"sync"
)

// ActionLog remembers the last control calls that the page made, so that each browser is shown its own. It is safe for
// concurrent use.
type ActionLog struct {
	mu   sync.Mutex
	last [mostDid]Action
	made int
}

const mostDid = 100

// Action is a control call that the page made.
type Action struct {
	Done   string // in words
	Call   string // as curl
	Go     string // as a line of a test in Go; empty: it is none
	Failed []string

	form url.Values
}

// add answers the number by which get finds it.
func (d *ActionLog) add(a Action) (number string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.made++
	d.last[d.made%mostDid] = a
	return strconv.Itoa(d.made)
}

// get is the zero Action where none is remembered.
func (d *ActionLog) get(number string) Action {
	n, err := strconv.Atoi(number)
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil || n < 1 || n > d.made || n <= d.made-mostDid {
		return Action{}
	}
	return d.last[n%mostDid]
}

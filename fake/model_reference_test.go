package fake_test

import (
	"slices"
	"time"
)

// The reference model implements the rules of docs/control-api.md as simply as possible. It keeps every directive
// that was ever given, and looks at all of them each time.

// modelKey names a connection. An empty organization means none. Index 0 is the compatibility connection, the standard
// ones of its owner count from one.
type modelKey struct {
	provider, user, organization string
	index                        int
}

// compatibility returns the compatibility connection of the same owner.
func (k modelKey) compatibility() modelKey { k.index = 0; return k }

// modelState is the state that a directive gives a connection.
type modelState struct {
	state   string        // connected, needs_reauthorization or not_installed
	granted []string      // nil: all that is asked for, less the last if lacksLast
	missing []string      // with granted: what is missing, where it is said
	lacks   bool          // the last scope
	life    time.Duration // of the token; zero: for ever; negative: stale from the start
	fails   bool          // the refresh at the end of the life
	token   string        // to be served as it is
}

// modelStep is a step of a script.
type modelStep struct {
	says  modelState
	fault bool // the step has no state then
	times int
	lasts time.Duration
}

// modelDirective is a switch, or a write through the API.
type modelDirective struct {
	at     time.Time
	ends   time.Time // of a ttl; zero: never
	gone   bool      // taken back, or ended
	api    bool
	covers func(modelKey) bool
	says   modelState
	steps  []modelStep // in place of says
	repeat bool

	reached time.Time // the latest time since then
}

// modelRun records how far a connection is in the steps of a directive.
type modelRun struct {
	step, calls int
	since       time.Time
	says        modelState // of the last step that was no fault
	from        time.Time
	reached     time.Time // the latest time since then
	states      int
}

// modelLife identifies one life of a token: the directive and the state of its script that the token belongs to.
type modelLife struct {
	directive *modelDirective
	state     int
}

// modelConnection is what the model stores of a connection, whatever the directives are.
type modelConnection struct {
	stored     string // the token or API key that a call brought
	method     string // how it authenticates
	added      int    // how many standard connections were made beside it
	generation int    // of minted tokens
	lives      int    // how often it was deleted
	refreshed  map[modelLife]time.Time
	runs       map[*modelDirective]*modelRun
	told       string // the state in the last event
}

// modelEvent is an expected event of a connection, or of an attempt to make one, which shows no state.
type modelEvent struct {
	key                modelKey
	name, state, about string // about is the role and the auth method of the connection
	at                 time.Time
}

type model struct {
	now         time.Time
	start       *modelDirective
	directives  []*modelDirective // the oldest first
	connections map[modelKey]*modelConnection
	events      []modelEvent
}

func newModel(keys []modelKey) *model {
	m := &model{now: noon, connections: map[modelKey]*modelConnection{}}
	m.start = &modelDirective{at: m.now, says: modelState{state: "connected", life: time.Hour}}
	for _, key := range keys {
		m.connections[key] = newModelConnection("connected")
	}
	return m
}

func newModelConnection(told string) *modelConnection {
	return &modelConnection{
		refreshed: map[modelLife]time.Time{},
		runs:      map[*modelDirective]*modelRun{},
		method:    "oauth",
		told:      told,
	}
}

// deciding returns the newest directive that covers a connection and is in force.
func (m *model) deciding(key modelKey) *modelDirective {
	for _, directive := range slices.Backward(m.directives) {
		if !directive.gone && directive.covers(key) {
			return directive
		}
	}
	return m.start
}

// says returns the state that a directive gives a connection now, since when, and the life of its token.
func (m *model) says(key modelKey, directive *modelDirective) (modelState, time.Time, modelLife) {
	if run := m.connections[key].runs[directive]; run != nil {
		return run.says, run.from, modelLife{directive, run.states}
	}
	return directive.says, directive.at, modelLife{directive, 0}
}

// move ends a step.
func (run *modelRun) move(directive *modelDirective, at time.Time) {
	run.step, run.calls, run.since = run.step+1, 0, at
	if run.step == len(directive.steps) { // a last step without end never does
		run.step = 0
	}
	if step := directive.steps[run.step]; !step.fault {
		run.says, run.from, run.reached, run.states = step.says, at, at, run.states+1
	}
}

// faulted reports whether a connection is in a step that is a fault.
func (m *model) faulted(key modelKey) bool {
	directive := m.deciding(key)
	run := m.connections[key].runs[directive]
	return run != nil && directive.steps[run.step].fault
}

// counted counts a call for a token in the current step, after its response.
func (m *model) counted(key modelKey) {
	directive := m.deciding(key)
	run := m.connections[key].runs[directive]
	if run == nil {
		return
	}
	if run.calls++; run.calls == directive.steps[run.step].times {
		run.move(directive, m.now)
		m.tell(m.now)
	}
}

// expires returns when the token's life ends; zero means never.
func (m *model) expires(key modelKey, directive *modelDirective) time.Time {
	says, from, life := m.says(key, directive)
	if at, refreshed := m.connections[key].refreshed[life]; refreshed {
		from = at
	}
	if says.life == 0 {
		return time.Time{}
	}
	return from.Add(says.life)
}

// state returns the state of a connection.
func (m *model) state(key modelKey, at time.Time) string {
	directive := m.deciding(key)
	reached := directive.reached
	if run := m.connections[key].runs[directive]; run != nil {
		reached = run.reached
	}
	if reached.After(at) {
		at = reached
	}
	says, _, _ := m.says(key, directive)
	canFail := says.fails && says.life > 0 && m.connections[key].method != "api_key"
	if ends := m.expires(key, directive); says.state == "connected" && canFail && !at.Before(ends) {
		return "needs_reauthorization"
	}
	return says.state
}

// scopes returns the granted and the missing scopes of a connection, given the requested ones.
func (m *model) scopes(key modelKey, asked []string) (granted, missing []string) {
	switch says, _, _ := m.says(key, m.deciding(key)); {
	case says.state == "not_installed" || m.connections[key].method == "api_key":
		return []string{}, []string{}
	case says.granted != nil && says.missing != nil:
		return says.granted, says.missing
	case says.granted != nil:
		isGranted := func(scope string) bool { return slices.Contains(says.granted, scope) }
		return says.granted, slices.DeleteFunc(slices.Clone(asked), isGranted)
	case says.lacks:
		return asked[:len(asked)-1], asked[len(asked)-1:]
	}
	return asked, []string{}
}

// ask does what a call for a token does: it replaces a token with less than a tenth of its life left.
func (m *model) ask(key modelKey) {
	directive, c := m.deciding(key), m.connections[key]
	says, _, life := m.says(key, directive)
	if says.state != "connected" || says.fails || says.life <= 0 || c.method == "api_key" {
		return
	}
	if left := m.expires(key, directive).Sub(m.now); left < says.life/10 {
		c.refreshed[life] = m.now
		c.stored = ""
		c.generation++
	}
}

// token returns the token that is served: its text if that is known, else which of the minted ones.
func (m *model) token(key modelKey) (text string, minted int) {
	directive, c := m.deciding(key), m.connections[key]
	says, _, life := m.says(key, directive)
	_, refreshed := c.refreshed[life]
	switch {
	case says.token != "" && !refreshed:
		return says.token, 0
	case c.stored != "" && !refreshed:
		return c.stored, 0
	}
	return "", c.generation
}

// say puts a directive in force, and records the events that it causes.
func (m *model) say(directive *modelDirective) *modelDirective {
	directive.at, directive.reached = m.now, m.now
	m.directives = append(m.directives, directive)
	for _, c := range m.connections {
		if directive.steps != nil {
			run := &modelRun{step: -1}
			run.move(directive, m.now)
			for i := 0; directive.steps[0].fault && i < len(directive.steps) && run.from.IsZero(); i++ {
				if !directive.steps[i].fault {
					run.says, run.from = directive.steps[i].says, m.now
				}
			}
			c.runs[directive] = run
		}
	}
	m.tell(m.now)
	return directive
}

// tell compares every connection with its last event, and records new events.
func (m *model) tell(at time.Time) {
	for key, c := range m.connections {
		state := m.state(key, at)
		if state == c.told {
			continue
		}
		switch state {
		case "not_installed":
			m.emit(key, "disconnected", c.told, at)
		case "needs_reauthorization":
			m.emit(key, "reauthorization_needed", state, at)
		default:
			m.emit(key, "connected", state, at)
		}
		c.told = state
	}
}

// advance moves time, and stops at every instant at which something happens.
func (m *model) advance(by time.Duration) {
	until := m.now.Add(by)
	for {
		next := time.Time{}
		sooner := func(at time.Time) {
			if !at.IsZero() && at.After(m.now) && !at.After(until) && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
		for _, directive := range m.directives {
			if !directive.gone {
				sooner(directive.ends)
			}
		}
		for key, c := range m.connections {
			if says, _, _ := m.says(key, m.deciding(key)); says.fails {
				sooner(m.expires(key, m.deciding(key)))
			}
			for directive, run := range c.runs {
				if lasts := directive.steps[run.step].lasts; lasts > 0 {
					sooner(run.since.Add(lasts))
				}
			}
		}
		if next.IsZero() {
			break
		}
		m.now = next
		m.endTTLs()
		m.passed()
		m.tell(m.now)
	}
	m.now = until
	m.passed()
}

// passed does what the present instant does to directives and their steps.
func (m *model) passed() {
	for _, directive := range append(slices.Clone(m.directives), m.start) {
		if m.now.After(directive.reached) {
			directive.reached = m.now
		}
		for _, c := range m.connections {
			run := c.runs[directive]
			if run == nil {
				continue
			}
			if m.now.After(run.reached) {
				run.reached = m.now
			}
			if lasts := directive.steps[run.step].lasts; lasts > 0 && !run.since.Add(lasts).After(m.now) {
				run.move(directive, run.since.Add(lasts))
			}
		}
	}
}

func (m *model) endTTLs() {
	for _, directive := range m.directives {
		if !directive.ends.IsZero() && !directive.ends.After(m.now) {
			directive.gone = true
		}
	}
}

// removeSwitch removes the last switch in force.
func (m *model) removeSwitch() bool {
	for _, directive := range slices.Backward(m.directives) {
		if !directive.api && !directive.gone {
			directive.gone = true
			m.tell(m.now)
			return true
		}
	}
	return false
}

// write records a write through the API for one connection.
func (m *model) write(key modelKey, says modelState) {
	m.say(&modelDirective{api: true, covers: func(other modelKey) bool { return other == key }, says: says})
}

// forget deletes a connection. The next one of its owner is another connection.
func (m *model) forget(key modelKey) {
	c := m.connections[key]
	c.lives++
	c.generation++
	c.stored, c.method = "", "oauth"
}

package fake_test

import (
	"slices"
	"time"
)

// The model is the rules of the README, written down once more and as simply as can be: it keeps every
// word ever said, and looks at all of them each time.

// modelKey is one connection of the model's world; an empty organization is none.
type modelKey struct{ provider, user, organization string }

// modelState is what a word says of a connection.
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
	fault bool // says nothing then
	times int
	lasts time.Duration
}

// modelWord is a switch, or a write through the API.
type modelWord struct {
	at     time.Time
	ends   time.Time // of a ttl; zero: never
	gone   bool      // taken back, or ended
	api    bool
	covers func(modelKey) bool
	says   modelState
	steps  []modelStep // in place of says
	repeat bool

	reached time.Time // the furthest that time was at since
}

// modelRun is how far a connection is in the steps of a word.
type modelRun struct {
	step, calls int
	since       time.Time
	says        modelState // of the last step that was no fault
	from        time.Time
	reached     time.Time // the furthest that time was at since then
	states      int
}

// modelLife is one that a token has: under a word, and a state of its script.
type modelLife struct {
	word  *modelWord
	state int
}

// modelConnection is what is remembered of a connection, whatever the words are.
type modelConnection struct {
	stored     string // the token that a call brought
	generation int    // of minted tokens
	lives      int    // how often it was deleted
	refreshed  map[modelLife]time.Time
	runs       map[*modelWord]*modelRun
	told       string // the state that events last told
}

// modelEvent is one that is expected of a connection.
type modelEvent struct {
	key         modelKey
	name, state string
	at          time.Time
}

type model struct {
	now         time.Time
	start       *modelWord
	words       []*modelWord // the oldest first
	connections map[modelKey]*modelConnection
	events      []modelEvent
}

func newModel(keys []modelKey) *model {
	m := &model{now: begun(), connections: map[modelKey]*modelConnection{}}
	m.start = &modelWord{at: m.now, says: modelState{state: "connected", life: time.Hour}}
	for _, key := range keys {
		m.connections[key] = &modelConnection{
			refreshed: map[modelLife]time.Time{},
			runs:      map[*modelWord]*modelRun{},
			told:      "connected",
		}
	}
	return m
}

// deciding is the newest word that covers a connection and is not gone.
func (m *model) deciding(key modelKey) *modelWord {
	for _, word := range slices.Backward(m.words) {
		if !word.gone && word.covers(key) {
			return word
		}
	}
	return m.start
}

// says is what a word says of a connection now, since when, and which of its lives a token has.
func (m *model) says(key modelKey, word *modelWord) (modelState, time.Time, modelLife) {
	if run := m.connections[key].runs[word]; run != nil {
		return run.says, run.from, modelLife{word, run.states}
	}
	return word.says, word.at, modelLife{word, 0}
}

// move ends a step.
func (run *modelRun) move(word *modelWord, at time.Time) {
	run.step, run.calls, run.since = run.step+1, 0, at
	if run.step == len(word.steps) { // a last step without end never does
		run.step = 0
	}
	if step := word.steps[run.step]; !step.fault {
		run.says, run.from, run.reached, run.states = step.says, at, at, run.states+1
	}
}

// faulted tells whether a connection is in a step that is a fault.
func (m *model) faulted(key modelKey) bool {
	word := m.deciding(key)
	run := m.connections[key].runs[word]
	return run != nil && word.steps[run.step].fault
}

// counted is what a call for a token does when it was answered.
func (m *model) counted(key modelKey) {
	word := m.deciding(key)
	run := m.connections[key].runs[word]
	if run == nil {
		return
	}
	if run.calls++; run.calls == word.steps[run.step].times {
		run.move(word, m.now)
		m.tell(m.now)
	}
}

// expires is when the token's life ends; zero: never.
func (m *model) expires(key modelKey, word *modelWord) time.Time {
	says, from, life := m.says(key, word)
	if at, refreshed := m.connections[key].refreshed[life]; refreshed {
		from = at
	}
	if says.life == 0 {
		return time.Time{}
	}
	return from.Add(says.life)
}

// state is a connection's at an instant.
func (m *model) state(key modelKey, at time.Time) string {
	word := m.deciding(key)
	reached := word.reached
	if run := m.connections[key].runs[word]; run != nil {
		reached = run.reached
	}
	if reached.After(at) {
		at = reached
	}
	says, _, _ := m.says(key, word)
	if ends := m.expires(key, word); says.state == "connected" && says.fails && says.life > 0 && !at.Before(ends) {
		return "needs_reauthorization"
	}
	return says.state
}

// scopes are what a connection was granted and lacks, of what is asked for.
func (m *model) scopes(key modelKey, asked []string) (granted, missing []string) {
	switch says, _, _ := m.says(key, m.deciding(key)); {
	case says.state == "not_installed":
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

// ask is what a call for a token does: with less than a tenth of the life left, it is replaced.
func (m *model) ask(key modelKey) {
	word, c := m.deciding(key), m.connections[key]
	says, _, life := m.says(key, word)
	if says.state != "connected" || says.fails || says.life <= 0 {
		return
	}
	if left := m.expires(key, word).Sub(m.now); left < says.life/10 {
		c.refreshed[life] = m.now
		c.stored = ""
		c.generation++
	}
}

// token is the token that is served: its text where that is known, else which of the minted ones.
func (m *model) token(key modelKey) (text string, minted int) {
	word, c := m.deciding(key), m.connections[key]
	says, _, life := m.says(key, word)
	_, refreshed := c.refreshed[life]
	switch {
	case says.token != "" && !refreshed:
		return says.token, 0
	case c.stored != "" && !refreshed:
		return c.stored, 0
	}
	return "", c.generation
}

// say puts a word in force, and tells what it changes.
func (m *model) say(word *modelWord) *modelWord {
	word.at, word.reached = m.now, m.now
	m.words = append(m.words, word)
	for _, c := range m.connections {
		if word.steps != nil {
			run := &modelRun{step: -1}
			run.move(word, m.now)
			for i := 0; word.steps[0].fault && i < len(word.steps) && run.from.IsZero(); i++ {
				if !word.steps[i].fault {
					run.says, run.from = word.steps[i].says, m.now
				}
			}
			c.runs[word] = run
		}
	}
	m.tell(m.now)
	return word
}

// tell compares every connection with what was last told of it.
func (m *model) tell(at time.Time) {
	for key, c := range m.connections {
		state := m.state(key, at)
		if state == c.told {
			continue
		}
		event := modelEvent{key, "connected", state, at}
		switch state {
		case "not_installed":
			event.name, event.state = "disconnected", c.told
		case "needs_reauthorization":
			event.name = "reauthorization_needed"
		}
		m.events = append(m.events, event)
		c.told = state
	}
}

// advance moves time, with a halt at every instant at which something happens.
func (m *model) advance(by time.Duration) {
	until := m.now.Add(by)
	for {
		next := time.Time{}
		sooner := func(at time.Time) {
			if !at.IsZero() && at.After(m.now) && !at.After(until) && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
		for _, word := range m.words {
			if !word.gone {
				sooner(word.ends)
			}
		}
		for key, c := range m.connections {
			if says, _, _ := m.says(key, m.deciding(key)); says.fails {
				sooner(m.expires(key, m.deciding(key)))
			}
			for word, run := range c.runs {
				if lasts := word.steps[run.step].lasts; lasts > 0 {
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

// passed is what the present instant does to words and their steps.
func (m *model) passed() {
	for _, word := range append(slices.Clone(m.words), m.start) {
		if m.now.After(word.reached) {
			word.reached = m.now
		}
		for _, c := range m.connections {
			run := c.runs[word]
			if run == nil {
				continue
			}
			if m.now.After(run.reached) {
				run.reached = m.now
			}
			if lasts := word.steps[run.step].lasts; lasts > 0 && !run.since.Add(lasts).After(m.now) {
				run.move(word, run.since.Add(lasts))
			}
		}
	}
}

func (m *model) endTTLs() {
	for _, word := range m.words {
		if !word.ends.IsZero() && !word.ends.After(m.now) {
			word.gone = true
		}
	}
}

// takeBack removes the last switch that is in force.
func (m *model) takeBack() bool {
	for _, word := range slices.Backward(m.words) {
		if !word.api && !word.gone {
			word.gone = true
			m.tell(m.now)
			return true
		}
	}
	return false
}

// write is a call on one connection: the newest word on it.
func (m *model) write(key modelKey, says modelState) {
	m.say(&modelWord{api: true, covers: func(other modelKey) bool { return other == key }, says: says})
}

// forget lets a connection be gone: the next is another.
func (m *model) forget(key modelKey) {
	c := m.connections[key]
	c.lives++
	c.generation++
	c.stored = ""
}

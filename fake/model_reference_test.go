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

// modelWord is a switch, or a write through the API.
type modelWord struct {
	at     time.Time
	ends   time.Time // of a ttl; zero: never
	gone   bool      // taken back, or ended
	api    bool
	covers func(modelKey) bool
	says   modelState
}

// modelConnection is what is remembered of a connection, whatever the words are.
type modelConnection struct {
	stored     string // the token that a call brought
	generation int    // of minted tokens
	lives      int    // how often it was deleted
	refreshed  map[*modelWord]time.Time
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
		m.connections[key] = &modelConnection{refreshed: map[*modelWord]time.Time{}, told: "connected"}
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

// expires is when the token's life ends; zero: never.
func (m *model) expires(key modelKey, word *modelWord) time.Time {
	from, refreshed := m.connections[key].refreshed[word]
	if !refreshed {
		from = word.at
	}
	if word.says.life == 0 {
		return time.Time{}
	}
	return from.Add(word.says.life)
}

// state is a connection's at an instant.
func (m *model) state(key modelKey, at time.Time) string {
	word := m.deciding(key)
	if ends := m.expires(key, word); word.says.state == "connected" && word.says.fails && word.says.life > 0 && !at.Before(ends) {
		return "needs_reauthorization"
	}
	return word.says.state
}

// scopes are what a connection was granted and lacks, of what is asked for.
func (m *model) scopes(key modelKey, asked []string) (granted, missing []string) {
	switch says := m.deciding(key).says; {
	case says.state == "not_installed":
		return []string{}, []string{}
	case says.granted != nil && says.missing != nil:
		return says.granted, says.missing
	case says.granted != nil:
		return says.granted, slices.DeleteFunc(slices.Clone(asked), func(scope string) bool { return slices.Contains(says.granted, scope) })
	case says.lacks:
		return asked[:len(asked)-1], asked[len(asked)-1:]
	}
	return asked, []string{}
}

// ask is what a call for a token does: with less than a tenth of the life left, it is replaced.
func (m *model) ask(key modelKey) {
	word, c := m.deciding(key), m.connections[key]
	if word.says.state != "connected" || word.says.fails || word.says.life <= 0 {
		return
	}
	if left := m.expires(key, word).Sub(m.now); left < word.says.life/10 {
		c.refreshed[word] = m.now
		c.stored = ""
		c.generation++
	}
}

// token is the token that is served: its text where that is known, else which of the minted ones.
func (m *model) token(key modelKey) (text string, minted int) {
	word, c := m.deciding(key), m.connections[key]
	_, refreshed := c.refreshed[word]
	switch {
	case word.says.token != "" && !refreshed:
		return word.says.token, 0
	case c.stored != "" && !refreshed:
		return c.stored, 0
	}
	return "", c.generation
}

// say puts a word in force, and tells what it changes.
func (m *model) say(word *modelWord) *modelWord {
	word.at = m.now
	m.words = append(m.words, word)
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
		for key := range m.connections {
			if word := m.deciding(key); word.says.fails {
				sooner(m.expires(key, word))
			}
		}
		if next.IsZero() {
			break
		}
		m.now = next
		m.endTTLs()
		m.tell(m.now)
	}
	m.now = until
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

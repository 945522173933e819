package model

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Place says which connections something is about. What is left zero means any.
type Place = scenarios.Place

// shapeOf tells which parts a place names, as an index below shapes.
func shapeOf(p Place) (shape int) {
	for bit, named := range []bool{p.Provider != "", p.User != "", p.Organization != "", p.NoOrganization, p.Shared} {
		if named {
			shape |= 1 << bit
		}
	}
	return shape
}

const shapes = 32

// around is the place of a shape that covers a connection, if there is one.
func around(key scenarios.Key, shape int) (p Place, ok bool) {
	if shape&1 != 0 {
		p.Provider = key.Provider
	}
	if shape&2 != 0 {
		p.User = key.User
	}
	if shape&4 != 0 {
		p.Organization = key.Organization
	}
	p.NoOrganization, p.Shared = shape&8 != 0, shape&16 != 0
	return p, shapeOf(p) == shape && (!p.NoOrganization || key.Organization == "") && (!p.Shared || key.User == "")
}

// Switch puts a scenario in force for the connections of a place. It is one record, however many
// connections there are. Decisions hold on to it: what is exported never changes, the rest only under the lock.
type Switch struct {
	Number   uint64 // they count from one
	Place    Place
	Scenario *scenarios.Scenario
	At       time.Time
	TTL      time.Duration      // zero: until something newer
	Position scenarios.Position // zero for one of a call
	set      *scenarios.Set     // whose Position is
	sequence uint64
	backs    uint64 // how often the clock had been set back
	gone     bool
	inline   int      // how many bytes its inline scenario says
	why      []string // what it says of connections, once one was asked for
	ending   *timer   // where it has a TTL
}

// EndsAt is when its ttl ends; zero: never.
func (s *Switch) EndsAt() time.Time {
	if s.TTL == 0 {
		return time.Time{}
	}
	return s.At.Add(s.TTL)
}

// switches keeps the switches so that the last one that covers a connection is found by looking at one
// place of each shape in use: a dozen look-ups at the most, whatever their number.
type switches struct {
	last   uint64
	order  []*Switch           // the oldest first, with some that are gone
	gone   int                 // how many of them
	places map[Place][]*Switch // the newest last
	inUse  [shapes]int         // how many places of each shape
	dues   *schedule

	called      int // how many of those in force calls made
	inlineBytes int // what their inline scenarios say
}

// deepest is how many switches of one place are kept to be taken back.
const deepest = 100

func newSwitches(dues *schedule) switches { return switches{places: map[Place][]*Switch{}, dues: dues} }

func (s *switches) add(made *Switch) {
	if made.isOfCall() {
		made.inline = inlineBytes(made.Scenario)
		s.called++
		s.inlineBytes += made.inline
	}
	s.last++
	made.Number = s.last
	s.order = append(s.order, made)
	stack := s.places[made.Place]
	if len(stack) == 0 {
		s.inUse[shapeOf(made.Place)]++
	}
	s.places[made.Place] = append(stack, made)
	if len(stack) == deepest {
		s.remove(stack[0])
	}
}

// isOfCall reports whether a call made the switch, and not the file.
func (s *Switch) isOfCall() bool { return s.Position.Line == 0 }

func (s *switches) remove(old *Switch) {
	old.gone = true
	if old.isOfCall() {
		s.called--
		s.inlineBytes -= old.inline
	}
	s.dues.cancel(old.ending)
	stack := slices.DeleteFunc(s.places[old.Place], func(other *Switch) bool { return other == old })
	if s.places[old.Place] = stack; len(stack) == 0 {
		delete(s.places, old.Place)
		s.inUse[shapeOf(old.Place)]--
	}
	if s.gone++; s.gone > 100 && s.gone > len(s.order)/2 {
		s.order = slices.DeleteFunc(s.order, func(other *Switch) bool { return other.gone })
		s.gone = 0
	}
}

// covering is the last switch that covers a connection, of those that are still in force after an instant (zero: now),
// or nil.
func (s *switches) covering(key scenarios.Key, after time.Time) (last *Switch) {
	for shape, inUse := range s.inUse {
		if inUse == 0 {
			continue
		}
		if place, ok := around(key, shape); ok {
			stack := s.places[place]
			for len(stack) > 0 && !stack[len(stack)-1].outlives(after) {
				stack = stack[:len(stack)-1]
			}
			if len(stack) > 0 && (last == nil || stack[len(stack)-1].Number > last.Number) {
				last = stack[len(stack)-1]
			}
		}
	}
	return last
}

// outlives tells whether it is in force after an instant.
func (s *Switch) outlives(after time.Time) bool { return s.TTL == 0 || s.EndsAt().After(after) }

func (s *switches) inForce() []Switch {
	list, _ := s.after(0, len(s.order))
	return list
}

// after lists up to limit switches in force whose number is larger, the oldest first, and reports whether there are
// more.
func (s *switches) after(number uint64, limit int) (list []Switch, more bool) {
	from := sort.Search(len(s.order), func(i int) bool { return s.order[i].Number > number })
	list = make([]Switch, 0, min(limit, len(s.order)-from))
	for _, one := range s.order[from:] {
		if one.gone {
			continue
		}
		if len(list) == limit {
			return list, true
		}
		list = append(list, *one)
	}
	return list, false
}

// Switches lists the newest switches in force, up to limit, the newest first, and how many there are.
func (e *Environment) Switches(limit int) (newest []Switch, total int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.upToNow()
	for i := len(e.switches.order) - 1; i >= 0 && len(newest) < limit; i-- {
		if one := e.switches.order[i]; !one.gone {
			newest = append(newest, *one)
		}
	}
	return newest, len(e.switches.order) - e.switches.gone
}

// Switch puts a scenario in force for the connections of a place, for a time or (ttl zero) until something
// newer. Its errors are too_many_switches, and about fields: provider, scenario.
func (e *Environment) Switch(place Place, scenario *scenarios.Scenario, ttl time.Duration) (Switch, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.knowsPlace(place); err != nil {
		return Switch{}, err
	}
	if problem := e.lackingScopes(place, scenario); problem != "" {
		return Switch{}, pipes.Invalid(pipes.FieldError{Field: "scenario", Code: "invalid", Message: problem})
	}
	now := e.beginChange()
	if err := e.checkRoom(scenario); err != nil {
		return Switch{}, err
	}
	e.directives++
	made := &Switch{Place: place, Scenario: scenario, At: now, TTL: ttl, sequence: e.directives, backs: e.rewindCount}
	e.putSwitch(made)
	e.noteDirectiveChange(place, now)
	return *made, nil
}

// knowsPlace finds what a place names and does not exist: with strict, a mistyped user would else be switched
// without a word.
func (e *Environment) knowsPlace(place Place) error {
	var wrong []pipes.FieldError
	if place.Provider != "" {
		if err := e.exists(place.Provider); err != nil {
			wrong = append(wrong, pipes.FieldError{Field: "provider", Code: "unknown", Message: err.Error()})
		}
	}
	for _, problem := range e.set.Members(place) {
		wrong = append(wrong, pipes.FieldError{Field: problem.Field, Code: "unknown", Message: problem.Message})
	}
	if wrong == nil {
		return nil
	}
	return pipes.Invalid(wrong...)
}

// CheckPlace tells what a place names and does not exist, by field.
func (e *Environment) CheckPlace(place Place) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.knowsPlace(place)
}

// lackingScopes tells whether a scenario lacks scopes where none are asked for, as the integration stands now.
func (e *Environment) lackingScopes(place Place, scenario *scenarios.Scenario) string {
	if place.Provider == "" {
		return e.set.CheckScopes("", scenario)
	}
	key := scenarios.Key{Provider: place.Provider, User: cmp.Or(place.User, "anybody"), Organization: place.Organization}
	if place.Shared {
		key.User = ""
	}
	return scenarios.CheckLacking(scenario, place.Provider, e.grantFor(key, Decision{}).requested)
}

// putSwitch adds one, and lets it end by its ttl.
func (e *Environment) putSwitch(made *Switch) {
	e.switches.add(made)
	if made.TTL != 0 {
		e.endLater(made)
	}
}

// Where is its place in the file as file:line:col; empty for one of a call.
func (s *Switch) Where() string {
	if s.Position.Line == 0 {
		return ""
	}
	return s.set.Where(s.Position)
}

// TakeBack removes the last switch: the word before it decides again. It answers the switch, and how many
// are still in force. The error is nothing_to_take_back.
func (e *Environment) TakeBack() (Switch, int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.beginChange()
	for i := len(e.switches.order) - 1; i >= 0; i-- {
		if last := e.switches.order[i]; !last.gone {
			e.switches.remove(last)
			e.noteDirectiveChange(last.Place, now)
			return *last, len(e.switches.order) - e.switches.gone, nil
		}
	}
	return Switch{}, 0, &pipes.Error{Code: pipes.NothingToTakeBack, Message: "No switch is in force in environment " + e.name + ": there is nothing to take back."}
}

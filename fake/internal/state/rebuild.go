package state

import (
	"errors"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/listing"
	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/scenarios"
)

// New returns the state at the start of a set: with the file's switches, endpoints and faults.
func New(name string, set *scenarios.Set, now time.Time) *State {
	s := &State{
		Set: set, Mint: mint.New(set.Seed, name), Began: now,
		Switches: NewSwitches(), Connections: NewConnections(), Catalog: newCatalog(),
		tokens: new(tokenIndex),
	}
	for _, one := range set.Webhooks() {
		s.AddEndpoint(&Endpoint{
			URL: one.URL, Secret: one.Secret, Enabled: true, Events: one.Events, Created: now, Updated: now,
		})
	}
	for _, one := range set.Switches() {
		made := &Switch{Place: one.Place, At: now.Add(-one.Age), TTL: one.TTL, Position: one.Position}
		made.Scenario.Scenario = one.Scenario
		s.AddSwitch(made)
	}
	for _, one := range set.Faults() {
		s.Faults.Add(one) // a file has no more than there is room for
	}
	return s
}

// Copy returns a copy at one time, which can be saved as JSON, and used after Rebuild. Nothing that changes is shared.
func (s *State) Copy(clock clock.Saved, now time.Time, requests uint64) *Saved {
	made := s.copyHead(clock, now, requests)
	made.InForce, made.Records = pointersTo(s.Switches.InForce()), s.copiesOf(s.Connections.all())
	made.Consents, made.Events = s.Consents.Copy(), slices.Clone(s.Events)
	return made
}

// copyHead does what Copy does, but leaves out what there can be much of: connections, switches, consents and events.
func (s *State) copyHead(clock clock.Saved, now time.Time, requests uint64) *Saved {
	made := &Saved{State: *s, Scenarios: s.Set.Digest(), Clock: clock, Now: now, Requests: requests}
	made.Rewinds = slices.Clone(s.Rewinds)
	made.Switches, made.Connections, made.Consents, made.Events = Switches{}, Connections{}, Consents{}, nil
	made.Faults, made.Catalog = s.Faults.Clone(), s.Catalog.copy()
	made.Endpoints, made.EndpointNumbers = slices.Clone(s.Endpoints), s.EndpointNumbers.Clone()
	made.Answered = slices.Clone(s.Answered)
	made.tokens, made.byStart, made.similar, made.unsaved = nil, nil, nil, notes{}
	return made
}

// Rebuild makes what is not saved, once, for the environment of a name and a set. Its error is that of a state that no
// environment can have saved.
func (s *Saved) Rebuild(name string, set *scenarios.Set) error {
	if s.tokens != nil {
		return errors.New("it is in use already")
	}
	s.Set, s.Mint, s.tokens = set, mint.New(set.Seed, name), new(tokenIndex)
	if err := s.rebuildSwitches(); err != nil {
		return err
	}
	s.Catalog.rebuild()
	s.Consents.rebuild()
	for i, one := range s.Endpoints { // what was copied may still be in use elsewhere, and never changes
		made := *one
		made.Order, _ = s.EndpointNumbers.Find(one.ID)
		s.Endpoints[i] = &made
	}
	listing.Rebuild(&s.EndpointNumbers, s.Endpoints)
	for i, one := range s.Events {
		made := *one
		made.mint = s.Mint
		s.Events[i] = &made
	}
	err := s.rebuildConnections()
	s.InForce, s.Records = nil, nil // they are in Switches and Connections now
	return err
}

func (s *Saved) rebuildSwitches() error {
	s.Switches = NewSwitches()
	for _, one := range s.InForce {
		if err := one.Scenario.Resolve(s.Set); err != nil {
			return err
		}
		one.set, one.Ending, one.decision = s.Set, nil, nil
		s.Switches.Add(one)
	}
	return nil
}

// rebuildConnections finds connections by their keys, owners and tokens, and the scenarios of their scripts.
func (s *Saved) rebuildConnections() error {
	scripts := map[uint64]*scenarios.Scenario{} // by directive
	for _, one := range s.InForce {
		scripts[one.Sequence] = one.Scenario.Scenario
	}
	s.Connections = NewConnections()
	for _, r := range s.Records {
		h := r.history()
		issued := h.Issued
		h.Issued = nil
		r.setHistory(h)
		r.onlyIssued, r.Timer, r.sibling, r.sameHash = 0, nil, nil, nil
		if r.Index > 0 {
			s.Connections.AddOther(r)
		} else {
			r.Entry = s.Set.Entry(r.Key)
			s.Remember(r)
		}
		for _, token := range issued {
			s.Issue(r, token, token == r.MintedToken(s.Mint))
		}
		if err := s.rebuildRuns(r, scripts); err != nil {
			return err
		}
	}
	return nil
}

// rebuildRuns finds the scenarios of a connection's runs. Those of directives that are gone are removed.
func (s *State) rebuildRuns(r *Connection, scripts map[uint64]*scenarios.Scenario) error {
	h := r.history()
	runs := h.Runs
	h.Runs = nil
	for _, run := range runs {
		script := scripts[run.Directive]
		if run.Directive == 0 {
			if script = s.Set.Start; r.Entry != nil {
				script = r.Entry.Scenario
			}
		}
		if script == nil {
			continue
		}
		if err := run.Resolve(s.Set, script); err != nil {
			return err
		}
		h.Runs = append(h.Runs, run)
	}
	r.setHistory(h)
	return nil
}

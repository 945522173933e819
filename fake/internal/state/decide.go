package state

import (
	"time"

	"example.com/pipesfake/scenarios"
)

// Decide returns the decision on a connection at a time: the newest directive that covers it decides. If that is a
// script, the decision is the state of its step.
func (s *State) Decide(r *Connection, now time.Time) Decision {
	return s.DecideAfter(r, time.Time{}, now)
}

// DecideAfter returns what the decision would be if the switches whose TTL ends by a time were gone already. The
// connection is as it is now.
func (s *State) DecideAfter(r *Connection, after, now time.Time) (d Decision) {
	s.decideWithoutSteps(&d, r, after, now)
	if d.Run != nil {
		d.Steps = d.Run.Steps()
	}
	return d
}

// DecideWithoutSteps is Decide for callers that do not show where a connection is in a script: in deeply nested scripts
// that takes most of the time.
func (s *State) DecideWithoutSteps(r *Connection, now time.Time) (d Decision) {
	s.decideWithoutSteps(&d, r, time.Time{}, now)
	return d
}

// decideWithoutSteps sets d, which is zero, to what DecideAfter returns, but for the steps. A decision is large, and
// every call needs one: so it is not copied from one function to the next.
func (s *State) decideWithoutSteps(d *Decision, r *Connection, after, now time.Time) {
	shared := s.newest(d, r, after)
	if d.Similar = s.SimilarProvider(r.Provider); d.Similar != "" {
		shared = nil // other providers have another reason
	}
	if d.Reached = now; len(s.Rewinds) > 0 {
		d.Reached = s.Rewinds.Reached(d.Rewinds, now)
	}
	if d.Scenario.Steps == nil {
		if shared != nil {
			if *shared == nil {
				first := *d
				first.CacheReason()
				*shared = &first
			}
			d.reason, d.shared = (*shared).reason, *shared
		}
		return
	}
	d.Run = r.runOf(d)
	d.Run.Play(s.Rewinds, now)
	d.Reached = s.Rewinds.Reached(d.Run.StateRewinds, now)
	d.Scenario, d.At, d.StateNumber = d.Run.State.Scenario, d.Run.Since, d.Run.States
	_, d.Until = d.Run.NextEnd()
}

// newest sets d, which is zero, to the newest directive that covers a connection and is in force after a time: a
// switch, a write, the deletion of its integration, its entry in the file, or the start. It returns where the directive
// stores the decision that all connections share; nil if the decision differs by connection.
func (s *State) newest(d *Decision, r *Connection, after time.Time) (shared **Decision) {
	d.By, d.At, d.Scenario = ByStart, s.Began.Add(-s.Set.Age), s.Set.Start
	d.set, d.entry = s.Set, s.Set.StartAt
	shared = &s.byStart
	if last := s.Switches.Covering(r.Key, after); last != nil {
		d.By, d.At, d.Scenario, d.Switch = BySwitch, last.At, last.Scenario.Scenario, last
		d.Sequence, d.Rewinds = last.Sequence, last.Rewinds
		shared = &last.decision
	} else if r.Entry != nil {
		d.By, d.At, d.Scenario = ByConnections, s.Began.Add(-r.Entry.Age), r.Entry.Scenario
		d.entry = r.Entry.Position
		shared = nil
	}
	if r.Stored != nil && r.Stored.Write.Sequence > d.Sequence {
		*d, shared = s.DecisionOf(r.Stored.Write), nil
	}
	if emptied := s.Catalog.removalOf(r.Key); emptied != nil && emptied.Write.Sequence > d.Sequence {
		*d, shared = s.DecisionOf(emptied.Write), nil
	}
	return shared
}

// DecisionOf returns the decision of a write through the API.
func (s *State) DecisionOf(d Write) Decision {
	return Decision{
		By: ByAPI, At: d.At, Scenario: &scenarios.Scenario{State: d.State}, Call: d.Call,
		Sequence: d.Sequence, Rewinds: d.Rewinds, Expires: d.Expires, set: s.Set,
	}
}

// SwitchDeciding returns the switch that decides on a connection, or nil if something else does.
func (s *State) SwitchDeciding(r *Connection) *Switch {
	var d Decision
	s.newest(&d, r, time.Time{})
	return d.Switch
}

// NewWrite returns a write through the API, which is the newest directive.
func (s *State) NewWrite(call string, to scenarios.State, now time.Time) Write {
	s.Directives++
	return Write{At: now, State: to, Call: call, Sequence: s.Directives, Rewinds: s.RewindCount}
}

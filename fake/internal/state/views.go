package state

import (
	"time"

	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/scenarios"
)

// ViewUnder returns the view of a connection under a decision.
func (s *State) ViewUnder(r *Connection, d *Decision) (v View) {
	v.Decision = *d
	s.complete(&v, r)
	return v
}

// complete completes a view of which only the decision is known.
func (s *State) complete(v *View, r *Connection) {
	grant := s.GrantFor(r.Key, v.Decision.Sequence)
	v.render(s.Mint, &grant, r)
}

// ViewAt returns the view of a connection at a time, and notes since when the connection exists.
func (s *State) ViewAt(r *Connection, now time.Time) (v View) {
	v.Decision = s.Decide(r, now)
	s.Observe(r, &v)
	return v
}

// Observe is ViewAt for a decision that was made: it completes a view that has only that.
func (s *State) Observe(r *Connection, v *View) {
	s.complete(v, r)
	if r.Created.IsZero() && v.State != scenarios.NotInstalled {
		r.Created = v.Decision.At
		s.Touch(r)
	}
}

// AuthMethod returns how a connection authenticates under a decision.
func (s *State) AuthMethod(r *Connection, d *Decision) string {
	grant := s.GrantFor(r.Key, d.Sequence)
	return authMethod(&grant, d, r)
}

// Unrendered is a copy of everything needed to render the view of one connection outside the lock.
type Unrendered struct {
	mint       mint.Mint
	grant      Grant
	decision   Decision
	connection Connection
}

// UnrenderedOf returns the snapshot of a connection at a time.
func (s *State) UnrenderedOf(r *Connection, now time.Time) Unrendered {
	d := s.Decide(r, now)
	return Unrendered{s.Mint, s.GrantFor(r.Key, d.Sequence), d, *r}
}

// UnrenderedAt returns the snapshots of the connections of a key: the compatibility connection, which may be unseen,
// then the standard ones.
func (s *State) UnrenderedAt(key scenarios.Key, now time.Time) (snapshots []Unrendered) {
	for _, r := range s.Connections.All(key) {
		snapshots = append(snapshots, s.UnrenderedOf(r, now))
	}
	if len(snapshots) == 0 {
		snapshots = []Unrendered{s.UnrenderedOf(s.Unseen(key), now)}
	}
	return snapshots
}

// Render returns the view of the connection.
func (s *Unrendered) Render() (v View) {
	v.Decision = s.decision
	v.render(s.mint, &s.grant, &s.connection)
	return v
}

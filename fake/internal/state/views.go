package state

import (
	"time"

	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/scenarios"
)

// ViewUnder returns the view of a connection under a decision.
func (s *State) ViewUnder(r *Connection, d *Decision) View {
	return render(s.Mint, s.GrantFor(r.Key, d.Sequence), d, r)
}

// ViewAt returns the view of a connection at a time, and notes since when the connection exists.
func (s *State) ViewAt(r *Connection, now time.Time) View {
	d := s.Decide(r, now)
	return s.Observe(r, &d)
}

// Observe is ViewUnder that notes since when the connection exists.
func (s *State) Observe(r *Connection, d *Decision) View {
	v := s.ViewUnder(r, d)
	if r.Created.IsZero() && v.State != scenarios.NotInstalled {
		r.Created = v.Decision.At
		s.Touch(r)
	}
	return v
}

// AuthMethod returns how a connection authenticates under a decision.
func (s *State) AuthMethod(r *Connection, d *Decision) string {
	return authMethod(s.GrantFor(r.Key, d.Sequence), d, r)
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
func (s Unrendered) Render() View { return render(s.mint, s.grant, &s.decision, &s.connection) }

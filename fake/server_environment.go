package fake

import (
	"context"
	"time"
)

// The methods of this file are those of the server's own environment. They are written out, in place of an embedded
// Environment, so that the documentation of Server lists them.

// APIKey returns the key of the server's own environment. Send it in the header "Authorization: Bearer <key>".
func (s *Server) APIKey() string { return s.own.APIKey() }

// Use switches connections to a scenario, as Environment.Use does.
func (s *Server) Use(scenario string, places ...Place) {
	s.own.t.Helper()
	s.own.Use(scenario, places...)
}

// UseState switches connections to a state, as Environment.UseState does.
func (s *Server) UseState(state State, places ...Place) {
	s.own.t.Helper()
	s.own.UseState(state, places...)
}

// TakeBack removes the last switch, as Environment.TakeBack does.
func (s *Server) TakeBack() {
	s.own.t.Helper()
	s.own.TakeBack()
}

// Explain returns a connection and why it is as it is, as Environment.Explain does.
func (s *Server) Explain(places ...Place) Connection {
	s.own.t.Helper()
	return s.own.Explain(places...)
}

// Fault adds a fault, as Environment.Fault does.
func (s *Server) Fault(f Fault, places ...Place) (remove func()) {
	s.own.t.Helper()
	return s.own.Fault(f, places...)
}

// Advance moves the clock, as Environment.Advance does.
func (s *Server) Advance(by time.Duration) {
	s.own.t.Helper()
	s.own.Advance(by)
}

// Now returns the time of the clock.
func (s *Server) Now() time.Time { return s.own.Now() }

// SetTime sets the clock, as Environment.SetTime does.
func (s *Server) SetTime(to time.Time) {
	s.own.t.Helper()
	s.own.SetTime(to)
}

// Freeze stops the clock, as Environment.Freeze does.
func (s *Server) Freeze() { s.own.Freeze() }

// Unfreeze lets the clock run with real time.
func (s *Server) Unfreeze() { s.own.Unfreeze() }

// Requests returns the last calls, as Environment.Requests does.
func (s *Server) Requests() []Request { return s.own.Requests() }

// RequireCalled fails the test t unless there were as many calls as expected, as Environment.RequireCalled does.
func (s *Server) RequireCalled(t TB, c Called, places ...Place) {
	t.Helper()
	s.own.RequireCalled(t, c, places...)
}

// RequireOrder fails the test t unless the calls came in this order, as Environment.RequireOrder does.
func (s *Server) RequireOrder(t TB, calls ...Called) {
	t.Helper()
	s.own.RequireOrder(t, calls...)
}

// WaitFor waits until there were as many calls as expected, as Environment.WaitFor does.
func (s *Server) WaitFor(ctx context.Context, c Called, places ...Place) error {
	return s.own.WaitFor(ctx, c, places...)
}

// Events returns the last events, as Environment.Events does.
func (s *Server) Events() []Event { return s.own.Events() }

// Webhooks returns the deliveries of webhooks, as Environment.Webhooks does.
func (s *Server) Webhooks() []Webhook { return s.own.Webhooks() }

// Snapshot stores the state of the environment under a name, as Environment.Snapshot does.
func (s *Server) Snapshot(name string) {
	s.own.t.Helper()
	s.own.Snapshot(name)
}

// Restore returns the environment to a stored state, as Environment.Restore does.
func (s *Server) Restore(name string) {
	s.own.t.Helper()
	s.own.Restore(name)
}

// Export returns the environment as a scenario file, as Environment.Export does.
func (s *Server) Export() []byte {
	s.own.t.Helper()
	return s.own.Export()
}

// Reset returns the environment to its starting state, as Environment.Reset does.
func (s *Server) Reset() { s.own.Reset() }

package fake

import (
	"context"
	"iter"
	"time"
)

// The methods of this file are those of the server's own environment. They are written out, in place of an embedded
// Environment, so that the documentation of Server lists them.

// APIKey returns the key of the server's own environment. Send it in the header "Authorization: Bearer <key>".
func (s *Server) APIKey() string { return s.own.APIKey() }

// Name returns the name of the server's own environment.
func (s *Server) Name() string { return s.own.Name() }

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

// UseInline switches connections to a scenario that is written in JSON, as Environment.UseInline does.
func (s *Server) UseInline(scenario string, places ...Place) {
	s.own.t.Helper()
	s.own.UseInline(scenario, places...)
}

// TakeBack removes the last switch, as Environment.TakeBack does.
func (s *Server) TakeBack() {
	s.own.t.Helper()
	s.own.TakeBack()
}

// Scenarios returns the names of the scenarios that Use takes.
func (s *Server) Scenarios() []string { return s.own.Scenarios() }

// TryScenarios puts the text of a scenario file in the place of the server's own, as Environment.TryScenarios does.
func (s *Server) TryScenarios(text string) {
	s.own.t.Helper()
	s.own.TryScenarios(text)
}

// UntryScenarios ends what TryScenarios began, as Environment.UntryScenarios does.
func (s *Server) UntryScenarios() { s.own.UntryScenarios() }

// Explain returns a connection and why it is as it is, as Environment.Explain does.
func (s *Server) Explain(places ...Place) Connection {
	s.own.t.Helper()
	return s.own.Explain(places...)
}

// Connections returns the connections of the environment, as Environment.Connections does.
func (s *Server) Connections() []Connection { return s.own.Connections() }

// Switches returns the switches in force, as Environment.Switches does.
func (s *Server) Switches() []Switch { return s.own.Switches() }

// Decide decides a consent page, as Environment.Decide does.
func (s *Server) Decide(consentURL string, decision Decision, scopes ...string) (redirect string) {
	s.own.t.Helper()
	return s.own.Decide(consentURL, decision, scopes...)
}

// Fault adds a fault, as Environment.Fault does.
func (s *Server) Fault(f Fault, places ...Place) (remove func()) {
	s.own.t.Helper()
	return s.own.Fault(f, places...)
}

// Faults returns the faults in force, as Environment.Faults does.
func (s *Server) Faults() []Fault { return s.own.Faults() }

// RemoveFaults removes all faults, as Environment.RemoveFaults does.
func (s *Server) RemoveFaults() { s.own.RemoveFaults() }

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

// Frozen reports whether the clock stands still.
func (s *Server) Frozen() bool { return s.own.Frozen() }

// Freeze stops the clock, as Environment.Freeze does.
func (s *Server) Freeze() { s.own.Freeze() }

// Unfreeze lets the clock run with real time.
func (s *Server) Unfreeze() { s.own.Unfreeze() }

// Requests returns the last calls, as Environment.Requests does.
func (s *Server) Requests() []Request { return s.own.Requests() }

// ClearRequests removes all requests from the journal, as Environment.ClearRequests does.
func (s *Server) ClearRequests() { s.own.ClearRequests() }

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

// Coverage returns which responses the environment gave, as Environment.Coverage does.
func (s *Server) Coverage() Coverage { return s.own.Coverage() }

// Events returns the last events, as Environment.Events does.
func (s *Server) Events() []Event { return s.own.Events() }

// Live follows what happens in the environment, as Environment.Live does.
func (s *Server) Live(ctx context.Context) iter.Seq2[Change, error] { return s.own.Live(ctx) }

// AddEndpoint creates a webhook endpoint, as Environment.AddEndpoint does.
func (s *Server) AddEndpoint(url string, events ...string) Endpoint {
	s.own.t.Helper()
	return s.own.AddEndpoint(url, events...)
}

// UpdateEndpoint changes a webhook endpoint, as Environment.UpdateEndpoint does.
func (s *Server) UpdateEndpoint(changed Endpoint) Endpoint {
	s.own.t.Helper()
	return s.own.UpdateEndpoint(changed)
}

// Endpoints returns the webhook endpoints, as Environment.Endpoints does.
func (s *Server) Endpoints() []Endpoint { return s.own.Endpoints() }

// RemoveEndpoint deletes a webhook endpoint, as Environment.RemoveEndpoint does.
func (s *Server) RemoveEndpoint(id string) {
	s.own.t.Helper()
	s.own.RemoveEndpoint(id)
}

// Webhooks returns the deliveries of webhooks, as Environment.Webhooks does.
func (s *Server) Webhooks() []Webhook { return s.own.Webhooks() }

// Redeliver delivers a webhook once more, as Environment.Redeliver does.
func (s *Server) Redeliver(webhookID string) Webhook {
	s.own.t.Helper()
	return s.own.Redeliver(webhookID)
}

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

// Snapshots returns the names of the snapshots, as Environment.Snapshots does.
func (s *Server) Snapshots() []string { return s.own.Snapshots() }

// DeleteSnapshot deletes a snapshot, as Environment.DeleteSnapshot does.
func (s *Server) DeleteSnapshot(name string) {
	s.own.t.Helper()
	s.own.DeleteSnapshot(name)
}

// Export returns the environment as a scenario file, as Environment.Export does.
func (s *Server) Export() []byte {
	s.own.t.Helper()
	return s.own.Export()
}

// Reset returns the environment to its starting state, as Environment.Reset does.
func (s *Server) Reset() { s.own.Reset() }

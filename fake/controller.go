package fake

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// Controller is the method set that an environment has, whether it is embedded (Environment, Server) or reached over
// HTTP (package client), so that a suite runs against either. Environment documents the methods.
type Controller interface {
	// The server and the environment.
	Name() string
	URL() string
	APIKey() string
	Client() *http.Client

	// Scenarios and connections.
	Use(scenario string, places ...Place)
	UseState(state State, places ...Place)
	UseInline(scenario string, places ...Place)
	TakeBack()
	Scenarios() []string
	TryScenarios(text string)
	UntryScenarios()
	Explain(places ...Place) Connection
	Connections() []Connection
	Switches() []Switch
	Decide(consentURL string, decision Decision, scopes ...string) (redirect string)

	// Faults.
	Fault(f Fault, places ...Place) (remove func())
	Faults() []Fault
	RemoveFaults()

	// The clock.
	Now() time.Time
	SetTime(to time.Time)
	Advance(by time.Duration)
	Frozen() bool
	Freeze()
	Unfreeze()

	// What happened.
	Requests() []Request
	ClearRequests()
	RequireCalled(t TB, c Called, places ...Place)
	RequireOrder(t TB, calls ...Called)
	WaitFor(ctx context.Context, c Called, places ...Place) error
	Coverage() Coverage
	Events() []Event
	Live(ctx context.Context) iter.Seq2[Change, error]

	// Webhooks.
	AddEndpoint(url string, events ...string) Endpoint
	UpdateEndpoint(changed Endpoint) Endpoint
	Endpoints() []Endpoint
	RemoveEndpoint(id string)
	Webhooks() []Webhook
	Redeliver(webhookID string) Webhook

	// The whole environment.
	Snapshot(name string)
	Restore(name string)
	Snapshots() []string
	DeleteSnapshot(name string)
	Export() []byte
	Reset()
}

var (
	_ Controller = (*Environment)(nil)
	_ Controller = (*Server)(nil)
)

// Package control implements the control plane: the calls that switch scenarios, add faults, move the clock, and show
// what an environment holds. Each function named after a method, such as PutScenario, handles one call. It reads the
// Call, asks the environment, and returns a view that the server writes as JSON.
package control

import (
	"context"
	"net/url"
	"time"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/environment"
)

// Call is a control call in its environment.
type Call struct {
	Context     context.Context // ends when the client leaves
	Draining    <-chan struct{} // closed when the server shuts down
	Began       time.Time       // of the call, in real time
	Environment *environment.Environment
	Registry    *environment.Registry
	Vars        map[string]string // of the path
	Query       url.Values
	Body        []byte
	Bodies      *body.Parser
}

// context returns what ends when the client leaves. A call of the Go API has no client.
func (c Call) context() context.Context {
	if c.Context == nil {
		return context.Background()
	}
	return c.Context
}

// Hide returns a text without what the environment knows as a secret.
func (c Call) Hide(text string) string { return c.Environment.Redact(text) }

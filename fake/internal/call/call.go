package call

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/scenarios"
)

// Call is what handlers see of a request.
type Call struct {
	Environment       *environment.Environment
	Vars              map[string]string // of the path
	Query             url.Values
	Body              []byte
	Bodies            *body.Parser
	Request           *http.Request
	Token             string    // of a call at a provider
	Began             time.Time // in real time, before its body was read
	LinkLocalWebhooks bool      // webhook endpoints may be link-local
	ExternalURL       string    // where clients reach the server; empty: at the host that they ask
}

// BaseURL is where the client reaches the server.
func (c Call) BaseURL() string {
	if c.ExternalURL != "" {
		return c.ExternalURL
	}
	return "http://" + c.Request.Host
}

// ConsentURL is the address of a consent page, in the form of WorkOS's own (source: spec).
func (c Call) ConsentURL(opaque string) string {
	return c.BaseURL() + "/data-integrations/" + opaque + "/authorize-redirect"
}

// Object is the body. Where the file says strict, a wrong Content-Type is refused, and later the fields
// that nobody read.
func (c Call) Object() (*body.Object, error) {
	object, err := c.Bodies.Parse(c.Body)
	if err != nil {
		return nil, err
	}
	if c.Environment.Scenarios().Strict {
		object.Strict()
		said := c.Request.Header.Get("Content-Type")
		if kind, _, _ := strings.Cut(said, ";"); !strings.EqualFold(strings.TrimSpace(kind), "application/json") {
			object.Wrong("Content-Type", "invalid", "Content-Type must be application/json, not %q (strict: true)", scenarios.Abridge(said))
		}
	}
	return object, nil
}

// Package call defines what passes between the server and the handlers of operations: a Route says which requests a
// handler takes, a Call is one of them, and a Reply or an error is the result. It also has the table from error codes
// to statuses.
package call

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// Call is a request as handlers see it.
type Call struct {
	Environment       *environment.Environment
	Vars              map[string]string // of the path
	PathKey           scenarios.Key     // the connection that they name, as far as they do
	Query             url.Values
	Body              []byte
	Bodies            *body.Parser
	Request           *http.Request
	Token             string    // the token of a call to a provider
	Began             time.Time // in real time, before its body was read
	ExternalURL       string    // where clients reach the server; empty means what the request says
	TrustProxy        bool      // X-Forwarded-Proto and X-Forwarded-Host say how clients reach the server
	LinkLocalWebhooks bool      // webhook endpoints may be link-local
}

// ConsentURL returns the address of a consent page, which has the form of WorkOS's own (source: spec).
func (c *Call) ConsentURL(opaque string) string {
	return c.BaseURL() + "/data-integrations/" + opaque + "/authorize-redirect"
}

// Object returns the body. If the file is strict, the object refuses a wrong Content-Type, and fields that nobody
// reads.
func (c *Call) Object() (*body.Object, error) {
	object, err := c.Bodies.Parse(c.Body)
	if err != nil {
		return nil, err
	}
	if c.Environment.Scenarios().Strict {
		object.Strict()
		if contentType := c.Request.Header.Get("Content-Type"); !isJSON(contentType) {
			object.Wrong("Content-Type", "invalid", "Content-Type must be application/json, not %q (strict: true)",
				fields.Abridge(contentType))
		}
	}
	return object, nil
}

// isJSON reports whether a Content-Type is application/json, with any parameters.
func isJSON(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.EqualFold(strings.TrimSpace(kind), "application/json")
}

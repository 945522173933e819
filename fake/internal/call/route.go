package call

import (
	"net/http"
	"net/url"
	"slices"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Route is one line of a route table: which requests it takes, who handles them, and what is special about them.
type Route struct {
	Operation     string // one of scenarios.Operations; empty on the control plane
	Method        string // AnyMethod takes all
	Path          string // a pattern of gorilla/mux
	Handle        Handler
	InvalidStatus int          // the status of invalid input
	InvalidCode   pipes.Code   // the code of invalid input, which then always names a field; empty: the usual codes
	InvalidCodes  []pipes.Code // errors that have InvalidStatus here, whatever the error table says
	CallsItself   bool         // the handler calls this server, so a reset must not wait for it
	AnyBody       bool         // the body may be too large to be read, because the handler does not look at it

	Control     bool     // a call of the control plane: guarded, and written for people to read
	WholeServer bool     // a control call about the whole server, which opens no environment
	QueryNames  []string // the query parameters of a control call; nil allows any

	// SubjectOf returns the connection that a call is about and the key that rate limits count it by. Nil means the
	// connection that path, query and body name, and the API key.
	SubjectOf func(*Call) (key scenarios.Key, apiKey string)

	// TokenOf returns what selects the environment of a call without an API key: a token, or the opaque part of the
	// address of a consent page. It is set where EnvironmentOf is.
	TokenOf func(r *http.Request, vars map[string]string) string

	// EnvironmentOf selects the environment for calls without an API key, and returns the provider's token that the
	// call carries, if any. Nil means that the API key decides.
	EnvironmentOf func(*Call) (environment, token string)
}

// OnBehalfOf is the header by which Relay names the environment that it calls the provider's side for.
const OnBehalfOf = "X-Pipesfake-Environment"

// AnyMethod is the Method of a route that takes every method.
const AnyMethod = "*"

// Handler handles a call. StatusOf gives its error a status.
type Handler func(*Call) (Reply, error)

// IsWholeServer reports whether a call is about the whole server and so must not open an environment.
func (r *Route) IsWholeServer(query url.Values) bool {
	coverageOfAll := slices.Contains(r.QueryNames, "all") && query.Get("all") == "true"
	return r.Control && (r.WholeServer || coverageOfAll)
}

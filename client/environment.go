package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/internal/apikey"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/narrow"
	"example.com/pipesfake/scenarios"
)

// Environment is an environment of a running server, with the methods of fake.Environment, which documents them. It is
// safe for concurrent use. A change is in force when the method that makes it returns.
//
// A mistake, such as an unknown scenario, and a server that does not answer fail the test of Start or WithTest. Without
// a test they panic with the error.
type Environment struct {
	control   *transport
	url, name string
	http      *http.Client
	t         fake.TB
}

// fail fails the test, or panics with the error if there is no test.
func (e *Environment) fail(err error) {
	if e.t == (noTest{}) {
		panic(err)
	}
	e.t.Helper()
	e.t.Fatalf("pipesfake: %v", err)
}

// Call makes a control call about the environment. The path is what follows /_control, such as
// "/requests?operation=token". The body is encoded as JSON, unless it is nil, or a []byte, which is sent as it is. The
// response is decoded from JSON into a value, unless that is nil, or a *[]byte, which gets the response as it is. If
// ctx has no deadline, the call ends after the timeout of WithTimeout. The error is an *Error or a *VerificationError
// if the server refused the call.
func (e *Environment) Call(ctx context.Context, method, path string, body, into any) error {
	u, err := url.Parse(path)
	if err != nil {
		return fmt.Errorf("the path of the call: %w", errors.Unwrap(err))
	}
	query := u.Query()
	query.Set("environment", e.name)
	return e.control.call(ctx, method, "/_control"+u.EscapedPath(), query, body, into)
}

// do makes a control call with the usual timeout.
func (e *Environment) do(method, path string, body, into any) error {
	return e.Call(context.Background(), method, path, body, into)
}

// Name returns the name of the environment.
func (e *Environment) Name() string { return e.name }

// URL returns the base URL for the client under test, without a slash at the end.
func (e *Environment) URL() string { return e.url }

// APIKey returns the key that selects the environment. Send it in the header "Authorization: Bearer <key>". A key
// sk_env_NAME selects the environment NAME, and any other that begins with sk_ selects "default".
func (e *Environment) APIKey() string { return apikey.Of(e.name) }

// Client returns an HTTP client that reaches the server at its URL. It does not add an API key.
func (e *Environment) Client() *http.Client { return e.http }

// Use switches connections to a scenario, as fake.Environment.Use does.
func (e *Environment) Use(scenario string, places ...fake.Place) {
	e.t.Helper()
	if err := e.use(scenario, places); err != nil {
		e.fail(err)
	}
}

// UseState switches connections to a state, as fake.Environment.UseState does.
func (e *Environment) UseState(state fake.State, places ...fake.Place) {
	e.t.Helper()
	var err error
	switch problems := state.Check(); {
	case len(problems) > 0:
		err = problems
	case state.LacksScopes() && len(state.MissingScopes) == 0: // it cannot be written
		err = errors.New(`the state of the built-in missing_scopes depends on the provider: Use("missing_scopes")`)
	default:
		err = e.use(state.Tree(), places)
	}
	if err != nil {
		e.fail(err)
	}
}

// use switches connections to a scenario: a name, or what JSON writes as an inline scenario.
func (e *Environment) use(scenario any, places []fake.Place) error {
	var place scenarios.Place
	ttl, err := narrow.Switch(&place, places)
	if err != nil {
		return err
	}
	body := append(fields.Tree{{Key: "scenario", Value: scenario}}, place.Tree()...)
	body.Add(ttl != 0, "ttl", scenarios.FormatDuration(ttl))
	return e.do("PUT", "/scenario", body, nil)
}

// TakeBack removes the last switch, as fake.Environment.TakeBack does.
func (e *Environment) TakeBack() {
	e.t.Helper()
	if err := e.do("DELETE", "/scenario", nil, nil); err != nil {
		e.fail(err)
	}
}

// Reset returns the environment to its starting state, as fake.Environment.Reset does.
func (e *Environment) Reset() {
	e.t.Helper()
	if err := e.do("POST", "/reset", nil, nil); err != nil {
		e.fail(err)
	}
}

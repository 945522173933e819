package provider

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

func noon() time.Time { return time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC) }

// newRegistry returns the environments of a scenario file. Their clocks are frozen at noon.
func newRegistry(t *testing.T, file string) *environment.Registry {
	t.Helper()
	set, err := scenarios.Parse("test.yaml", []byte("version: 1\n"+file))
	if err != nil {
		t.Fatal(err)
	}
	return environment.NewRegistry(environment.Config{
		Scenarios: set, Clock: func() *clock.Clock { return clock.FrozenAt(noon()) }, Max: 10, JournalSize: 10,
	})
}

// open returns an environment by its name.
func open(t *testing.T, registry *environment.Registry, name string) *environment.Environment {
	t.Helper()
	opened, err := registry.Open(name, noon())
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

// tokenOf returns the token that an environment gives a user now.
func tokenOf(t *testing.T, e *environment.Environment, provider, user string) string {
	t.Helper()
	connection, err := e.Token(model.Query{Key: scenarios.Key{Provider: provider, User: user}})
	if err != nil {
		t.Fatal(err)
	}
	return connection.Token
}

// use switches all connections of an environment to a scenario.
func use(t *testing.T, e *environment.Environment, name string) {
	t.Helper()
	scenario, err := e.Scenarios().Scenario(name)
	if err == nil {
		_, err = e.Switch(model.Place{}, scenario, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// newCall returns a call from a line like "GET /user", with headers in turn: name, value.
func newCall(e *environment.Environment, line string, headers ...string) *call.Call {
	method, target, _ := strings.Cut(line, " ")
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return &call.Call{
		Environment: e, Request: r, Query: r.URL.Query(), Vars: map[string]string{}, Bodies: new(body.Parser),
		Began: noon(),
	}
}

// serverOf is a Self whose responses a function makes.
type serverOf func(*http.Request) (*http.Response, error)

func (s serverOf) URL() string { return "http://fake.test" }

func (s serverOf) Client() *http.Client { return &http.Client{Transport: s} }

func (s serverOf) RoundTrip(r *http.Request) (*http.Response, error) { return s(r) }

// bodyOf returns the body of a reply as text, a text that is not JSON behind its content type.
func bodyOf(t *testing.T, reply call.Reply) string {
	t.Helper()
	if text, is := reply.Body.(call.Text); is {
		return text.ContentType + " " + string(text.Body)
	}
	text, err := json.Marshal(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

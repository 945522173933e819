package ui

import (
	"net/url"
	"regexp"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/internal/apikey"
	"example.com/pipesfake/scenarios"
)

// newRequest returns a request for the page of an environment with a scenario file. Its clock is frozen.
func newRequest(t *testing.T, file string) Request {
	t.Helper()
	set, err := scenarios.Parse("test.yaml", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	noon := func() *clock.Clock { return clock.FrozenAt(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)) }
	registry := environment.NewRegistry(environment.Config{Scenarios: set, Clock: noon, Max: 10, JournalSize: 10})
	t.Cleanup(func() {
		registry.Stop()
		registry.Wait()
	})
	e, err := registry.Open(apikey.DefaultName, clock.RealNow())
	if err != nil {
		t.Fatal(err)
	}
	return Request{
		Call: control.Call{
			Context: t.Context(), Environment: e, Registry: registry, Bodies: new(body.Parser), Query: url.Values{},
		},
		Method: "GET", Base: "http://fake.test", Did: new(ActionLog),
	}
}

// use switches a place to a scenario.
func use(t *testing.T, r Request, scenario string, place scenarios.Place) {
	t.Helper()
	found, err := r.Environment.Scenarios().Scenario(scenario)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Environment.Switch(place, found, 0); err != nil {
		t.Fatal(err)
	}
}

// press sends the form of an action, and returns the response.
func press(r Request, action string, form url.Values) Response {
	r.Method, r.Path, r.Body = "POST", "do/"+action, []byte(form.Encode())
	return Serve(r)
}

// get returns the part of the page at an address, which begins with /_ui/.
func get(t *testing.T, r Request, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	r.Path, r.Query = u.Path[len("/_ui/"):], u.Query()
	return string(Serve(r).Body)
}

// find returns the first group of a pattern in a page, or an empty text.
func find(page, pattern string) string {
	found := regexp.MustCompile(pattern).FindStringSubmatch(page)
	if found == nil {
		return ""
	}
	return found[1]
}

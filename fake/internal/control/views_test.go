package control

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/redact"
	"example.com/pipesfake/fake/internal/script"
	"example.com/pipesfake/scenarios"
)

// masking returns views of an environment that knows one secret.
func masking() views {
	hide := func(text string) string { return strings.ReplaceAll(text, "VERYSECRET", "…") }
	return views{redact.New(hide, func() []string { return nil })}
}

func described(d RequestDetail) string {
	return fmt.Sprintf("headers %v, response %v %s, status %v, decided %v",
		d.Headers, d.ResponseHeaders, d.ResponseBody, d.Status != nil, d.DecidedBy != nil)
}

func encoded(t *testing.T, view any) string {
	t.Helper()
	text, err := json.Marshal(view)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Every view masks the secret in each place where an id or a text of a user can be, and the zero views mask nothing.
func TestViewsMask(t *testing.T) {
	t.Parallel()
	const secret = "VERYSECRET"
	key := scenarios.Key{Provider: secret, User: secret, Organization: secret}
	place := model.Place{Provider: secret, User: secret, Organization: secret}
	broken := &scenarios.Fault{Place: place, Status: 503, Body: &[]string{secret}[0]}
	state := scenarios.State{Scopes: []string{"a", secret}, MissingScopes: []string{secret}}
	steps := &scenarios.Scenario{Steps: []scenarios.Step{
		{Fault: broken, Times: 1}, {Scenario: &scenarios.Scenario{State: state}},
	}}
	switched := &model.Switch{Scenario: script.Reference{Scenario: steps}, Place: place, At: noon()}
	event := new(model.Event)
	event.Key = key
	request := &journal.Entry{Key: key, Path: "/" + secret, Error: secret}
	verdict := journal.Verdict{Why: secret, NearMisses: []string{secret}}
	decision := model.Decision{By: model.BySwitch, Switch: switched, Scenario: steps, At: noon()}
	for name, view := range map[string]func(v views) any{
		"a switch":     func(v views) any { return v.oneSwitch(switched) },
		"a place":      func(v views) any { return v.place(place) },
		"a fault":      func(v views) any { return v.activeFault(&scenarios.Set{}, fault.Active{Fault: *broken}) },
		"a state":      func(v views) any { return v.state(state) },
		"a decision":   func(v views) any { return v.decision(decision) },
		"steps":        func(v views) any { return v.steps([]model.Step{{Script: steps, Fault: broken}}) },
		"a request":    func(v views) any { return v.request(request) },
		"one in full":  func(v views) any { return v.requestDetail(&journal.Entry{Key: key, Decision: &decision}) },
		"an event":     func(v views) any { return v.event(event) },
		"coverage":     func(v views) any { return v.coverage([]string{secret}, nil) },
		"near misses":  func(v views) any { return v.verdict(verdict) },
		"several ones": func(v views) any { return v.each([]string{"a", secret, secret}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := encoded(t, view(masking())); strings.Contains(got, secret) {
				t.Errorf("it shows the secret: %s", got)
			}
			if got := encoded(t, view(views{})); !strings.Contains(got, secret) {
				t.Errorf("it does not show what it should: %s", got)
			}
		})
	}
}

// What views mask stays as it is in the environment.
func TestViewsChangeNothing(t *testing.T) {
	t.Parallel()
	shared := []string{"a", "VERYSECRET", "b"}
	if got := masking().each(shared); !slices.Equal(got, []string{"a", "…", "b"}) || shared[1] != "VERYSECRET" {
		t.Errorf("%q is shown as %q", shared, got)
	}
	plain := []string{"a", "b"}
	if got := masking().each(plain); &got[0] != &plain[0] {
		t.Error("a list without secrets is copied")
	}
}

// A provider that is shown must be a slug, also where it is a secret.
func TestFaultViews(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault scenarios.Fault
		want  string
	}{
		"a status": {scenarios.Fault{Status: 503}, `{"status":503}`},
		"a secret as the provider": {
			scenarios.Fault{Status: 503, Place: scenarios.Place{Provider: "VERYSECRET"}},
			`{"status":503,"provider":"hidden-"}`,
		},
		"no organization": {
			scenarios.Fault{Status: 503, Place: scenarios.Place{NoOrganization: true}},
			`{"status":503,"organization_id":null}`,
		},
		"a rate limit": {
			scenarios.Fault{RateLimit: &scenarios.RateLimit{Requests: 2, Per: time.Minute}},
			`{"rate_limit":{"requests":2,"per":"1m","by":"key"}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := encoded(t, masking().fault(&c.fault)); got != c.want {
				t.Errorf("the fault is shown as %s, want %s", got, c.want)
			}
		})
	}
}

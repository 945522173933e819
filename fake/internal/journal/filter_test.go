package journal

import (
	"slices"
	"testing"

	"example.com/pipesfake/scenarios"
)

// call is a token call of alice, in acme.
func call() *Entry {
	return &Entry{
		RequestID: "req_1", Operation: "token", Status: 200,
		Key: scenarios.Key{Provider: "github", User: "alice", Organization: "acme"},
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	personal := call()
	personal.Organization = ""
	owned := call()
	owned.User = ""
	broken := call()
	broken.Status = 0
	place := func(p scenarios.Place) Filter { return Filter{Place: p} }
	for name, c := range map[string]struct {
		filter Filter
		entry  *Entry
		want   bool
	}{
		"nothing in particular":                {Filter{}, call(), true},
		"the operation":                        {Filter{Operation: "token"}, call(), true},
		"another operation":                    {Filter{Operation: "credentials"}, call(), false},
		"an event's name":                      {Filter{Event: "token"}, call(), true},
		"another event":                        {Filter{Event: "connected"}, call(), false},
		"another webhook":                      {Filter{Webhook: "connected"}, call(), false},
		"the user":                             {place(scenarios.Place{User: "alice"}), call(), true},
		"another user":                         {place(scenarios.Place{User: "bob"}), call(), false},
		"another provider":                     {place(scenarios.Place{Provider: "slack"}), call(), false},
		"another organization":                 {place(scenarios.Place{Organization: "b"}), call(), false},
		"no organization, in one":              {place(scenarios.Place{NoOrganization: true}), call(), false},
		"no organization, in none":             {place(scenarios.Place{NoOrganization: true}), personal, true},
		"no organization, about no connection": {place(scenarios.Place{NoOrganization: true}), &Entry{}, false},
		"owned by an organization, but a user": {place(scenarios.Place{Shared: true}), call(), false},
		"owned by an organization":             {place(scenarios.Place{Shared: true}), owned, true},
		"owned, about no connection":           {place(scenarios.Place{Shared: true}), &Entry{}, false},
		"the status":                           {Filter{Status: 200}, call(), true},
		"another status":                       {Filter{Status: 503}, call(), false},
		"a status, without a response":         {Filter{Status: 503}, broken, false},
		"no response":                          {Filter{NoAnswer: true}, broken, true},
		"no response, but there was one":       {Filter{NoAnswer: true}, call(), false},
		"the operation, but of another user": {
			Filter{Operation: "token", Place: scenarios.Place{User: "b"}}, call(), false,
		},
		"the operation, the user, and a status": {
			Filter{"token", "", "", scenarios.Place{User: "alice"}, 200, false}, call(), true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.filter.Matches(c.entry); got != c.want {
				t.Errorf("a filter%s matches: %v", c.filter, got)
			}
		})
	}
}

func TestFilterString(t *testing.T) {
	t.Parallel()
	for want, filter := range map[string]Filter{
		"":          {},
		" of token": {Operation: "token"},
		` of token for provider "github", user "alice" answered 200`: {
			Operation: "token", Place: scenarios.Place{Provider: "github", User: "alice"}, Status: 200,
		},
		" for no organization without an answer": {Place: scenarios.Place{NoOrganization: true}, NoAnswer: true},
		" of connected":                          {Event: "connected"},
	} {
		if got := filter.String(); got != want {
			t.Errorf("the filter is described as %q, want %q", got, want)
		}
	}
}

func messages(problems scenarios.Problems) (list []string) {
	for _, problem := range problems {
		list = append(list, problem.Field+": "+problem.Message)
	}
	return list
}

func TestFilterCheck(t *testing.T) {
	t.Parallel()
	const event = "pipes.connected_account.connected"
	for name, c := range map[string]struct {
		filter Filter
		want   []string
	}{
		"nothing":  {Filter{}, nil},
		"an event": {Filter{Event: event}, nil},
		"a misspelled operation": {
			Filter{Operation: "tokn"}, []string{`operation: no operation is called "tokn" (did you mean token?): ` +
				"docs/pipes-api.md and GET /_control/openapi.json list all"},
		},
		"event and webhook": {
			Filter{Event: event, Webhook: event}, []string{"webhook: webhook is waited for by itself: leave event out"},
		},
		"an operation and an event": {
			Filter{Event: event, Operation: "token"},
			[]string{"operation: operation is that of a call: leave it out, or event"},
		},
		"a status and a webhook": {
			Filter{Webhook: event, Status: 200},
			[]string{"status: status is that of a call's answer: leave it out, or webhook"},
		},
		"a status without an answer": {
			Filter{Status: 200, NoAnswer: true},
			[]string{"status: a call without an answer has no status: leave one of them out"},
		},
		"a status that no response has": {Filter{Status: 600}, []string{"status: " + StatusRule}},
		"a status that is too low":      {Filter{Status: 199}, []string{"status: " + StatusRule}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := messages(c.filter.Check()); !slices.Equal(got, c.want) {
				t.Errorf("the problems are %q, want %q", got, c.want)
			}
		})
	}
}

package control

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
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
		"one in full":  func(v views) any { return v.requestDetail(&journal.Entry{Key: key, Decision: decision}) },
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

func TestCoverageView(t *testing.T) {
	t.Parallel()
	counted := journal.Coverage{
		{Provider: "github", Kind: journal.KindAnswer, Name: "active"}:                     3,
		{Provider: "github", Kind: journal.KindAnswer, Name: "expired"}:                    1,
		{Provider: "github", Kind: journal.KindFault, Name: "status"}:                      2,
		{Provider: "made-up", Kind: journal.KindError, Name: string(pipes.EntityNotFound)}: 4,
	}
	view := views{}.coverage([]string{"github", "slack"}, counted)
	if view.Percent != 20 || view.Seen != 2 || view.Of != 10 || view.Errors[string(pipes.EntityNotFound)] != 4 {
		t.Errorf("the coverage is %+v", view)
	}
	github := view.Providers[0]
	missing := []string{"missing_scopes", "not_installed", "needs_reauthorization"}
	if github.Percent != 40 || github.Faults["status"] != 2 || !slices.Equal(github.Missing, missing) {
		t.Errorf("the coverage of github is %+v", github)
	}
	markdown := view.markdown()
	for _, line := range []string{
		"# Coverage: 20 % (2 of 10 answers)\n",
		"| github | 3 | – | 1 | – | – | – | status 2 |\n", "| slack | – | – | – | – | – | – | – |\n",
		"\nWithout a provider: errors entity_not_found 4; faults –.\n", "\nFaults never seen: ",
	} {
		if !strings.Contains(markdown, line) {
			t.Errorf("the table lacks %q:\n%s", line, markdown)
		}
	}
	if empty := (views{}).coverage(nil, nil); empty.Percent != 0 || empty.Of != 0 {
		t.Errorf("the coverage of no provider is %+v", empty)
	}
}

func TestReadStatePage(t *testing.T) {
	t.Parallel()
	const rule = " must be a whole number from 1 to "
	for query, c := range map[string]struct {
		from  model.From
		limit int
		wrong string
	}{
		"":        {},
		"limit=7": {limit: 7},
		"next=1&next_switch=2&next_integration=3": {from: model.From{Connection: 1, Switch: 2, Integration: 3}},
		"next=9223372036854775807":                {from: model.From{Connection: math.MaxInt64}},
		"next=9223372036854775808":                {wrong: "next: next" + rule + "9223372036854775807"},
		"limit=1001":                              {wrong: "limit: limit" + rule + "1000"},
		"limit=0":                                 {wrong: "limit: limit" + rule + "1000"},
		"limit=x&next=-1": {
			wrong: "next: next" + rule + "9223372036854775807\nlimit: limit" + rule + "1000",
		},
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		from, limit, wrong := readStatePage(values)
		if got := listed(wrong); got != c.wrong {
			t.Errorf("%s: the mistakes are %s, want %s", query, got, c.wrong)
		}
		if c.wrong == "" && (from != c.from || limit != c.limit) {
			t.Errorf("%s: the page begins at %v and has %d, want %v and %d", query, from, limit, c.from, c.limit)
		}
	}
}

func TestReadConnectionKey(t *testing.T) {
	t.Parallel()
	const required = " is required: this names one connection (GET /_control/state shows all)"
	for query, c := range map[string]struct {
		key   scenarios.Key
		wrong string
	}{
		"provider=github&user_id=alice": {key: scenarios.Key{Provider: "github", User: "alice"}},
		"provider=github&user_id=alice&organization_id=acme": {
			key: scenarios.Key{Provider: "github", User: "alice", Organization: "acme"},
		},
		"provider=github&user_id=alice&organization_id=none": {key: scenarios.Key{Provider: "github", User: "alice"}},
		"provider=github&user_id=alice&organization_id=acme&connection_owner=organization": {
			key: scenarios.Key{Provider: "github", Organization: "acme"},
		},
		"":                {wrong: "provider: provider" + required + "\nuser_id: user_id" + required},
		"provider=github": {wrong: "user_id: user_id" + required},
		"provider=github&connection_owner=organization": {wrong: "organization_id: organization_id" + required},
		"provider=github&user_id=alice&connection_owner=me": {
			wrong: "connection_owner: connection_owner must be user or organization",
		},
		"provider=github&user_id=a%00b&organization_id=%00": {
			wrong: "user_id: user_id has a control character in it\n" +
				"organization_id: organization_id has a control character in it",
		},
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		key, wrong := readConnectionKey(values)
		if got := listed(wrong); got != c.wrong {
			t.Errorf("%s: the mistakes are\n%s, want\n%s", query, got, c.wrong)
		}
		if c.wrong == "" && key != c.key {
			t.Errorf("%s: the connection is %v, want %v", query, key, c.key)
		}
	}
}

func TestCheckQuery(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"":                "",
		"limit=1&next=2":  "",
		"limit=1&limit=2": "limit: limit stands in the query more than once",
		"limitt=1":        "limitt: unknown query parameter limitt (did you mean limit?)",
		"limitt=1&aaaaaaaa=1": "aaaaaaaa: unknown query parameter aaaaaaaa\n" +
			"limitt: unknown query parameter limitt (did you mean limit?)",
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if got := mistakesIn(t, CheckQuery(values, "limit", "next")); got != want {
			t.Errorf("%s: the mistakes are\n%s, want\n%s", query, got, want)
		}
	}
}

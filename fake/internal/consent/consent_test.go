package consent

import (
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/apikey"
	"example.com/pipesfake/scenarios"
)

// newCall returns a call to the consent page of alice's github, which the application asked for.
func newCall(t *testing.T, file, method, query, form string, asked model.ConsentRequest) *call.Call {
	t.Helper()
	set, err := scenarios.Parse("test.yaml", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	noon := func() *clock.Clock { return clock.FrozenAt(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)) }
	registry := environment.NewRegistry(environment.Config{Scenarios: set, Clock: noon, Max: 1, JournalSize: 1})
	t.Cleanup(func() {
		registry.Stop()
		registry.Wait()
	})
	e, err := registry.Open(apikey.DefaultName, clock.RealNow())
	if err != nil {
		t.Fatal(err)
	}
	asked.Key = scenarios.Key{Provider: "github", User: "alice"}
	opaque, _, err := e.Authorize(asked)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(method, "http://fake.test/page?"+query, nil)
	return &call.Call{
		Environment: e, Vars: map[string]string{"opaque": opaque}, Query: r.URL.Query(), Request: r,
		Body: []byte(form), Bodies: new(body.Parser),
	}
}

func TestWhoDecidesWhenThePageIsOpened(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		query, byDefault string
		want             string
		isInvalid        bool
	}{
		"the user":                    {"", scenarios.Ask, scenarios.Ask, false},
		"the file":                    {"", scenarios.Deny, scenarios.Deny, false},
		"the query":                   {"consent=approve", scenarios.Ask, scenarios.Approve, false},
		"the query, not the file":     {"consent=fail", scenarios.Deny, scenarios.Fail, false},
		"the user, says the query":    {"consent=ask", scenarios.Approve, scenarios.Ask, false},
		"the first of two":            {"consent=deny&consent=approve", scenarios.Ask, scenarios.Deny, false},
		"nobody, for an unknown word": {"consent=perhaps", scenarios.Ask, "", true},
		"nobody, for an empty word":   {"consent=", scenarios.Approve, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			query, err := url.ParseQuery(one.query)
			if err != nil {
				t.Fatal(err)
			}
			got, err := decisionWithoutForm(query, one.byDefault)
			if got != one.want || (err != nil) != one.isInvalid {
				t.Errorf("got %q, %v, want %q", got, err, one.want)
			}
		})
	}
}

func TestTheDecisionOfTheForm(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		form      string
		decision  string
		granted   []string
		isInvalid bool
	}{
		"approve with two scopes":   {"decision=approve&scope=a&scope=b", "approve", []string{"a", "b"}, false},
		"approve without any scope": {"decision=approve", "approve", []string{}, false},
		"deny":                      {"decision=deny", "deny", []string{}, false},
		"let the provider fail":     {"decision=fail", "fail", []string{}, false},
		"ask again":                 {"decision=ask", "", nil, true},
		"no decision":               {"scope=a", "", nil, true},
		"an empty form":             {"", "", nil, true},
		"no form":                   {"decision=approve&a=%zz", "", nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			decision, granted, err := decisionOfForm([]byte(one.form))
			if decision != one.decision || !slices.Equal(granted, one.granted) || (err != nil) != one.isInvalid {
				t.Errorf("got %q, %q, %v", decision, granted, err)
			}
			if err == nil && granted == nil {
				t.Error("no scopes would mean all scopes")
			}
		})
	}
}

func TestWhereTheUserIsSentAfterwards(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		returnTo, code, state string
		want                  string
	}{
		"the address as it is":  {"https://app.test/back?a=%2F#top", "", "s", "https://app.test/back?a=%2F#top"},
		"with a code and state": {"https://app.test/back", "c", "s", "https://app.test/back?connect_code=c&state=s"},
		"after a query":         {"https://app.test/?a=b", "c", "s", "https://app.test/?a=b&connect_code=c&state=s"},
		"before a fragment":     {"https://app.test/#top", "c", "s", "https://app.test/?connect_code=c&state=s#top"},
		"between both": {
			"https://app.test/?a#top", "c", "s", "https://app.test/?a&connect_code=c&state=s#top",
		},
		"a query in the fragment": {
			"https://app.test/#/a?b", "c", "s", "https://app.test/?connect_code=c&state=s#/a?b",
		},
		"escaped": {
			"https://app.test/", "a&b", "c d", "https://app.test/?connect_code=a%26b&state=c+d",
		},
		"an address of an app":      {"app:done", "c", "s", "app:done?connect_code=c&state=s"},
		"with an empty fragment":    {"https://app.test/#", "c", "", "https://app.test/?connect_code=c&state=#"},
		"nowhere, if it names none": {"", "", "s", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := model.Authorization{Code: one.code, State: one.state}
			a.ReturnTo = one.returnTo
			if got := returnAddress(a); got != one.want {
				t.Errorf("got %s, want %s", got, one.want)
			}
		})
	}
}

// An application that sends a code_challenge finishes the connection itself. It gets a code only if the user approves.
func TestWhenAConnectCodeIsHandedOut(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		challenge, decision string
		hasCode             bool
		state               string // of the connection afterwards
	}{
		"approved, without a challenge": {"", "approve", false, scenarios.Connected},
		"approved, with a challenge":    {"challenge", "approve", true, scenarios.NotInstalled},
		"denied, with a challenge":      {"challenge", "deny", false, scenarios.NotInstalled},
		"failed, with a challenge":      {"challenge", "fail", false, scenarios.NotInstalled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := model.ConsentRequest{ReturnTo: "https://app.test/back", Challenge: one.challenge}
			c := newCall(t, "version: 1\nstart: not_installed\n", "POST", "", "decision="+one.decision, asked)
			reply, err := decide(c)
			if err != nil {
				t.Fatal(err)
			}
			location, err := url.Parse(reply.Header.Get("Location"))
			if err != nil || reply.Status != 302 {
				t.Fatalf("%d, %v", reply.Status, err)
			}
			query := location.Query()
			hasError := one.challenge != "" && !one.hasCode
			if query.Has("connect_code") != one.hasCode || query.Has("error") != hasError ||
				query.Has("state") != (one.challenge != "") {
				t.Errorf("the user is sent to %s", location)
			}
			if got := c.Environment.Inspect(reply.Key).State; got != one.state {
				t.Errorf("the connection is %s, want %s", got, one.state)
			}
		})
	}
}

func TestWhichScopesThePageOffers(t *testing.T) {
	t.Parallel()
	offered := regexp.MustCompile(`name="scope" value="([^"]*)" checked`)
	for name, one := range map[string]struct {
		file string
		want []string
	}{
		"those of the provider":      {"version: 1\n", []string{"repo", "user:email", "read:org"}},
		"those of the file":          {"version: 1\nproviders: {github: {scopes: [a, b]}}\n", []string{"a", "b"}},
		"none, if the file has none": {"version: 1\nproviders: {github: {scopes: []}}\n", nil},
		"all, if some were denied once": {
			"version: 1\nstart: missing_scopes\n", []string{"repo", "user:email", "read:org"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reply, err := show(newCall(t, one.file, "GET", "", "", model.ConsentRequest{}))
			if err != nil {
				t.Fatal(err)
			}
			page := string(reply.Body.(call.Text).Body)
			var got []string
			for _, match := range offered.FindAllStringSubmatch(page, -1) {
				got = append(got, match[1])
			}
			if !slices.Equal(got, one.want) {
				t.Errorf("got %q, want %q", got, one.want)
			}
			if asksForNone := strings.Contains(page, "It asks for no scopes."); asksForNone != (one.want == nil) {
				t.Errorf("the page is %s", page)
			}
		})
	}
}

// HEAD shows whether the page is there. It must not decide, because programs send it to look at links.
func TestHEADDecidesNothing(t *testing.T) {
	t.Parallel()
	c := newCall(t, "version: 1\nstart: not_installed\n", "HEAD", "consent=approve", "", model.ConsentRequest{})
	reply, err := show(c)
	if err != nil || reply.Status != 200 {
		t.Errorf("%d, %v", reply.Status, err)
	}
	if got := c.Environment.Inspect(reply.Key).State; got != scenarios.NotInstalled {
		t.Errorf("the connection is %s", got)
	}
}

func TestErrorsArePagesForBrowsersOnly(t *testing.T) {
	t.Parallel()
	refused := &pipes.Error{Code: pipes.AuthorizationGone, Message: "It is gone."}
	for accept, isPage := range map[string]bool{
		"": false, "*/*": false, "application/json": false, "text/html": true, "text/html,application/xml;q=0.9": true,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept", accept)
		reply, err := refusal(&call.Call{Request: r}, refused)
		if (err == nil) != isPage {
			t.Errorf("Accept: %s: the error is %v", accept, err)
		}
		if isPage && (reply.Status != 410 || reply.Err != error(refused)) {
			t.Errorf("Accept: %s: got %d, %v", accept, reply.Status, reply.Err)
		}
	}
}

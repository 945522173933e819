package provider

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/apikey"
	"example.com/pipesfake/scenarios"
)

// relayCall returns a call of Relay. The path has the provider, if any.
func relayCall(e *environment.Environment, line string, headers ...string) *call.Call {
	c := newCall(e, line, headers...)
	rest := strings.TrimPrefix(c.Request.URL.Path, "/relay/")
	if rest != c.Request.URL.Path {
		c.Vars["slug"], _, _ = strings.Cut(rest, "/")
	}
	return c
}

func TestWhereARelayedCallGoes(t *testing.T) {
	t.Parallel()
	const user, address, name = "X-Relay-User", "X-Relay-Url", "X-Relay-Provider"
	const gitHubAPI = "https://api.github.com/user"
	for _, test := range []struct {
		name     string
		line     string
		headers  []string
		provider string
		target   string
		err      pipes.Code
	}{
		{"by path", "GET /relay/github/user/repos", []string{user, "u"}, "github", "/user/repos", ""},
		{"by path, with a query", "GET /relay/github/search?q=a%20b", []string{user, "u"}, "github", "/search?q=a%20b",
			""},
		{"by path, as it is escaped", "GET /relay/github/a%2Fb", []string{user, "u"}, "github", "/a%2Fb", ""},
		{"by path, to the root", "GET /relay/github", []string{user, "u"}, "github", "", ""},
		{"by path, which the header repeats", "GET /relay/github/user", []string{user, "u", name, "github"}, "github",
			"/user", ""},
		{"by URL", "GET /relay", []string{user, "u", address, gitHubAPI}, "github", "/user", ""},
		{"by URL, with a query", "GET /relay", []string{user, "u", address, gitHubAPI + "?page=2"}, "github",
			"/user?page=2", ""},
		{"by URL, without a path", "GET /relay", []string{user, "u", address, "https://api.github.com"}, "github", "",
			""},
		{"by URL of a provider of the file", "GET /relay", []string{user, "u", address, "https://crm.example.com/a"},
			"crm", "/a", ""},
		{"by URL and name", "GET /relay", []string{user, "u", address, "https://ghe.example.com/a", name, "github"},
			"github", "/a", ""},
		{"by URL, whose provider the header repeats", "GET /relay", []string{user, "u", address, gitHubAPI, name,
			"github"},
			"github", "/user", ""},
		{"no target", "GET /relay", []string{user, "u"}, "", "", pipes.RelayMissingURL},
		{"no URL", "GET /relay", []string{user, "u", address, "/user"}, "", "", pipes.RelayInvalidURL},
		{"no web URL", "GET /relay", []string{user, "u", address, "ftp://api.github.com"}, "", "",
			pipes.RelayInvalidURL},
		{"an unknown host", "GET /relay", []string{user, "u", address, "https://example.com/a"}, "", "",
			pipes.RelayProviderNotFound},
		{"path and header name two providers", "GET /relay/github/user", []string{user, "u", name, "slack"}, "", "",
			pipes.RelayProviderConflict},
		{"URL and header name two providers", "GET /relay", []string{user, "u", address, gitHubAPI, name, "slack"},
			"", "", pipes.RelayProviderConflict},
		{"two targets", "GET /relay/github/user", []string{user, "u", address, gitHubAPI}, "", "",
			pipes.RelayProviderConflict},
		{"no user", "GET /relay/github/user", nil, "", "", pipes.RelayUserRequired},
		{"a user that nobody can be", "GET /relay/github/user", []string{user, strings.Repeat("u", 256)}, "", "",
			pipes.InvalidRequest},
		{"an organization that none can be", "GET /relay/github/user",
			[]string{user, "u", "X-Relay-Organization", strings.Repeat("o", 256)}, "", "", pipes.InvalidRequest},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e := open(t, newRegistry(t, gitHub), apikey.DefaultName)
			q, target, err := readRelay(relayCall(e, test.line, test.headers...))
			if test.err != "" {
				if err == nil || call.AsError(err).Code != test.err {
					t.Errorf("%v, want %s", err, test.err)
				}
				return
			}
			if err != nil || q.Provider != test.provider || target != test.target || q.User != "u" {
				t.Errorf("%+v at %q (%v), want %s at %q", q, target, err, test.provider, test.target)
			}
		})
	}
}

// Faults and the journal know whose connection Relay uses, also if the call is refused.
func TestSubjectOfARelayedCall(t *testing.T) {
	t.Parallel()
	c := relayCall(nil, "GET /relay/github/user", "X-Relay-User", "u", "X-Relay-Organization", "o",
		"Authorization", "Bearer sk_test")
	key, apiKey := relaySubject(c)
	want := scenarios.Key{Provider: "github", User: "u", Organization: "o"}
	if key != want || apiKey != "Bearer sk_test" {
		t.Errorf("%+v with %q, want %+v", key, apiKey, want)
	}
}

func TestProviderOfAHost(t *testing.T) {
	t.Parallel()
	e := open(t, newRegistry(t, "providers: {our-crm: {}, github: {}}\n"), apikey.DefaultName)
	for host, want := range map[string]string{
		"api.github.com": "github", "github.com": "github", "slack.com": "slack", "our-crm.example.com": "our-crm",
		"eu.our-crm.example.com": "our-crm", "mygithub.com": "", "example.com": "", "": "",
	} {
		if got := providerOf(newCall(e, "GET /relay"), host); got != want {
			t.Errorf("%q is of %q, want %q", host, got, want)
		}
	}
}

func TestWhichHeadersGoToTheProvider(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"Accept": true, "Content-Type": true, "X-Github-Api-Version": true, "User-Agent": true, "If-None-Match": true,
		"Authorization": false, "Cookie": false, "Accept-Encoding": false, "X-Relay-User": false,
		"X-Workos-Anything": false, "X-Forwarded-For": false, "X-Pipesfake-Environment": false, "Via": false,
	} {
		if got := isForwarded(name); got != want {
			t.Errorf("%s goes to the provider: %v, want %v", name, got, want)
		}
	}
}

func TestErrorsThatRelayHasCodesFor(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		err  error
		want pipes.Code
	}{
		{"an unknown user", &pipes.Error{Code: pipes.EntityNotFound, Message: "User not found."},
			pipes.RelayUserNotFound},
		{"an unknown organization", &pipes.Error{Code: pipes.EntityNotFound, Message: "Organization not found."},
			pipes.RelayUserNotFound},
		{"an unknown provider", &pipes.Error{Code: pipes.EntityNotFound, Message: "Data integration not found."},
			pipes.RelayProviderNotFound},
		{"any other", &pipes.Error{Code: pipes.AccountSelectionRequired}, pipes.AccountSelectionRequired},
		{"a defect", errors.New("oops"), pipes.InternalError},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := call.AsError(relayError(test.err)).Code; got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

// Relay calls the provider's side with the user's token, and returns its response.
func TestRelayPassesACallOn(t *testing.T) {
	t.Parallel()
	e := open(t, newRegistry(t, gitHub), apikey.DefaultName)
	var sent *http.Request
	self := serverOf(func(r *http.Request) (*http.Response, error) {
		sent = r
		header := http.Header{"Content-Type": {"text/css"}, "Etag": {"1"}, "X-Request-Id": {"req_1"}, "Date": {"now"}}
		return &http.Response{StatusCode: 404, Header: header, Body: io.NopCloser(strings.NewReader("no"))}, nil
	})
	c := relayCall(e, "PATCH /relay/github/user?x=1", "X-Relay-User", "user_1", "Authorization", "Bearer sk_test",
		"Accept", "text/css", "Cookie", "a=b")
	c.Body = []byte("a body")
	reply, err := relay(self, c)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(sent.Body)
	if err != nil || string(body) != "a body" || sent.Method != "PATCH" ||
		sent.URL.String() != "http://fake.test/_provider/github/user?x=1" {
		t.Errorf("it calls %s %s with %q (%v)", sent.Method, sent.URL, body, err)
	}
	for name, want := range map[string]string{
		"Authorization": "Bearer " + tokenOf(t, e, "github", "user_1"), "Accept": "text/css", "Cookie": "",
		"X-Relay-User": "", call.OnBehalfOf: "default",
	} {
		if got := sent.Header.Get(name); got != want {
			t.Errorf("the provider gets %s: %q, want %q", name, got, want)
		}
	}
	text, is := reply.Body.(call.Text)
	if !is || reply.Status != 404 || string(text.Body) != "no" || text.ContentType != "text/css" {
		t.Errorf("the client gets %d %+v", reply.Status, reply.Body)
	}
	for name, want := range map[string]string{
		"X-Relay-Upstream-Status": "404", "Etag": "1", "X-Request-Id": "", "Date": "",
	} {
		if got := reply.Header.Get(name); got != want {
			t.Errorf("the client gets %s: %q, want %q", name, got, want)
		}
	}
}

func TestRelayDoesNotReachTheProvider(t *testing.T) {
	t.Parallel()
	e := open(t, newRegistry(t, gitHub), apikey.DefaultName)
	self := serverOf(func(*http.Request) (*http.Response, error) { return nil, context.DeadlineExceeded })
	_, err := relay(self, relayCall(e, "GET /relay/github/user", "X-Relay-User", "user_1"))
	if err == nil || call.AsError(err).Code != pipes.RelayUpstreamFailed {
		t.Errorf("%v, want %s", err, pipes.RelayUpstreamFailed)
	}
}

// Without a connection, Relay does not call the provider, but says where to send the user.
func TestRelayWithoutAConnection(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, provider, scenario string
		hasURL                   bool
	}{
		{"not installed", "github", "not_installed", true},
		{"needs reauthorization", "github", "needs_reauthorization", true},
		{"an API key is not given on a consent page", "crm", "not_installed", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e := open(t, newRegistry(t, gitHub), apikey.DefaultName)
			use(t, e, test.scenario)
			self := serverOf(func(r *http.Request) (*http.Response, error) {
				t.Errorf("it calls %s", r.URL)
				return nil, errors.ErrUnsupported
			})
			reply, err := relay(self, relayCall(e, "GET /relay/"+test.provider+"/user", "X-Relay-User", "user_1"))
			if err != nil || reply.Status != http.StatusPaymentRequired {
				t.Fatalf("%d (%v), want 402", reply.Status, err)
			}
			text := bodyOf(t, reply)
			if strings.Contains(text, `"authorization_url":"http`) != test.hasURL ||
				!strings.Contains(text, "("+test.scenario+")") {
				t.Errorf("%s, has a URL: want %v", text, test.hasURL)
			}
		})
	}
}

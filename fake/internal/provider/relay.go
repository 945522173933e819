package provider

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Self reaches the server that the routes belong to. Relay calls its provider's side.
type Self interface {
	URL() string
	Client() *http.Client
}

// RelayRoutes returns Relay: calls at a provider that WorkOS makes with the user's credential (source: docs). The
// provider is the fake's own side of it, which self reaches.
func RelayRoutes(self Self) []call.Route {
	pattern := call.Route{
		Operation: "relay", Method: call.AnyMethod, Path: "/relay", InvalidStatus: 400, CallsItself: true,
		SubjectOf: relaySubject,
		Handle:    func(c call.Call) (call.Reply, error) { return relay(self, c) },
	}
	withProvider := pattern
	withProvider.Path = "/relay/{slug:[^/]+}{rest:(?:/.*)?}"
	return []call.Route{pattern, withProvider}
}

func relaySubject(c call.Call) (key scenarios.Key, apiKey string) {
	key = call.KeyFromPath(c.Vars, c.Query)
	key.User, key.Organization = c.Request.Header.Get("X-Relay-User"), c.Request.Header.Get("X-Relay-Organization")
	return key, c.Request.Header.Get("Authorization")
}

// What Relay waits for a provider (source: docs), and how long an answer may be.
const (
	relayPatience = 30 * time.Second
	longestRelay  = 10 << 20
)

// relay passes a call on with the credential of whom X-Relay-User names.
func relay(self Self, c call.Call) (call.Reply, error) {
	q, target, err := readRelay(c)
	if err != nil {
		return call.Reply{}, err
	}
	account, err := c.Environment.Credential(q)
	if err != nil {
		return call.Reply{}, relayError(err)
	}
	answer := call.Reply{Status: http.StatusOK, Header: http.Header{}, Decision: account.Decision, Key: q.Key, Answer: journal.AnswerOf(account.View)}
	if account.State != scenarios.Connected {
		answer.Status, answer.Body = http.StatusPaymentRequired, authorizationRequired(c, q, account)
		return answer, nil
	}
	if struck := account.Decision.Fault; struck != nil && struck.Replaces() {
		return call.Reply{}, &pipes.Error{Code: pipes.RelayUpstreamFailed, Message: "The credential could not be obtained (" + struck.String() + ")."}
	}
	answer.Decision.Fault = nil
	upstream, err := callProvider(self, c, q.Provider, target, account.Token)
	if err != nil {
		return call.Reply{}, &pipes.Error{Code: pipes.RelayUpstreamFailed, Message: "The provider did not answer: " + pipes.Reason(err) + "."}
	}
	answer.Status, answer.Header, answer.Body = upstream.StatusCode, upstream.Header, upstream.body
	answer.Header.Set("X-Relay-Upstream-Status", strconv.Itoa(upstream.StatusCode))
	for _, name := range []string{"Content-Length", "Content-Type", "Date", "Connection", "X-Request-Id", "X-Pipesfake-Decision"} {
		answer.Header.Del(name)
	}
	return answer, nil
}

// authorizationRequired is Relay's answer for a connection that is not good, with where to send the user.
func authorizationRequired(c call.Call, q model.Query, account *model.Account) any {
	answer := struct {
		Code             pipes.Code `json:"code"`
		Message          string     `json:"message"`
		Connection       string     `json:"connection"`
		AuthorizationURL *string    `json:"authorization_url"`
	}{pipes.RelayAuthorizationRequired, "The user has to connect " + q.Provider + " first (" + account.State + ").", q.Provider, nil}
	if account.AuthMethod == scenarios.OAuth {
		if opaque, _, err := c.Environment.Authorize(model.ConsentRequest{Query: q}); err == nil {
			answer.AuthorizationURL = new(c.ConsentURL(opaque))
		}
	}
	return answer
}

// readRelay reads whom a call is for, and where it goes at the provider.
func readRelay(c call.Call) (q model.Query, target string, err error) {
	refuse := func(code pipes.Code, format string, args ...any) error {
		return &pipes.Error{Code: code, Message: fmt.Sprintf(format, args...)}
	}
	header := c.Request.Header
	q.Provider, q.User, q.Organization = c.Vars["slug"], header.Get("X-Relay-User"), header.Get("X-Relay-Organization")
	target = c.Request.URL.EscapedPath()
	if q.Provider != "" {
		target = strings.TrimPrefix(target, "/relay/"+c.Vars["slug"])
	}
	named := header.Get("X-Relay-Provider")
	if address := header.Get("X-Relay-Url"); address != "" {
		u, err := url.Parse(address)
		if err != nil || !scenarios.IsWebURL(address) {
			return q, "", refuse(pipes.RelayInvalidURL, "X-Relay-URL is not an absolute URL: write https://…")
		}
		if q.Provider != "" {
			return q, "", refuse(pipes.RelayProviderConflict, "The path names a provider, and X-Relay-URL another target: use one of them.")
		}
		target = u.EscapedPath()
		if u.RawQuery != "" {
			target += "?" + u.RawQuery
		}
		known := providerOf(c, u.Hostname())
		if q.Provider = named; named == "" {
			q.Provider = known
		}
		if known != "" && q.Provider != known {
			return q, "", refuse(pipes.RelayProviderConflict, "X-Relay-Provider is %q, and the host of X-Relay-URL is of %q.", scenarios.Abridge(named), known)
		}
	} else if q.Provider == "" {
		return q, "", refuse(pipes.RelayMissingURL, "Say where the call goes: /relay/{provider}/{path}, or the header X-Relay-URL.")
	} else if c.Request.URL.RawQuery != "" {
		target += "?" + c.Request.URL.RawQuery
	}
	switch {
	case named != "" && named != q.Provider:
		return q, "", refuse(pipes.RelayProviderConflict, "X-Relay-Provider is %q, and the path names %q.", scenarios.Abridge(named), scenarios.Abridge(q.Provider))
	case q.User == "":
		return q, "", refuse(pipes.RelayUserRequired, "The header X-Relay-User is required: whose connection is used.")
	case scenarios.CheckID(q.User) != "":
		return q, "", refuse(pipes.InvalidRequest, "The header X-Relay-User %s.", scenarios.CheckID(q.User))
	case q.Organization != "" && scenarios.CheckID(q.Organization) != "":
		return q, "", refuse(pipes.InvalidRequest, "The header X-Relay-Organization %s.", scenarios.CheckID(q.Organization))
	case q.Provider == "":
		return q, "", refuse(pipes.RelayProviderNotFound, "No provider is known by the host of X-Relay-URL: name it with X-Relay-Provider.")
	}
	return q, target, nil
}

// providerOf is the provider whose slug is a part of a host's name, as github is of api.github.com (inferred).
func providerOf(c call.Call, host string) string {
	set := c.Environment.Scenarios()
	labels := strings.Split(host, ".")
	i := slices.IndexFunc(labels, func(label string) bool {
		_, declared := set.Declared(label)
		return declared || set.Known(label)
	})
	if i < 0 {
		return ""
	}
	return labels[i]
}

// relayError is an error in Relay's words.
func relayError(err error) error {
	wire := *call.AsError(err)
	if wire.Code == pipes.EntityNotFound {
		wire.Code = pipes.RelayProviderNotFound
		if strings.HasPrefix(wire.Message, "User") || strings.HasPrefix(wire.Message, "Organization") {
			wire.Code = pipes.RelayUserNotFound
		}
	}
	return &wire
}

// provision is an answer of the provider's side, read.
type provision struct {
	*http.Response
	body call.Text
}

// callProvider makes the call at the provider's side.
func callProvider(self Self, c call.Call, slug, target, token string) (provision, error) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), relayPatience)
	defer cancel()
	if !strings.HasPrefix(target, "/") {
		target = "/" + target
	}
	request, err := http.NewRequestWithContext(ctx, c.Request.Method, self.URL()+"/_provider/"+slug+target, bytes.NewReader(c.Body))
	if err != nil {
		return provision{}, err
	}
	for name, values := range c.Request.Header {
		if isForwarded(name) {
			request.Header[name] = values
		}
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set(onBehalfOf, c.Environment.Name()) // others may have handed out the same token
	client := *self.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := client.Do(request)
	if err != nil {
		return provision{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, longestRelay))
	return provision{response, call.Text{ContentType: response.Header.Get("Content-Type"), Body: text}}, err
}

// isForwarded tells whether a header goes to the provider (source: docs).
func isForwarded(name string) bool {
	for _, own := range []string{"X-Relay-", "X-Workos-", "X-Forwarded-", "X-Pipesfake-"} {
		if strings.HasPrefix(name, own) {
			return false
		}
	}
	return !slices.Contains([]string{"Authorization", "Cookie", "Host", "Via", "Connection", "Accept-Encoding", "Content-Length"}, name)
}

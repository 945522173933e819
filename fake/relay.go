package fake

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

	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// relayRoutes are Relay: calls at a provider that WorkOS makes with the user's credential (source: docs). Here the
// provider is the fake's own side of it.
func (s *Server) relayRoutes() []route {
	return []route{
		{operation: "relay", method: anyMethod, path: "/relay", handle: s.relay, invalid: 400},
		{operation: "relay", method: anyMethod, path: "/relay/{slug:[^/]+}{rest:(?:/.*)?}", handle: s.relay, invalid: 400},
	}
}

// What Relay waits for a provider (source: docs), and how long an answer may be.
const (
	relayPatience = 30 * time.Second
	longestRelay  = 10 << 20
)

// relay passes a call on with the credential of whom X-Relay-User names.
func (s *Server) relay(c call) (reply, error) {
	q, target, err := c.relayed()
	if err != nil {
		return reply{}, err
	}
	account, err := c.environment.Credential(q)
	if err != nil {
		return reply{}, relayError(err)
	}
	answer := reply{status: http.StatusOK, header: http.Header{}, decision: account.Decision, key: q.Key, answer: answerOf(account.Connection)}
	if account.State != scenarios.Connected {
		answer.status, answer.body = http.StatusPaymentRequired, c.authorizationRequired(q, account)
		return answer, nil
	}
	if struck := account.Decision.Fault; struck != nil && struck.Replaces() {
		return reply{}, &pipes.Error{Code: pipes.RelayUpstreamFailed, Message: "The credential could not be obtained (" + struck.String() + ")."}
	}
	answer.decision.Fault = nil
	upstream, err := s.upstream(c, q.Provider, target, account.Token)
	if err != nil {
		return reply{}, &pipes.Error{Code: pipes.RelayUpstreamFailed, Message: "The provider did not answer: " + pipes.Reason(err) + "."}
	}
	answer.status, answer.header, answer.body = upstream.StatusCode, upstream.Header, upstream.body
	answer.header.Set("X-Relay-Upstream-Status", strconv.Itoa(upstream.StatusCode))
	for _, name := range []string{"Content-Length", "Content-Type", "Date", "Connection", "X-Request-Id", "X-Pipesfake-Decision"} {
		answer.header.Del(name)
	}
	return answer, nil
}

// authorizationRequired is Relay's answer for a connection that is not good, with where to send the user.
func (c call) authorizationRequired(q model.Query, account *model.Account) any {
	answer := struct {
		Code             pipes.Code `json:"code"`
		Message          string     `json:"message"`
		Connection       string     `json:"connection"`
		AuthorizationURL *string    `json:"authorization_url"`
	}{pipes.RelayAuthorizationRequired, "The user has to connect " + q.Provider + " first (" + account.State + ").", q.Provider, nil}
	if account.AuthMethod == scenarios.OAuth {
		if opaque, _, err := c.environment.Authorize(model.ConsentRequest{Query: q}); err == nil {
			answer.AuthorizationURL = new(c.pageURL(opaque))
		}
	}
	return answer
}

// relayed reads whom a call is for, and where it goes at the provider.
func (c call) relayed() (q model.Query, target string, err error) {
	refuse := func(code pipes.Code, format string, args ...any) error {
		return &pipes.Error{Code: code, Message: fmt.Sprintf(format, args...)}
	}
	header := c.request.Header
	q.Provider, q.User, q.Organization = c.vars["slug"], header.Get("X-Relay-User"), header.Get("X-Relay-Organization")
	target = c.request.URL.EscapedPath()
	if q.Provider != "" {
		target = strings.TrimPrefix(target, "/relay/"+c.vars["slug"])
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
		known := c.providerOf(u.Hostname())
		if q.Provider = named; named == "" {
			q.Provider = known
		}
		if known != "" && q.Provider != known {
			return q, "", refuse(pipes.RelayProviderConflict, "X-Relay-Provider is %q, and the host of X-Relay-URL is of %q.", scenarios.Abridge(named), known)
		}
	} else if q.Provider == "" {
		return q, "", refuse(pipes.RelayMissingURL, "Say where the call goes: /relay/{provider}/{path}, or the header X-Relay-URL.")
	} else if c.request.URL.RawQuery != "" {
		target += "?" + c.request.URL.RawQuery
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
func (c call) providerOf(host string) string {
	set := c.environment.Scenarios()
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
	wire := *asError(err)
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
	body control.Text
}

// upstream makes the call at the provider's side.
func (s *Server) upstream(c call, slug, target, token string) (provision, error) {
	ctx, cancel := context.WithTimeout(c.request.Context(), relayPatience)
	defer cancel()
	if !strings.HasPrefix(target, "/") {
		target = "/" + target
	}
	request, err := http.NewRequestWithContext(ctx, c.request.Method, s.url+"/_provider/"+slug+target, bytes.NewReader(c.body))
	if err != nil {
		return provision{}, err
	}
	for name, values := range c.request.Header {
		if isForwarded(name) {
			request.Header[name] = values
		}
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set(relayedFor, c.environment.Name()) // others may have handed out the same token
	client := *s.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := client.Do(request)
	if err != nil {
		return provision{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, longestRelay))
	return provision{response, control.Text{ContentType: response.Header.Get("Content-Type"), Body: text}}, err
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

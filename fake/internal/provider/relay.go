package provider

import (
	"bytes"
	"cmp"
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
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
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
		Handle:    func(c *call.Call) (call.Reply, error) { return relay(self, c) },
	}
	withProvider := pattern
	withProvider.Path = "/relay/{slug:[^/]+}{rest:(?:/.*)?}"
	return []call.Route{pattern, withProvider}
}

func relaySubject(c *call.Call) (key scenarios.Key, apiKey string) {
	key = call.KeyFromPath(c.Vars, c.Query)
	key.User, key.Organization = c.Request.Header.Get("X-Relay-User"), c.Request.Header.Get("X-Relay-Organization")
	return key, c.Request.Header.Get("Authorization")
}

// The limits of Relay.
const (
	maxRelayTime   = 30 * time.Second // that a provider may take (source: docs)
	maxRelayLength = 10 << 20         // of a provider's response, in bytes
)

// relay passes a call on with the credential of the user that X-Relay-User names.
func relay(self Self, c *call.Call) (call.Reply, error) {
	q, target, err := readRelay(c)
	if err != nil {
		return call.Reply{}, err
	}
	account, err := c.Environment.Credential(q)
	if err != nil {
		return call.Reply{}, relayError(err)
	}
	reply := call.Reply{
		Status: http.StatusOK, Header: http.Header{}, Decision: call.Decided(&account.Decision), Key: q.Key,
		Answer: journal.AnswerOf(&account.View), Fault: account.Decision.Fault,
	}
	if account.State != scenarios.Connected {
		reply.Status, reply.Body = http.StatusPaymentRequired, authorizationRequired(c, q, account)
		return reply, nil
	}
	if match := account.Decision.Fault; match != nil && match.Replaces() {
		return call.Reply{}, refuseRelay(pipes.RelayUpstreamFailed, "The credential could not be obtained (%s).", match)
	}
	reply.Fault = nil // it broke the credential, if anything
	upstream, err := callProvider(self, c, q.Provider, target, account.Token)
	if err != nil {
		return call.Reply{}, refuseRelay(pipes.RelayUpstreamFailed,
			"The provider did not answer: %s.", pipes.Reason(err))
	}
	reply.Status, reply.Header, reply.Body = upstream.StatusCode, upstream.Header, upstream.body
	reply.Header.Set("X-Relay-Upstream-Status", strconv.Itoa(upstream.StatusCode))
	for _, name := range []string{
		"Content-Length", "Content-Type", "Date", "Connection", "X-Request-Id", "X-Pipesfake-Decision",
	} {
		reply.Header.Del(name)
	}
	return reply, nil
}

// authorizationRequired returns Relay's response for a connection that is not good, with where to send the user.
func authorizationRequired(c *call.Call, q model.Query, account *model.Account) any {
	required := struct {
		Code             pipes.Code `json:"code"`
		Message          string     `json:"message"`
		Connection       string     `json:"connection"`
		AuthorizationURL *string    `json:"authorization_url"`
	}{Code: pipes.RelayAuthorizationRequired, Connection: q.Provider}
	required.Message = "The user has to connect " + q.Provider + " first (" + account.State + ")."
	if account.AuthMethod == scenarios.OAuth {
		if opaque, _, err := c.Environment.Authorize(model.ConsentRequest{Query: q}); err == nil {
			required.AuthorizationURL = new(c.ConsentURL(opaque))
		}
	}
	return required
}

// readRelay reads which connection a call uses, and where it goes at the provider.
func readRelay(c *call.Call) (q model.Query, target string, err error) {
	header := c.Request.Header
	q.User, q.Organization = header.Get("X-Relay-User"), header.Get("X-Relay-Organization")
	if address := header.Get("X-Relay-Url"); address != "" {
		q.Provider, target, err = targetFromURL(c, address)
	} else {
		q.Provider, target, err = targetFromPath(c)
	}
	if err != nil {
		return q, "", err
	}
	return q, target, checkRelay(q)
}

// refuseRelay returns an error of Relay.
func refuseRelay(code pipes.Code, format string, args ...any) error {
	return &pipes.Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// targetFromPath reads the provider and its path from /relay/{provider}/{path}.
func targetFromPath(c *call.Call) (provider, target string, err error) {
	provider = c.Vars["slug"]
	if provider == "" {
		return "", "", refuseRelay(pipes.RelayMissingURL,
			"Say where the call goes: /relay/{provider}/{path}, or the header X-Relay-URL.")
	}
	target = strings.TrimPrefix(c.Request.URL.EscapedPath(), "/relay/"+provider)
	if c.Request.URL.RawQuery != "" {
		target += "?" + c.Request.URL.RawQuery
	}
	if named := c.Request.Header.Get("X-Relay-Provider"); named != "" && named != provider {
		return "", "", refuseRelay(pipes.RelayProviderConflict, "X-Relay-Provider is %q, and the path names %q.",
			fields.Abridge(named), fields.Abridge(provider))
	}
	return provider, target, nil
}

// targetFromURL reads the provider and its path from the header X-Relay-URL. The provider is the one that
// X-Relay-Provider names, or else one that is known by the host, or empty.
func targetFromURL(c *call.Call, address string) (provider, target string, err error) {
	u, err := url.Parse(address)
	if err != nil || !names.IsWebURL(address) {
		return "", "", refuseRelay(pipes.RelayInvalidURL, "X-Relay-URL is not an absolute URL: write https://…")
	}
	if c.Vars["slug"] != "" {
		return "", "", refuseRelay(pipes.RelayProviderConflict,
			"The path names a provider, and X-Relay-URL another target: use one of them.")
	}
	target = u.EscapedPath()
	if u.RawQuery != "" {
		target += "?" + u.RawQuery
	}
	named, known := c.Request.Header.Get("X-Relay-Provider"), providerOf(c, u.Hostname())
	provider = cmp.Or(named, known)
	if known != "" && provider != known {
		return "", "", refuseRelay(pipes.RelayProviderConflict,
			"X-Relay-Provider is %q, and the host of X-Relay-URL is of %q.", fields.Abridge(named), known)
	}
	return provider, target, nil
}

// checkRelay checks what the headers of a call say of its connection.
func checkRelay(q model.Query) error {
	switch {
	case q.User == "":
		return refuseRelay(pipes.RelayUserRequired,
			"The header X-Relay-User is required. It names the user whose connection is used.")
	case names.CheckID(q.User) != "":
		return refuseRelay(pipes.InvalidRequest, "The header X-Relay-User %s.", names.CheckID(q.User))
	case q.Organization != "" && names.CheckID(q.Organization) != "":
		return refuseRelay(pipes.InvalidRequest,
			"The header X-Relay-Organization %s.", names.CheckID(q.Organization))
	case q.Provider == "":
		return refuseRelay(pipes.RelayProviderNotFound,
			"No provider is known by the host of X-Relay-URL: name it with X-Relay-Provider.")
	}
	return nil
}

// providerOf returns the provider whose slug is a part of a host's name, as github is of api.github.com, or the empty
// string (inferred).
func providerOf(c *call.Call, host string) string {
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

// relayError returns an error with the code that Relay has for it.
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

// upstreamResponse is a response of the provider's side with its body.
type upstreamResponse struct {
	*http.Response
	body call.Text
}

// callProvider makes the call at the provider's side.
func callProvider(self Self, c *call.Call, slug, target, token string) (upstreamResponse, error) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), maxRelayTime)
	defer cancel()
	if !strings.HasPrefix(target, "/") {
		target = "/" + target
	}
	address := self.URL() + "/_provider/" + slug + target
	request, err := http.NewRequestWithContext(ctx, c.Request.Method, address, bytes.NewReader(c.Body))
	if err != nil {
		return upstreamResponse{}, err
	}
	for name, values := range c.Request.Header {
		if isForwarded(name) {
			request.Header[name] = values
		}
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set(call.OnBehalfOf, c.Environment.Name()) // another environment may have issued the same token
	client := *self.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := client.Do(request)
	if err != nil {
		return upstreamResponse{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxRelayLength))
	return upstreamResponse{response, call.Text{ContentType: response.Header.Get("Content-Type"), Body: text}}, err
}

// isForwarded reports whether a header goes to the provider (source: docs).
func isForwarded(name string) bool {
	for _, own := range []string{"X-Relay-", "X-Workos-", "X-Forwarded-", "X-Pipesfake-"} {
		if strings.HasPrefix(name, own) {
			return false
		}
	}
	return !slices.Contains([]string{
		"Authorization", "Cookie", "Host", "Via", "Connection", "Accept-Encoding", "Content-Length",
	}, name)
}

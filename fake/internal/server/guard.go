package server

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/pipes"
)

// openByKey is the environment that the request's API key opens. Its errors are unauthorized, live_key and
// too_many_environments.
func (s *Server) openByKey(r *http.Request, now time.Time) (*environment.Environment, error) {
	name, err := nameInKey(r)
	if err != nil {
		return nil, err
	}
	return s.environments.Open(name, now)
}

// nameInKey is the name of the environment that the request's API key opens. Its errors are unauthorized and live_key.
func nameInKey(r *http.Request) (name string, err error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return "", unauthorized("No API key: send the header Authorization: Bearer sk_…")
	}
	scheme, key, _ := strings.Cut(header, " ")
	key = strings.TrimSpace(key)
	switch {
	case !strings.EqualFold(scheme, "Bearer"):
		return "", unauthorized("The Authorization header has another scheme than Bearer: send Authorization: Bearer sk_…")
	case key == "":
		return "", unauthorized("The API key is empty: send Authorization: Bearer sk_…")
	case strings.HasPrefix(key, environment.LiveKeyPrefix):
		return "", &pipes.Error{Code: pipes.LiveKey, Message: "This is a live key, and this is pipesfake, a fake of the WorkOS Pipes API: " +
			"use a test key (sk_test_…) here, and look how the live one came to a test."}
	case !strings.HasPrefix(key, "sk_"):
		return "", unauthorized("The API key does not begin with sk_: send Authorization: Bearer sk_…")
	case key == "sk_":
		return "", unauthorized("The API key ends after sk_: send Authorization: Bearer sk_…")
	case !strings.HasPrefix(key, environment.KeyPrefix):
		return environment.DefaultName, nil
	}
	if name = strings.TrimPrefix(key, environment.KeyPrefix); !environment.IsName(name) {
		return "", unauthorized("The API key names no environment: after sk_env_ stand " + environment.NameRule + ".")
	}
	return name, nil
}

func unauthorized(message string) error {
	return &pipes.Error{Code: pipes.Unauthorized, Message: message}
}

// guard keeps the control plane from other sites' pages and from DNS rebinding. Its errors are
// foreign_host, foreign_origin and unauthorized.
func (s *Server) guard(r *http.Request) error {
	if host := Hostname(r.Host); !s.isOwnHost(host) {
		return &pipes.Error{Code: pipes.ForeignHost, Message: "The control plane does not answer to the host " + call.Quote(host) +
			": call it by address, as localhost, or allow the name with --allow-host."}
	}
	origins := r.Header.Values("Origin")
	for _, origin := range origins {
		if !s.isOwnOrigin(origin, r) {
			return &pipes.Error{Code: pipes.ForeignOrigin, Message: "The control plane does not answer to pages of " + call.Quote(origin) +
				": if it is yours, allow its host with --allow-host."}
		}
	}
	if len(origins) == 0 && s.isOfAnotherSite(r) {
		return &pipes.Error{Code: pipes.ForeignOrigin, Message: "The control plane does not answer to pages of other origins, and the browser says that one asks (Sec-Fetch-Site): " +
			"if it is yours, let it ask with an Origin, and allow its host with --allow-host."}
	}
	if strings.HasPrefix(r.URL.Path, uiPath+"static/") {
		return nil
	}
	token := r.Header.Get("X-Pipesfake-Token")
	cookie, err := r.Cookie(tokenCookie)
	if token == "" && err == nil && subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(s.cookieValue())) == 1 {
		return nil
	}
	if !s.isControlToken(token) {
		return unauthorized("The control plane wants its token in the header X-Pipesfake-Token (--control-token).")
	}
	return nil
}

// checkHost refuses hosts that are not the server's own, if the configuration says that the API checks them: a website
// whose name is made to resolve to this server could otherwise call it. Its error is foreign_host.
func (s *Server) checkHost(r *http.Request) error {
	if host := Hostname(r.Host); s.config.StrictHost && !s.isOwnHost(host) {
		return &pipes.Error{Code: pipes.ForeignHost, Message: "This server does not answer to the host " + call.Quote(host) +
			" (--strict-host): call it by address, as localhost, or allow the name with --allow-host."}
	}
	return nil
}

func (s *Server) isControlToken(token string) bool {
	want := s.config.ControlToken
	return want == "" || subtle.ConstantTimeCompare([]byte(token), []byte(want)) == 1
}

// cookieValue is what a browser that signed in sends in place of the token, which it does not hold.
func (s *Server) cookieValue() string {
	mac := hmac.New(sha256.New, []byte(s.config.ControlToken))
	mac.Write([]byte(tokenCookie))
	return hex.EncodeToString(mac.Sum(nil))
}

// isOwnHost tells whether a name can only mean this server: no public name resolves to it by accident.
func (s *Server) isOwnHost(host string) bool {
	return net.ParseIP(host) != nil || !strings.Contains(host, ".") && host != "" || host == "host.docker.internal" ||
		slices.Contains(s.config.Hosts, host) || slices.Contains(s.config.Hosts, "*")
}

// isOwnOrigin tells whether an Origin is that of the request itself, or of a host that is allowed.
func (s *Server) isOwnOrigin(origin string, r *http.Request) bool {
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	if strings.EqualFold(origin, scheme+r.Host) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && origin == u.Scheme+"://"+u.Host &&
		(slices.Contains(s.config.Hosts, Hostname(u.Host)) || slices.Contains(s.config.Hosts, "*"))
}

// isOfAnotherSite tells whether a browser says that a page of another origin asks, as with an image, which has no
// Origin. A link to the page may stand anywhere.
func (s *Server) isOfAnotherSite(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "cross-site", "same-site":
	default:
		return false
	}
	into := r.Header.Get("Sec-Fetch-Dest")
	isLink := r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && (into == "document" || into == "")
	return !(isLink && isOfPage(r)) && !slices.Contains(s.config.Hosts, "*")
}

// Hostname is a Host header's name in lower case, without port, brackets and the root's dot.
func Hostname(hostport string) string {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

package server

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"strings"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/pipes"
)

// tokenCookie is the cookie of a browser that has signed in.
const tokenCookie = "pipesfake_token"

// guard protects the control plane from pages of other sites, from DNS rebinding, and from callers without the control
// token. Its errors are foreign_host, foreign_origin and unauthorized.
func (s *Server) guard(r *http.Request) error {
	if host := Hostname(r.Host); !s.hosts().accepts(host) {
		return &pipes.Error{Code: pipes.ForeignHost, Message: "The control plane does not answer to the host " +
			call.Quote(host) + ": call it by address, as localhost, or allow the name with --allow-host."}
	}
	if err := s.checkOrigin(r); err != nil {
		return err
	}
	isPublic := strings.HasPrefix(r.URL.Path, uiPath+"static/") // the page that asks for the token needs these files
	if !isPublic && !s.isSignedIn(r) {
		return unauthorized("The control plane requires its token in the header X-Pipesfake-Token (--control-token).")
	}
	return nil
}

// checkOrigin refuses requests that a browser makes for a page of another origin. Its error is foreign_origin.
func (s *Server) checkOrigin(r *http.Request) error {
	origins := r.Header.Values("Origin")
	for _, origin := range origins {
		if !s.hosts().acceptsOrigin(origin, r) && !s.origins().accepts(origin, r) {
			return &pipes.Error{Code: pipes.ForeignOrigin, Message: "The control plane does not answer to pages of " +
				call.Quote(origin) + ": if it is yours, " + wayToAllow(r) + "."}
		}
	}
	if len(origins) == 0 && !s.hosts().acceptsSite(r) {
		return &pipes.Error{Code: pipes.ForeignOrigin, Message: "The control plane does not answer to pages of " +
			"other origins, and the browser says that one asks (Sec-Fetch-Site): if it is yours, let it ask with " +
			"an Origin, and " + wayToAllow(r) + "."}
	}
	return nil
}

// wayToAllow says how the pages of an origin may make a request.
func wayToAllow(r *http.Request) string {
	if isControlPath(r.URL.Path) {
		return "allow it with --allow-origin"
	}
	return "allow its host with --allow-host"
}

// checkHost refuses hosts that are not the server's own, if the configuration says that the API checks them: a website
// with a name that is made to resolve to this server could otherwise call it. Its error is foreign_host.
func (s *Server) checkHost(r *http.Request) error {
	if !s.config.StrictHost {
		return nil
	}
	if host := Hostname(r.Host); !s.hosts().accepts(host) {
		return &pipes.Error{Code: pipes.ForeignHost, Message: "This server does not answer to the host " +
			call.Quote(host) + " (--strict-host): call it by address, as localhost, " +
			"or allow the name with --allow-host."}
	}
	return nil
}

func (s *Server) hosts() allowedHosts     { return s.config.Hosts }
func (s *Server) origins() allowedOrigins { return s.config.Origins }

// isSignedIn reports whether a request has the control token, or the cookie that a browser got for it. The header
// counts if both are there.
func (s *Server) isSignedIn(r *http.Request) bool {
	token := r.Header.Get("X-Pipesfake-Token")
	if cookie, err := r.Cookie(tokenCookie); token == "" && err == nil && isSame(cookie.Value, s.cookieValue()) {
		return true
	}
	return s.isControlToken(token)
}

// isControlToken reports whether a token is the control token. Without a control token, every token is right.
func (s *Server) isControlToken(token string) bool {
	return s.config.ControlToken == "" || isSame(token, s.config.ControlToken)
}

// cookieValue returns what a browser that has signed in sends in place of the token, which it does not store.
func (s *Server) cookieValue() string {
	mac := hmac.New(sha256.New, []byte(s.config.ControlToken))
	mac.Write([]byte(tokenCookie))
	return hex.EncodeToString(mac.Sum(nil))
}

// isSame compares secrets in constant time.
func isSame(given, want string) bool {
	return subtle.ConstantTimeCompare([]byte(given), []byte(want)) == 1
}

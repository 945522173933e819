package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/pipes"
)

// newFallback forwards what is not Pipes, as it came but for the Host header and what is meant for this server. An answer of the other
// server is passed on as it is.
func (s *Server) newFallback() *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(s.config.Fallback)
			withoutOurs(r.Out.Header)
			r.Out.Header.Add("Via", viaOurselves)
		},
		ErrorLog: slog.NewLogLogger(s.config.Logger.Handler(), slog.LevelDebug),
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if r.Context().Err() == context.Canceled {
				return // the client is gone
			}
			if slow := new(pipes.Error); errors.As(err, &slow) { // of the body, which the client sends
				s.refuse(w.(*request), r, slow)
				return
			}
			s.refuse(w.(*request), r, fallbackFailed(err.Error()))
		},
	}
}

// withoutOurs takes out what only this server is told: another one is not to learn the control token.
func withoutOurs(header http.Header) {
	for name := range header {
		if strings.HasPrefix(http.CanonicalHeaderKey(name), "X-Pipesfake-") {
			delete(header, name)
		}
	}
	lines := header["Cookie"]
	header.Del("Cookie")
	for _, line := range lines {
		cookies := slices.DeleteFunc(strings.Split(line, ";"), func(cookie string) bool {
			name, _, _ := strings.Cut(cookie, "=")
			return strings.TrimSpace(name) == tokenCookie
		})
		if left := strings.TrimSpace(strings.Join(cookies, ";")); left != "" {
			header.Add("Cookie", left)
		}
	}
}

// viaOurselves marks what was forwarded, so that a fallback that leads back here ends.
const viaOurselves = "1.1 pipesfake"

// fallsBack reports whether a request without a route is forwarded. Paths of the Pipes API are not, whatever the method,
// and neither are the fake's own.
func (s *Server) fallsBack(err error, r *http.Request) bool {
	return s.fallback != nil && isUnknownPath(err) && !isOwnPath(r.URL.Path)
}

// forward lets the fallback answer a request.
func (s *Server) forward(x *request, r *http.Request) {
	for _, via := range r.Header.Values("Via") {
		if strings.Contains(via, viaOurselves) {
			s.refuse(x, r, fallbackFailed("it leads back to pipesfake"))
			return
		}
	}
	x.reason = "forwarded to " + s.config.Fallback.Host
	if entered, err := s.openByKey(r, x.began); err == nil {
		x.enter(entered)
		x.requestID = x.environment.RequestID()
	}
	s.fallback.ServeHTTP(x, r)
	if x.entry == 0 { // it was answered
		x.requestID = x.Header().Get("X-Request-Id")
		s.record(x, call.Reply{}, errors.New(x.reason), nil)
	}
}

func fallbackFailed(why string) error {
	return &pipes.Error{Code: pipes.FallbackFailed, Message: "The server that paths outside the Pipes API are forwarded to (--fallback) did not answer: " + why + "."}
}

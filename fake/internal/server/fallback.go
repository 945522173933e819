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

// newFallback returns a proxy that forwards requests outside the Pipes API. It leaves out what is meant for this
// server, sets the Host header, and passes on the responses of the other server as they are.
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
				return // the client has gone
			}
			var known *pipes.Error
			if errors.As(err, &known) { // the client sends its body too slowly
				s.refuse(w.(*request), known)
				return
			}
			s.refuse(w.(*request), fallbackFailed(err.Error()))
		},
	}
}

// withoutOurs removes the headers and cookies that are meant for this server. The other server must not see the control
// token.
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

// viaOurselves marks forwarded requests, so that a fallback that leads back to this server ends.
const viaOurselves = "1.1 pipesfake"

// fallsBack reports whether a request without a route is forwarded. Paths of the Pipes API are not, whatever the
// method, and neither are the fake's own.
func (s *Server) fallsBack(err error, r *http.Request) bool {
	return s.fallback != nil && isUnknownPath(err) && !isOwnPath(r.URL.Path)
}

// forward passes a request on to the fallback.
func (s *Server) forward(x *request) {
	for _, via := range x.request.Header.Values("Via") {
		if strings.Contains(via, viaOurselves) {
			s.refuse(x, fallbackFailed("it leads back to pipesfake"))
			return
		}
	}
	x.reason = "forwarded to " + s.config.Fallback.Host
	if entered, err := s.openByKey(x); err == nil {
		x.enter(entered)
		x.requestID = x.environment.RequestID()
	}
	s.fallback.ServeHTTP(x, x.request)
	if x.entry == 0 { // the fallback has responded
		x.requestID = x.Header().Get("X-Request-Id")
		record(x, &call.Reply{}, errors.New(x.reason), nil)
	}
}

func fallbackFailed(why string) error {
	return &pipes.Error{Code: pipes.FallbackFailed, Message: "The server that paths outside the Pipes API are " +
		"forwarded to (--fallback) did not answer: " + why + "."}
}

package server

import (
	"net/http"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
)

// What a browser tells a page of an allowed origin about control calls. The request headers are those that control
// calls read, the response headers those that a script may need and that browsers would hide.
const (
	controlMethods         = "GET, HEAD, POST, PUT, PATCH, DELETE"
	controlRequestHeaders  = "Authorization, Content-Type, X-Pipesfake-Token"
	controlResponseHeaders = "Allow, X-Request-Id"
	preflightMaxAge        = "600" // seconds
)

// allowOrigin gives the response to a control call of an allowed origin the headers that let the page read it, whatever
// the response will be. If the browser only asks whether the page may make a call (a CORS preflight), it responds and
// returns true.
func (s *Server) allowOrigin(x *request) (isAnswered bool) {
	r, header := x.request, x.Header()
	if len(s.config.Origins) == 0 || !isControlPath(r.URL.Path) {
		return false
	}
	header.Add("Vary", "Origin")
	origins := r.Header.Values("Origin")
	if len(origins) != 1 || !s.origins().accepts(origins[0], r) {
		return false
	}
	header.Set("Access-Control-Allow-Origin", origins[0])
	if s.config.ControlToken != "" { // the cookie of a browser that has signed in to the page counts, too
		header.Set("Access-Control-Allow-Credentials", "true")
	}
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		header.Set("Access-Control-Expose-Headers", controlResponseHeaders)
		return false
	}
	header.Set("Access-Control-Allow-Methods", controlMethods)
	header.Set("Access-Control-Allow-Headers", controlRequestHeaders)
	header.Set("Access-Control-Max-Age", preflightMaxAge)
	if r.Header.Get("Access-Control-Request-Private-Network") == "true" {
		header.Set("Access-Control-Allow-Private-Network", "true")
	}
	body.Drain(r)
	s.number(x, true)
	s.respond(x, call.Reply{Status: http.StatusNoContent}, nil)
	return true
}

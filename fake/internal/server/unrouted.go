package server

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
)

// explainUnrouted returns the error for a request that no route takes: 405 with the methods that the path takes, or 501
// for a path that is not faked, never a 404, which looks like data.
func (s *Server) explainUnrouted(x *request, err error) error {
	var unrouted *noRouteError
	if errors.As(err, &unrouted) && unrouted.allowed != "" {
		return methodNotAllowed(x, unrouted.allowed)
	}
	path := x.request.URL.Path
	similar := s.withoutSlashes(x.request)
	why := "It answers the operations of the Pipes API that docs/pipes-api.md lists; this is not an answer of WorkOS."
	withoutVersion, hasVersion := strings.CutPrefix(path, "/v1/")
	switch {
	case hasVersion:
		why = "The paths of the Pipes API are without /v1: ask for /" + fields.Abridge(withoutVersion) + "."
	case isOwnPath(path) && s.config.ControlApart:
		why = "It is not a control call, or not at this address: --control-addr names that of the control plane."
	case isOwnPath(path):
		why = "It is not a control call: GET /_control/openapi.json lists them, and the page is at " + uiPath + "."
	case similar != "":
		why = "Did you mean " + fields.Abridge(similar) + "? Its slashes differ."
	}
	call := fields.Abridge(x.request.Method) + " " + fields.Abridge(path)
	message := "pipesfake does not implement " + call + ". " + why
	return &pipes.Error{Code: pipes.NotImplemented, Message: message}
}

// withoutSlashes returns the path that a route takes and that a request's path becomes without doubled slashes and
// slashes at the end, or the empty string if there is no such path.
func (s *Server) withoutSlashes(r *http.Request) string {
	parts := strings.FieldsFunc(r.URL.Path, func(letter rune) bool { return letter == '/' })
	path := "/" + strings.Join(parts, "/")
	if path == r.URL.Path || path == "/" {
		return ""
	}
	attempt := *r
	attempt.URL = &url.URL{Path: path}
	if s.api.allowed(&attempt) == "" {
		return ""
	}
	return path
}

// methodNotAllowed returns the error for a method that a path does not take, and sets the header that lists those that
// it takes.
func methodNotAllowed(x *request, allowed string) error {
	x.Header().Set("Allow", allowed)
	message := fields.Abridge(x.request.Method) + " is not allowed here; allowed: " + allowed + "."
	return &pipes.Error{Code: pipes.MethodNotAllowed, Message: message}
}

// isUnknownPath reports whether an error of find says that there is no such path, for any method.
func isUnknownPath(err error) bool {
	var unrouted *noRouteError
	return errors.As(err, &unrouted) && unrouted.allowed == ""
}

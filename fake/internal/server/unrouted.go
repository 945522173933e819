package server

import (
	"errors"
	"net/http"
	"strings"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// explainUnrouted returns the error for a request that no route takes: 405 with the methods that the path takes, or 501
// for a path that is not faked, never a 404, which looks like data.
func (s *Server) explainUnrouted(x *request, r *http.Request, err error) error {
	var unrouted *noRouteError
	if errors.As(err, &unrouted) && unrouted.allowed != "" {
		return methodNotAllowed(x, r, unrouted.allowed)
	}
	path := r.URL.Path
	why := "It answers the operations of the Pipes API that its README lists; this is not an answer of WorkOS."
	withoutVersion, hasVersion := strings.CutPrefix(path, "/v1/")
	switch {
	case hasVersion:
		why = "The paths of the Pipes API are without /v1: ask for /" + scenarios.Abridge(withoutVersion) + "."
	case isOwnPath(path) && s.config.ControlApart:
		why = "It is not a control call, or not at this address: --control-addr names that of the control plane."
	case isOwnPath(path):
		why = "It is not a control call: GET /_control/openapi.json lists them, and the page is at " + uiPath + "."
	case path == "/" && s.config.ControlApart:
		why = "The page is at the address that --control-addr names, at " + uiPath + "."
	case path == "/":
		why = "The page is at " + uiPath + ", and GET /_control/openapi.json lists the control calls."
	}
	message := "pipesfake does not implement " + scenarios.Abridge(r.Method) + " " + scenarios.Abridge(path) + ". " + why
	return &pipes.Error{Code: pipes.NotImplemented, Message: message}
}

// methodNotAllowed returns the error for a method that a path does not take, and sets the header that lists those that
// it takes.
func methodNotAllowed(x *request, r *http.Request, allowed string) error {
	x.Header().Set("Allow", allowed)
	message := scenarios.Abridge(r.Method) + " is not allowed here; allowed: " + allowed + "."
	return &pipes.Error{Code: pipes.MethodNotAllowed, Message: message}
}

// isOwnPath reports whether a path belongs to the control plane, the page, or the provider's side. /_widgets belongs to
// WorkOS.
func isOwnPath(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return first == "_control" || first == "_ui" || first == "_provider"
}

// isUnknownPath reports whether an error of find says that there is no such path, for any method.
func isUnknownPath(err error) bool {
	var unrouted *noRouteError
	return errors.As(err, &unrouted) && unrouted.allowed == ""
}

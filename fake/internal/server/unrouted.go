package server

import (
	"errors"
	"strings"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// explainUnrouted returns the error for a request that no route takes: 405 with the methods that the path takes, or 501
// for a path that is not faked, never a 404, which looks like data.
func (s *Server) explainUnrouted(x *request, err error) error {
	var unrouted *noRouteError
	if errors.As(err, &unrouted) && unrouted.allowed != "" {
		return methodNotAllowed(x, unrouted.allowed)
	}
	path := x.request.URL.Path
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
	call := scenarios.Abridge(x.request.Method) + " " + scenarios.Abridge(path)
	message := "pipesfake does not implement " + call + ". " + why
	return &pipes.Error{Code: pipes.NotImplemented, Message: message}
}

// methodNotAllowed returns the error for a method that a path does not take, and sets the header that lists those that
// it takes.
func methodNotAllowed(x *request, allowed string) error {
	x.Header().Set("Allow", allowed)
	message := scenarios.Abridge(x.request.Method) + " is not allowed here; allowed: " + allowed + "."
	return &pipes.Error{Code: pipes.MethodNotAllowed, Message: message}
}

// isUnknownPath reports whether an error of find says that there is no such path, for any method.
func isUnknownPath(err error) bool {
	var unrouted *noRouteError
	return errors.As(err, &unrouted) && unrouted.allowed == ""
}

package state

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// CheckReturnTo checks where an authorization that the application finishes returns to: an address that the file
// registers, if it registers any (the rule and the codes: Python SDK 10.8; which code comes when: inferred). Its errors
// are connect_finish_unavailable, return_to_requires_exact_match and invalid_return_to.
func CheckReturnTo(set *scenarios.Set, request ConsentRequest) error {
	registered, returnTo := set.RedirectURIs, request.ReturnTo
	if request.Challenge == "" || registered == nil {
		return nil
	}
	refuse := func(code pipes.Code, format string, args ...any) error {
		return &pipes.Error{Code: code, Message: fmt.Sprintf(format, args...)}
	}
	bare := returnTo
	if i := strings.IndexAny(returnTo, "?#"); i >= 0 {
		bare = returnTo[:i]
	}
	matches := isRegistered(registered, bare)
	switch {
	case matches && bare == returnTo:
		return nil
	case len(registered) == 0:
		return refuse(pipes.ConnectFinishUnavailable, "redirect_uris of %s is empty, so no application can finish "+
			"a connection: list return_to there, or leave out code_challenge.", set.Name)
	case matches:
		return refuse(pipes.ReturnToRequiresExactMatch, "return_to %q has a query or a fragment, and so never matches "+
			"a registered redirect URI: leave it out.", fields.Abridge(returnTo))
	}
	return refuse(pipes.InvalidReturnTo, "return_to %q is not among the redirect_uris of %s%s.",
		fields.Abridge(returnTo), set.Name, fields.DidYouMean(returnTo, registered))
}

// isRegistered reports whether an address is a registered one. A loopback address may have any port.
func isRegistered(registered []string, address string) bool {
	return slices.ContainsFunc(registered, func(one string) bool {
		return one == address || withoutLoopbackPort(one) == withoutLoopbackPort(address)
	})
}

// withoutLoopbackPort returns an address without its port if it leads to the user's own machine.
func withoutLoopbackPort(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	switch name := u.Hostname(); name {
	case "localhost", "127.0.0.1":
		u.Host = name
	case "::1":
		u.Host = "[::1]"
	default:
		return address
	}
	return u.String()
}

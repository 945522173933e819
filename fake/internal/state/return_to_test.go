package state

import (
	"testing"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

func TestWhereAnAuthorizationMayReturn(t *testing.T) {
	t.Parallel()
	registered := []string{"https://app.example.com/back", "http://localhost:3000/back", "http://[::1]/back"}
	for _, test := range []struct {
		name         string
		registered   []string
		returnTo     string
		hasChallenge bool
		want         pipes.Code
	}{
		{"a registered address", registered, "https://app.example.com/back", true, ""},
		{"nothing is registered", nil, "https://elsewhere.example.com", true, ""},
		{"without a challenge", registered, "https://elsewhere.example.com", false, ""},
		{"loopback with another port", registered, "http://localhost:41234/back", true, ""},
		{"loopback without a port", registered, "http://localhost/back", true, ""},
		{"loopback by IPv6", registered, "http://[::1]:41234/back", true, ""},
		{"loopback by another name", registered, "http://127.0.0.1:3000/back", true, pipes.InvalidReturnTo},
		{"loopback with another path", registered, "http://localhost:3000/", true, pipes.InvalidReturnTo},
		{"another host", registered, "https://www.example.com/back", true, pipes.InvalidReturnTo},
		{"another port", registered, "https://app.example.com:8443/back", true, pipes.InvalidReturnTo},
		{"another scheme", registered, "http://app.example.com/back", true, pipes.InvalidReturnTo},
		{"a slash more", registered, "https://app.example.com/back/", true, pipes.InvalidReturnTo},
		{"a query", registered, "https://app.example.com/back?id=1", true, pipes.ReturnToRequiresExactMatch},
		{"an empty query", registered, "https://app.example.com/back?", true, pipes.ReturnToRequiresExactMatch},
		{"a fragment", registered, "http://localhost:5/back#top", true, pipes.ReturnToRequiresExactMatch},
		{"an empty fragment", registered, "http://localhost:5/back#", true, pipes.ReturnToRequiresExactMatch},
		{"another host with a query", registered, "https://x.example.com/?id=1", true, pipes.InvalidReturnTo},
		{"an empty list", []string{}, "https://app.example.com/back", true, pipes.ConnectFinishUnavailable},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			request := ConsentRequest{ReturnTo: test.returnTo}
			if test.hasChallenge {
				request.Challenge = "c"
			}
			var code pipes.Code
			err := CheckReturnTo(&scenarios.Set{RedirectURIs: test.registered}, request)
			if known, is := err.(*pipes.Error); is {
				code = known.Code
			}
			if code != test.want {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}

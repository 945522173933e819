package server

import (
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/pipes"
)

func TestWhoMayCallTheControlPlane(t *testing.T) {
	t.Parallel()
	const call, page = "http://localhost/_control/state", "http://localhost/_ui/"
	const styles = page + "static/style.css"
	const own, foreign = "Origin: http://localhost", "Origin: http://attacker.example"
	const token = "X-Pipesfake-Token: secret"
	cookie := "Cookie: " + tokenCookie + "=" + (&Server{config: Config{ControlToken: "secret"}}).cookieValue()
	for name, one := range map[string]struct {
		token   string // the control token of the server
		target  string
		headers string // a line each
		want    pipes.Code
	}{
		"anybody, without a control token": {"", call, "", ""},
		"a foreign host":                   {"", "http://attacker.example/_control/state", "", pipes.ForeignHost},
		"a page of another site":           {"", call, foreign, pipes.ForeignOrigin},
		"one of two origins is foreign":    {"", call, own + "\n" + foreign, pipes.ForeignOrigin},
		"an own origin, cross-site":        {"", call, own + "\nSec-Fetch-Site: cross-site", ""},
		"an image of another site":         {"", call, "Sec-Fetch-Site: cross-site", pipes.ForeignOrigin},
		"no token":                         {"secret", call, "", pipes.Unauthorized},
		"the token":                        {"secret", call, token, ""},
		"the token from another site":      {"secret", call, token + "\n" + foreign, pipes.ForeignOrigin},
		"a wrong token":                    {"secret", call, "X-Pipesfake-Token: Secret", pipes.Unauthorized},
		"the cookie":                       {"secret", call, cookie, ""},
		"the token as the cookie":          {"secret", call, "Cookie: " + tokenCookie + "=secret", pipes.Unauthorized},
		"the cookie and a wrong token":     {"secret", call, cookie + "\nX-Pipesfake-Token: x", pipes.Unauthorized},
		"the cookie of another token":      {"other", call, cookie, pipes.Unauthorized},
		"the style sheet without a token":  {"secret", styles, "", ""},
		"the style sheet for another site": {"secret", styles, foreign, pipes.ForeignOrigin},
		"the page without a token":         {"secret", page, "", pipes.Unauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &Server{config: Config{ControlToken: one.token}}
			r := newRequest("GET", one.target)
			for line := range strings.Lines(one.headers) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
				r.Header.Add(name, value)
			}
			if got := codeOf(s.guard(r)); got != one.want {
				t.Errorf("got %q, want %q", got, one.want)
			}
		})
	}
}

func TestTheAPIChecksTheHostOnlyIfItIsStrict(t *testing.T) {
	t.Parallel()
	r := newRequest("GET", "http://attacker.example/events")
	for name, one := range map[string]struct {
		config Config
		want   pipes.Code
	}{
		"by default":                {Config{}, ""},
		"with strict hosts":         {Config{StrictHost: true}, pipes.ForeignHost},
		"with the host allowed too": {Config{StrictHost: true, Hosts: []string{"attacker.example"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &Server{config: one.config}
			if got := codeOf(s.checkHost(r)); got != one.want {
				t.Errorf("got %q, want %q", got, one.want)
			}
		})
	}
}

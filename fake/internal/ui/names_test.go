package ui

import (
	"strings"
	"testing"
)

func TestLongWordsAreShortenedInTheMiddle(t *testing.T) {
	t.Parallel()
	const cut = `<span class="id"><span class="cut" aria-hidden="true">user_demo_n…_connected</span>` +
		`<span class="full">user_demo_never_connected</span></span>`
	for name, one := range map[string]struct{ text, want string }{
		"a short word":          {"user_alice", "user_alice"},
		"a word that just fits": {strings.Repeat("x", 24), strings.Repeat("x", 24)},
		"a long word":           {"user_demo_never_connected", cut},
		"among others":          {"because user_demo_never_connected is", "because " + cut + " is"},
		"markup":                {"<b>", "&lt;b&gt;"},
		"a timestamp stays whole": {
			"since 2026-11-26T21:27:25.534Z, so", `since <span class="unbroken">2026-11-26T21:27:25.534Z,</span> so`,
		},
		"a path": {"/etc/scenarios.yaml:48:17;", "/<wbr>etc/<wbr>scenarios.yaml:48:17;"},
		"a long id in a path": {
			"GET /users/user_demo_never_connected/x", "GET /<wbr>users/<wbr>" + cut + "/<wbr>x",
		},
		"letters, not bytes": {strings.Repeat("ö", 24), strings.Repeat("ö", 24)},
		"markup in a long word": {
			strings.Repeat("<", 25), `<span class="id"><span class="cut" aria-hidden="true">` +
				strings.Repeat("&lt;", 11) + "…" + strings.Repeat("&lt;", 10) + `</span><span class="full">` +
				strings.Repeat("&lt;", 25) + `</span></span>`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := string(shorten(one.text)); got != one.want {
				t.Errorf("got  %s\nwant %s", got, one.want)
			}
		})
	}
	if got := string(shorten(strings.Repeat("x", 29))); !strings.Contains(got, `class="id long"`) {
		t.Errorf("29 letters are not long: %s", got)
	}
}

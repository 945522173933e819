package e2e

import (
	_ "embed"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

//go:embed page_layout.js
var layoutProblems string

// With the shipped scenario file, no view of the page breaks a word, lets text leave its box, or shows two things in
// the same place, on screens from a phone to a desktop.
func TestLayoutAtEveryWidth(t *testing.T) {
	t.Parallel()
	fake := startBinary(t)
	const longID = "01JD8Z5Q2W3E4R5T6Y7U8I9O0P"
	for _, body := range []string{
		`{"user_id": "user_carol"}`, `{"user_id": "user_demo_reconnect"}`,
		`{"user_id": "user_` + longID + `", "organization_id": "org_` + longID + `"}`,
	} {
		do(t, fake, "default", "POST", "/data-integrations/github/token", body, 200)
	}
	do(t, fake, "x", "PUT", "/_control/scenario?environment=default",
		`{"scenario": "flaky", "user_id": "user_carol", "provider": "slack", "ttl": "5m"}`, 200)
	do(t, fake, "default", "POST", "/data-integrations/slack/token", `{"user_id": "user_carol"}`, 503)
	do(t, fake, "x", "POST", "/_control/faults?environment=default",
		`{"status": 503, "operation": "token", "user_id": "user_zoe", "times": 3}`, 201)
	for _, name := range []string{"before", "a_snapshot_with_a_rather_long_name_that_somebody_typed"} {
		do(t, fake, "x", "POST", "/_control/snapshots?environment=default", `{"name": "`+name+`"}`, 201)
	}
	do(t, fake, "default", "GET", "/organizations/org_"+longID+"/directories", "", 501)
	do(t, fake, "default", "POST", "/webhook_endpoints",
		`{"endpoint_url": "http://127.0.0.1:9/webhooks/integrations", "events": ["pipes.connected_account.disconnected"]}`, 201)
	do(t, fake, "x", "PUT", "/_control/scenario?environment=default",
		`{"scenario": "not_installed", "organization_id": "org_`+longID+`"}`, 200)
	consent := string(do(t, fake, "default", "POST", "/data-integrations/github/authorize",
		`{"user_id": "user_carol", "return_to": "https://app.example.com/settings/integrations/github"}`, 200))
	consent = consent[strings.Index(consent, "/data-integrations"):]
	views := map[string]string{
		"empty requests": "/_ui/requests?environment=empty", "empty faults": "/_ui/faults?environment=empty",
		"empty events": "/_ui/events?environment=empty", "one request": "/_ui/requests/req_default_000004",
		"nobody": "/_ui/?search=somebody_else", "a wrong filter": "/_ui/requests?status=abc",
		"another path": "/_ui/requests/req_default_000005", "consent": consent[:strings.Index(consent, `"`)],
		"a long panel": "/_ui/?open=" + url.QueryEscape(
			"organization_id=org_"+longID+"&provider=github&user_id=user_"+longID),
		"a panel": "/_ui/?open=" + url.QueryEscape("organization_id=&provider=slack&user_id=user_carol"),
		"an action": location(t, fake+"/_ui/do/switch", url.Values{
			"scenario": {"needs_reauthorization"}, "place": {"organization_id=&provider=github&user_id=user_carol"},
			"board": {"1"}, "back": {"/_ui/?environment=default"},
		}),
	}
	do(t, fake, "x", "PUT", "/_control/scenarios?environment=tried", "version: 1\nstart: expired\n", 200)
	views["a tried text"] = "/_ui/file?environment=tried"
	for _, part := range []string{"", "requests", "clock", "faults", "events", "file", "file/edit", "environments"} {
		views["/"+part] = "/_ui/" + part
	}
	for _, width := range []int64{1280, 1024, 768, 420, 390} {
		b := tab{browser(t), t} // a new one for each width, because a browser has a minute
		for name, path := range views {
			var problems []string
			b.do(name, chromedp.EmulateViewport(width, 900), chromedp.Navigate(fake+path),
				chromedp.WaitVisible("main", chromedp.ByQuery), chromedp.Sleep(150*time.Millisecond),
				chromedp.Evaluate(layoutProblems, &problems))
			file := strings.ReplaceAll(strings.Trim(name, "/"), "/", "-")
			screenshot(t, b.Context, fmt.Sprintf("layout-%s-%d", file, width))
			if len(problems) > 0 {
				t.Errorf("%s, %d px: %s", name, width, strings.Join(problems, "\n\t"))
			}
		}
	}
}

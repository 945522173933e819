package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

const pageFile = `
version: 1
providers: {github: {}, slack: {}, linear: {}}
scenarios:
  dies: {expires_in: 5m, refresh: fails, description: Dies after five minutes.}
  flaky: {description: "Twice 503, then fine.", steps: [{fault: {status: 503}, times: 2}, {scenario: active}]}
connections:
  - {provider: github, user_id: user_alice, scenario: missing_scopes}
  - {provider: slack, user_id: user_alice, scenario: expired}
  - {provider: github, user_id: user_bob, organization_id: org_acme, scenario: dies}
  - {provider: linear, organization_id: org_acme, connection_owner: organization, scenario: active}
webhooks:
  - {url: "http://127.0.0.1:9/hooks", secret: whsec_test}
faults:
  - {status: 503, provider: linear, times: 3}
`

// pageOf serves a file, and returns the address of the page.
func pageOf(t *testing.T, text string, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "scenarios.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return startBinary(t, append([]string{"--scenarios", file}, args...)...)
}

// tab is a tab of a browser, with steps that fail the test.
type tab struct {
	context.Context
	t *testing.T
}

func (b tab) do(what string, actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.Context, actions...); err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

// sees waits until an expression of the page is true.
func (b tab) sees(what, expression string) {
	b.t.Helper()
	var seen bool
	for range 100 {
		err := chromedp.Run(b.Context, chromedp.Sleep(50*time.Millisecond),
			chromedp.Evaluate("Boolean("+expression+")", &seen))
		if err == nil && seen {
			return
		}
	}
	var text string
	_ = chromedp.Run(b.Context, chromedp.Evaluate(`document.body.innerText`, &text))
	b.t.Fatalf("%s: the page never shows it: %s\n%s", what, expression, text)
}

// cellOf returns an expression for the cell of a connection.
func cellOf(connection string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(".cell")].find((cell) => `+
		`cell.textContent.trim().startsWith(%q))`, connection)
}

// A new user switches a connection, sees the application's request, and finds out the reason for the response.
func TestTheMinute(t *testing.T) {
	t.Parallel()
	fake := pageOf(t, pageFile)
	ask := func() {
		do(t, fake, "default", "POST", "/data-integrations/github/token", `{"user_id": "user_carol"}`, 200)
	}
	ask()
	cellOfCarol := cellOf("user_carol, github")
	one, two := tab{browser(t), t}, tab{browser(t), t}
	one.do("open", chromedp.Navigate(fake+"/_ui/"), chromedp.WaitVisible("#board", chromedp.ByQuery))
	two.do("open", chromedp.Navigate(fake+"/_ui/"), chromedp.WaitVisible("#board", chromedp.ByQuery))
	one.sees("the live stream", `document.querySelector("#live")`)
	one.do("one click", chromedp.Evaluate(cellOfCarol+".click()", nil))
	one.sees("it is switched", cellOfCarol+`.innerText.includes("needs reauthorization")`)
	one.sees("the control call", `document.querySelector("#did").textContent.includes('"user_id":"user_carol"')`)
	one.sees("why, beside it",
		`document.querySelector("#because").textContent.includes("needs_reauthorization since switch 1")`)
	two.sees("the other browser sees it live", cellOfCarol+`.innerText.includes("needs reauthorization")`)
	two.sees("and is not told that it did so", `!document.querySelector("#did")`)

	two.do("watch", chromedp.Navigate(fake+"/_ui/requests"), chromedp.WaitVisible("#live", chromedp.ByQuery),
		chromedp.Sleep(500*time.Millisecond))
	ask()
	one.sees("the request comes in beside the connection",
		`document.querySelector("#panel .asked")?.innerText.includes("needs_reauthorization since switch 1")`)
	two.sees("and among all",
		`document.querySelector("#list li")?.innerText.includes("needs_reauthorization since switch 1")`)
	two.do("open it", chromedp.Evaluate(`document.querySelector("#list a").click()`, nil))
	two.sees("why", `document.querySelector(".because")?.innerText.includes("needs_reauthorization since switch 1")`)
	two.do("make it a fault", chromedp.Evaluate(`document.querySelector("#make-fault").click()`, nil))
	two.sees("the call of it", `document.querySelector("#did")?.textContent.includes('"status":503')`)

	// With the keyboard: select a state by its number, press Enter on a cell, undo it. The focus stays.
	one.do("focus", chromedp.Evaluate(cellOfCarol+".focus()", nil), chromedp.KeyEvent("2"))
	one.sees("picked", `document.querySelector("#brush-not_installed").checked && `+
		cellOfCarol+` === document.activeElement`)
	one.do("press", chromedp.KeyEvent("\r"))
	one.sees("switched", cellOfCarol+`.innerText.includes("not installed")`)
	one.sees("and nobody else", cellOf("user_alice, github")+`.innerText.includes("missing scopes")`)
	one.sees("the focus is where it was", cellOfCarol+` === document.activeElement`)
	one.do("take it back", chromedp.KeyEvent("u"))
	one.sees("as before", cellOfCarol+`.innerText.includes("needs reauthorization")`)
}

// Requests that arrive while the page is being updated are shown, even if no others follow.
func TestThePageMissesNothing(t *testing.T) {
	t.Parallel()
	fake := pageOf(t, "version: 1\n")
	b := tab{browser(t), t}
	slow := network.EmulateNetworkConditions(false, 700, -1, -1) // a slow network
	b.do("open", network.Enable(), slow, chromedp.Navigate(fake+"/_ui/requests?environment=default"),
		chromedp.WaitVisible("#live", chromedp.ByQuery))
	for round := range 8 {
		for i := range 3 {
			do(t, fake, "default", "POST", "/data-integrations/github/token",
				fmt.Sprintf(`{"user_id": "round_%d_%d"}`, round, i), 200)
			b.do("meanwhile", chromedp.Sleep(time.Duration(60*round)*time.Millisecond))
		}
		b.sees("the last request", fmt.Sprintf(
			`document.querySelector("#list li")?.innerText.includes("round_%d_2")`, round))
	}
}

// Names of users are shown as text; no script of theirs runs.
func TestUserIDsAreText(t *testing.T) {
	t.Parallel()
	const bad = `"><img src=x onerror=document.title='owned'><script>document.title='owned'</script>`
	fake := pageOf(t, "version: 1\n")
	body, err := json.Marshal(map[string]string{"user_id": bad, "organization_id": bad})
	if err != nil {
		t.Fatal(err)
	}
	do(t, fake, "default", "POST", "/data-integrations/github/token", string(body), 200)
	b := tab{browser(t), t}
	for _, path := range []string{"", "requests", "events", "environments"} {
		b.do(path, chromedp.Navigate(fake+"/_ui/"+path+"?environment=default"),
			chromedp.WaitVisible("#main", chromedp.ByQuery), chromedp.Sleep(200*time.Millisecond))
		var title string
		var images int
		b.do(path, chromedp.Title(&title),
			chromedp.Evaluate(`document.querySelectorAll("img, body script").length`, &images))
		if strings.Contains(title, "owned") || images > 0 {
			t.Errorf("%s: the title is %q, and there are %d elements of the user's", path, title, images)
		}
	}
}

// A page of another site cannot switch anything, by form or by script. The policy forbids inline scripts.
func TestForeignPages(t *testing.T) {
	t.Parallel()
	fake := pageOf(t, pageFile)
	for name, headers := range map[string]map[string]string{
		"another origin": {"Origin": "https://evil.example.com"}, "no origin that it tells": {"Origin": "null"},
		"a name that was rebound": {"Host": "evil.example.com"},
	} {
		request, err := http.NewRequest("POST", fake+"/_ui/do/switch", strings.NewReader("scenario=expired&place="))
		if err != nil {
			t.Fatal(err)
		}
		for header, value := range headers {
			request.Header.Set(header, value)
			if header == "Host" {
				request.Host = value
			}
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %s", name, response.Status)
		}
	}
	state := do(t, fake, "default", "GET", "/_control/state", "", 200)
	if strings.Contains(string(state), `"switches": [{`) {
		t.Error("something was switched")
	}
	response, err := http.Get(fake + "/_ui/")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if policy := response.Header.Get("Content-Security-Policy"); policy == "" || strings.Contains(policy, "unsafe") ||
		strings.Contains(policy, "http") {
		t.Errorf("the policy is %q", policy)
	}
}

// With a control token, a browser signs in. No page contains the token.
func TestSigningIn(t *testing.T) {
	t.Parallel()
	fake := pageOf(t, pageFile, "--control-token", "sesame-öffne")
	b := tab{browser(t), t}
	b.do("open", chromedp.Navigate(fake+"/_ui/?search=user_alice"), chromedp.WaitVisible("#token", chromedp.ByQuery))
	b.do("a wrong one", chromedp.SendKeys("#token", "wrong", chromedp.ByQuery),
		chromedp.Click("#signin", chromedp.ByQuery))
	b.sees("refused", `document.querySelector(".wrong")?.innerText.includes("not the control token")`)
	b.do("the right one", chromedp.SendKeys("#token", "sesame-öffne", chromedp.ByQuery),
		chromedp.Click("#signin", chromedp.ByQuery), chromedp.WaitVisible("#everybody", chromedp.ByQuery))
	b.sees("where it wanted to go", `location.search.includes("search=user_alice")`)
	b.click("#everybody")
	b.sees("the call names a variable, not the token",
		`document.querySelector("#did")?.textContent.includes("$PIPESFAKE_CONTROL_TOKEN") && `+
			`!document.documentElement.innerHTML.includes("sesame")`)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Jar: jar}
	response, err := client.Get(fake + "/_control/state")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusUnauthorized {
		t.Errorf("without signing in: %s", response.Status)
	}
}

// axe-core finds no problem in any view, light and dark, wide and narrow.
func TestAccessibility(t *testing.T) {
	t.Parallel()
	axe, err := os.ReadFile("node/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is not installed: run e2e/setup.sh: %v", err)
	}
	fake := pageOf(t, pageFile)
	do(t, fake, "default", "POST", "/data-integrations/github/token", `{"user_id": "user_carol"}`, 200)
	do(t, fake, "x", "PUT", "/_control/scenario?environment=default",
		`{"scenario": "not_installed", "user_id": "user_carol", "ttl": "5m"}`, 200)
	do(t, fake, "x", "PUT", "/_control/scenario?environment=default", `{"scenario": "flaky", "provider": "slack"}`, 200)
	do(t, fake, "default", "POST", "/data-integrations/slack/token", `{"user_id": "user_carol"}`, 503)
	do(t, fake, "default", "POST", "/data-integrations/slack/token", `{}`, 400)
	do(t, fake, "x", "POST", "/_control/snapshots?environment=default", `{"name": "before"}`, 201)
	do(t, fake, "x", "PUT", "/_control/clock?environment=default", `{"frozen": true}`, 200)
	consent := string(do(t, fake, "x", "POST", "/data-integrations/github/authorize", `{"user_id": "user_carol"}`, 200))
	consent = consent[strings.Index(consent, "/data-integrations"):]
	views := map[string]string{"consent-page": consent[:strings.Index(consent, `"`)]}
	for _, part := range []string{"", "requests", "requests/req_default_000001", "clock", "faults", "events", "file",
		"environments"} {
		name := strings.ReplaceAll(part, "/req_default_000001", "-one")
		if name == "" {
			name = "connections"
		}
		views[name] = "/_ui/" + part
	}
	views["panel"] = "/_ui/?open=" + url.QueryEscape("organization_id=&provider=github&user_id=user_carol")
	views["editor"] = "/_ui/file/edit"
	do(t, fake, "x", "PUT", "/_control/scenarios?environment=tried", "version: 1\nstart: expired\n", 200)
	views["tried"], views["edit-tried"] = "/_ui/file?environment=tried", "/_ui/file/edit?environment=tried"
	views["nobody"] = "/_ui/?search=somebody_else"
	views["no-such-page"] = "/_ui/?environment=x%20y"
	views["nothing-matches"] = "/_ui/requests?status=abc&paused=now"
	refused := url.Values{"way": {"status"}, "status": {"x"}, "back": {"/_ui/faults?environment=default"}}
	views["refused-fault"] = location(t, fake+"/_ui/do/fault", refused)
	rules := map[string]string{"dark": `{runOnly: ["color-contrast"]}`} // only the colors differ
	for scheme, flag := range map[string]string{"light": "preferredColorScheme=1", "dark": "preferredColorScheme=0"} {
		for size, width := range map[string]int{"wide": 1280, "narrow": 420} {
			b := tab{browser(t, chromedp.WindowSize(width, 900), chromedp.Flag("blink-settings", flag)), t}
			for name, path := range views {
				var found []struct {
					ID    string
					Nodes []struct{ HTML, FailureSummary string }
				}
				var wide bool
				b.do(name, chromedp.EmulateViewport(int64(width), 900), chromedp.Navigate(fake+path),
					chromedp.WaitVisible("main", chromedp.ByQuery), chromedp.Sleep(300*time.Millisecond),
					chromedp.Evaluate(string(axe)+";0", nil),
					chromedp.Evaluate(`axe.run(`+rules[scheme]+`).then((found) => found.violations)`, &found,
						chromedp.EvalAsValue, awaited),
					chromedp.Evaluate(`document.documentElement.scrollWidth > `+
						`document.documentElement.clientWidth`, &wide))
				screenshot(t, b.Context, fmt.Sprintf("%s-%s-%s", name, scheme, size))
				for _, one := range found {
					t.Errorf("%s, %s, %s: %s: %+v", name, scheme, size, one.ID, one.Nodes)
				}
				if wide {
					t.Errorf("%s, %s, %s: it is wider than the screen", name, scheme, size)
				}
			}
		}
	}
}

// awaited makes an evaluation wait for its promise.
func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// The page works with ten thousand connections and a thousand requests a second. The log shows how long the
// browser's longest task was. bench measures what pages cost the server.
func TestABusyPage(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("loads the machine for ten seconds")
	}
	var file strings.Builder
	file.WriteString("version: 1\nconnections:\n")
	for i := range 10_000 {
		fmt.Fprintf(&file, "  - {provider: github, user_id: user_%d, scenario: missing_scopes}\n", i)
	}
	fake := pageOf(t, file.String())
	const workers = 4
	load := func(seconds int) int {
		var answered atomic.Int64
		var all sync.WaitGroup
		end := time.Now().Add(time.Duration(seconds) * time.Second)
		for worker := range workers {
			all.Go(func() {
				pause := time.NewTicker(workers * time.Millisecond)
				defer pause.Stop()
				for n := worker; time.Now().Before(end); n += workers {
					<-pause.C
					do(t, fake, "default2", "POST", "/data-integrations/github/token",
						fmt.Sprintf(`{"user_id": "user_%d"}`, n%10_000), 200)
					answered.Add(1)
				}
			})
		}
		all.Wait()
		return int(answered.Load())
	}
	alone := load(3)
	b := tab{browser(t), t}
	for i, path := range []string{"requests", ""} {
		b.do("open", chromedp.Navigate(fake+"/_ui/"+path+"?environment=default2"),
			chromedp.WaitVisible("#live", chromedp.ByQuery),
			chromedp.Evaluate(`window.longest = 0; new PerformanceObserver((list) => { `+
				`for (const one of list.getEntries()) window.longest = Math.max(window.longest, one.duration) `+
				`}).observe({entryTypes: ["longtask"]})`, nil))
		before := ""
		b.do("before", chromedp.Evaluate(`document.querySelector("#live").innerText`, &before))
		answered := load(3)
		var longest float64
		b.do("after", chromedp.Evaluate(`window.longest`, &longest))
		t.Logf("%s: %d requests in three seconds (%d without a page), the longest task took %.0f ms",
			[]string{"requests", "connections"}[i], answered, alone, longest)
		if path == "requests" {
			b.sees("it was live", fmt.Sprintf(`document.querySelector("#live").innerText !== %q`, before))
		}
	}
}

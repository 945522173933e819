package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// browser opens a tab in a headless Chromium. Screenshots go to PIPESFAKE_SCREENSHOTS, if it is set.
func browser(t *testing.T, options ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("no Chromium is installed (e2e/setup.sh installs it): %v", err)
	}
	// Reading Chromium from a cold disk, while other tests run, takes longer than the 20 seconds that chromedp waits.
	all := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.WindowSize(900, 900), chromedp.WSURLReadTimeout(2*time.Minute))
	allocator, stop := chromedp.NewExecAllocator(t.Context(), append(all, options...)...)
	t.Cleanup(stop)
	tab, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(closeTab)
	if err := chromedp.Run(tab); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	timed, cancel := context.WithTimeout(tab, time.Minute)
	t.Cleanup(cancel)
	return timed
}

func screenshot(t *testing.T, tab context.Context, name string) {
	t.Helper()
	folder := os.Getenv("PIPESFAKE_SCREENSHOTS")
	if folder == "" {
		return
	}
	var picture []byte
	if err := chromedp.Run(tab, chromedp.FullScreenshot(&picture, 100)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600); err != nil {
		t.Fatal(err)
	}
}

// application starts a web application that connects GitHub for its only user, and shows the connection.
func application(t *testing.T, fake string) string {
	t.Helper()
	var own *httptest.Server
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		var token struct {
			Active      bool
			Error       string
			AccessToken struct {
				MissingScopes []string `json:"missing_scopes"`
			} `json:"access_token"`
		}
		answer := do(t, fake, "browser", "POST", "/data-integrations/github/token", `{"user_id": "alice"}`, 200)
		if err := json.Unmarshal(answer, &token); err != nil {
			t.Error(err)
		}
		state := token.Error
		if token.Active {
			state = "connected"
		}
		if len(token.AccessToken.MissingScopes) > 0 {
			state = "missing " + strings.Join(token.AccessToken.MissingScopes, " ")
		}
		fmt.Fprintf(w, `<!doctype html><title>App</title><p id="state">%s</p><p id="query">%s</p>`+
			`<a id="connect" href="/connect">Connect GitHub</a>`,
			html.EscapeString(state), html.EscapeString(r.URL.RawQuery))
	})
	mux.HandleFunc("GET /connect", func(w http.ResponseWriter, r *http.Request) {
		var page struct{ URL string }
		body, err := json.Marshal(map[string]string{"user_id": "alice", "return_to": own.URL + "/?id=7&next=%2Fa"})
		if err == nil {
			answer := do(t, fake, "browser", "POST", "/data-integrations/github/authorize", string(body), 200)
			err = json.Unmarshal(answer, &page)
		}
		if err != nil {
			t.Error(err)
		}
		http.Redirect(w, r, page.URL, http.StatusFound)
	})
	own = httptest.NewServer(mux)
	t.Cleanup(own.Close)
	return own.URL
}

// A user goes from the application to the consent page and back. The consent page needs no JavaScript.
func TestConsentInABrowser(t *testing.T) {
	t.Parallel()
	fake := startBinary(t)
	app := application(t, fake)
	do(t, fake, "browser", "PUT", "/_control/scenario", `{"scenario": "not_installed"}`, 200)
	tab := browser(t)
	var state, query, title, address string
	expectState := func(what, want string) {
		t.Helper()
		if err := chromedp.Run(tab, chromedp.WaitVisible("#state"), chromedp.Text("#state", &state),
			chromedp.Text("#query", &query)); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if state != want || query != "id=7&next=%2Fa" {
			t.Errorf("%s: the application shows %q with %q, not %q", what, state, query, want)
		}
	}
	step := func(what string, actions ...chromedp.Action) {
		t.Helper()
		if err := chromedp.Run(tab, actions...); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	connect := chromedp.Tasks{chromedp.Navigate(app), chromedp.Click("#connect"),
		chromedp.WaitVisible(`form button[value="approve"]`)}

	step("to the page", connect)
	screenshot(t, tab, "consent")
	step("deny", chromedp.Click(`button[value="deny"]`))
	expectState("denied", "not_installed")

	step("fewer scopes", connect, chromedp.Click(`input[value="repo"]`), chromedp.Click(`button[value="approve"]`))
	expectState("approved but for one scope", "missing repo")

	var used string
	step("by the keyboard", connect, chromedp.Location(&used), chromedp.Focus(`button[value="approve"]`),
		chromedp.KeyEvent("\r"))
	expectState("approved", "connected")

	// Chromium shows the form again from its cache. Sending it again leads back and changes nothing.
	step("the back button", chromedp.Evaluate(`history.back()`, nil))
	again := func() (err error) {
		for range 50 { // the previous page is being replaced
			err = chromedp.Run(tab, chromedp.Sleep(100*time.Millisecond),
				chromedp.Evaluate(`document.querySelector("button").click()`, nil))
			if err == nil {
				break
			}
		}
		return err
	}
	if err := again(); err != nil {
		t.Fatal(err)
	}
	step("and the application", chromedp.Sleep(500*time.Millisecond), chromedp.Navigate(app+"/?id=7&next=%2Fa"))
	expectState("connected still", "connected")
	step("the address once more", chromedp.Navigate(used), chromedp.WaitVisible("h1", chromedp.ByQuery),
		chromedp.Title(&title), chromedp.Location(&address))
	if !strings.Contains(title, "This does not work") || !strings.HasPrefix(address, fake) {
		t.Errorf("a page that was used shows %q at %s", title, address)
	}
	screenshot(t, tab, "consent-used")
	step("a double click", connect, chromedp.DoubleClick(`button[value="approve"]`))
	expectState("connected once more", "connected")

	var whole struct{ Webhooks []any }
	if err := json.Unmarshal(do(t, fake, "browser", "GET", "/_control/webhooks", "", 200), &whole); err != nil {
		t.Fatal(err)
	}
	var events struct{ Data []struct{ Event string } }
	if err := json.Unmarshal(do(t, fake, "browser", "GET", "/events?order=asc", "", 200), &events); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, one := range events.Data {
		names = append(names, strings.TrimPrefix(one.Event, "pipes.connected_account."))
	}
	if got, want := strings.Join(names, " "), "connection_failed connected connected connected"; got != want {
		t.Errorf("the events are %s, not %s: a double click counts once", got, want)
	}
}

// The page is readable in dark mode and on a small screen.
func TestConsentOnASmallDarkScreen(t *testing.T) {
	t.Parallel()
	fake := startBinary(t)
	app := application(t, fake)
	tab := browser(t, chromedp.WindowSize(360, 700), chromedp.Flag("blink-settings", "preferredColorScheme=0"))
	var wide bool
	err := chromedp.Run(tab, chromedp.Navigate(app+"/connect"), chromedp.WaitVisible("form"),
		chromedp.Evaluate(`document.documentElement.scrollWidth > document.documentElement.clientWidth`, &wide))
	if err != nil {
		t.Fatal(err)
	}
	if wide {
		t.Error("the page is wider than the screen")
	}
	screenshot(t, tab, "consent-dark-small")
}

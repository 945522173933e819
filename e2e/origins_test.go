package e2e

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
)

// connectionPage starts an application that shows in words whether user_1 has connected GitHub, and a fake that its
// pages may call. It returns the origin of the application and the URL of the fake.
func connectionPage(t *testing.T) (origin, fake string) {
	t.Helper()
	var url atomic.Value // of the fake, which wants to know the application's first
	own := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var token struct{ Active bool }
		answer := do(t, url.Load().(string), "default", "POST", "/data-integrations/github/token",
			`{"user_id": "user_1"}`, 200)
		if err := json.Unmarshal(answer, &token); err != nil {
			t.Error(err)
		}
		text := "Reconnect GitHub"
		if token.Active {
			text = "GitHub is connected"
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><title>Application</title><p id="state">%s</p>`, text)
	}))
	t.Cleanup(own.Close)
	_, port, err := net.SplitHostPort(own.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	origin = "http://localhost:" + port
	fake = startBinary(t, "--allow-origin", origin)
	url.Store(fake)
	return origin, fake
}

// switchInPage makes a switch as a script of the page does. It resolves to the status, with the message of an error.
const switchInPage = `(async () => {
	try {
		const response = await fetch("%s/_control/scenario", {
			method: "PUT", headers: {"Content-Type": "application/json"}, body: JSON.stringify(%s),
		});
		const {message} = await response.json();
		return [response.status, response.headers.get("X-Request-ID") ? "with id" : "without", message ?? ""].join(" ");
	} catch (error) {
		return String(error);
	}
})()`

// A page of an allowed origin switches a connection, reads errors and follows the event stream. A page of another
// origin can do none of it.
func TestPagesOfAllowedOrigins(t *testing.T) {
	t.Parallel()
	origin, fake := connectionPage(t)
	other := strings.Replace(origin, "localhost", "127.0.0.1", 1) // the same server, and another origin
	tab := browser(t)
	inPage := func(page, script string) (result string) {
		t.Helper()
		if err := chromedp.Run(tab, chromedp.Navigate(page), chromedp.WaitVisible("#state"),
			chromedp.Evaluate(script, &result, awaited)); err != nil {
			t.Fatal(err)
		}
		return result
	}
	expectState := func(want string) {
		t.Helper()
		var got string
		if err := chromedp.Run(tab, chromedp.Navigate(origin), chromedp.Text("#state", &got)); err != nil || got != want {
			t.Errorf("the page shows %q (%v), not %q", got, err, want)
		}
	}
	const reconnect = `{scenario: "needs_reauthorization", provider: "github", user_id: "user_1"}`

	if got := inPage(other, fmt.Sprintf(switchInPage, fake, reconnect)); got != "TypeError: Failed to fetch" {
		t.Errorf("a page of another origin gets %q", got)
	}
	expectState("GitHub is connected")
	if got := inPage(origin, fmt.Sprintf(switchInPage, fake, reconnect)); got != "200 with id " {
		t.Errorf("a page of the allowed origin gets %q", got)
	}
	expectState("Reconnect GitHub")
	got := inPage(origin, fmt.Sprintf(switchInPage, fake, `{scenario: "expird"}`))
	if !strings.HasPrefix(got, "422 with id ") || !strings.Contains(got, "did you mean expired?") {
		t.Errorf("for a wrong switch it gets %q", got)
	}
	stream := fmt.Sprintf(`new Promise((resolve) => {
		const stream = new EventSource("%[1]s/_control/events");
		const end = (text) => { stream.close(); resolve(text); };
		stream.onerror = () => end("error");
		stream.onopen = () => fetch("%[1]s/_control/scenario", {method: "PUT", body: '{"scenario": "expired"}'});
		stream.addEventListener("switch", (event) => end(JSON.parse(event.data).scenario));
	})`, fake)
	if got := inPage(origin, stream); got != "expired" {
		t.Errorf("the stream tells %q", got)
	}
	if got := inPage(other, stream); got != "error" {
		t.Errorf("the stream tells a page of another origin %q", got)
	}
}

// The examples of docs/browser-tests.md run as they are, except for the ports.
func TestBrowserExamples(t *testing.T) {
	t.Parallel()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("no Chromium is installed (e2e/setup.sh installs it): %v", err)
	}
	for example, runner := range map[string]string{
		"playwright.spec.mjs": "playwright-*.spec.mjs", "cypress.cy.js": "cypress-*.cy.js",
	} {
		t.Run(example, func(t *testing.T) {
			t.Parallel()
			origin, fake := connectionPage(t)
			text, err := os.ReadFile(filepath.Join("browser", example))
			if err != nil {
				t.Fatal(err)
			}
			port := regexp.MustCompile(`\d+$`)
			ports := strings.NewReplacer("3000", port.FindString(origin), "4101", port.FindString(fake))
			script := ports.Replace(string(text))
			file, err := os.CreateTemp("browser", runner) // in the folder, where Node looks for its modules
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.Remove(file.Name()) })
			if _, err := file.WriteString(script); err != nil || file.Close() != nil {
				t.Fatal(err)
			}
			spec := filepath.Base(file.Name())
			if example == "cypress.cy.js" {
				spec = "cypress.spec.mjs"
			}
			command := exec.Command("../node/node_modules/.bin/node", "node_modules/.bin/playwright", "test", spec,
				"--output", t.TempDir())
			command.Dir = "browser"
			command.Env = append(os.Environ(), "CHROMIUM="+chromium, "CYPRESS_EXAMPLE="+filepath.Base(file.Name()))
			if output, err := command.CombinedOutput(); err != nil || !strings.Contains(string(output), "2 passed") {
				t.Errorf("%s (%v; e2e/setup.sh installs Playwright):\n%s", example, err, output)
			}
		})
	}
}

package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// location posts a form, and returns the address that the response redirects to.
func location(t *testing.T, to string, form url.Values) string {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.PostForm(to, form)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.Header.Get("Location")
}

func (b tab) open(address string) {
	b.t.Helper()
	b.do("open "+address, chromedp.Navigate(address), chromedp.WaitVisible("#live", chromedp.ByQuery))
	b.sees("it is live", `document.querySelector("#stream")?.textContent.includes("● live")`)
}

func (b tab) click(selector string) {
	b.t.Helper()
	b.do("press "+selector, chromedp.Evaluate(fmt.Sprintf(`document.querySelector(%q).click()`, selector), nil))
}

// manyOwners returns a file with many users, faults and an endpoint.
func manyOwners(t *testing.T) string {
	t.Helper()
	hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(hook.Close)
	var file strings.Builder
	file.WriteString("version: 1\nwebhooks: [{url: \"" + hook.URL + "\", secret: whsec_test}]\n" +
		"faults: [{status: 503, provider: linear}, {hang: true, provider: linear}, {status: 500, provider: linear}]\n" +
		"connections:\n")
	for i := range 120 {
		fmt.Fprintf(&file, "  - {provider: github, user_id: user_%03d, scenario: active}\n", i)
	}
	return file.String()
}

// A live update changes what is different and leaves the other elements in their place: the page does not jump, and the
// focus stays.
func TestLiveUpdatesKeepTheElements(t *testing.T) {
	t.Parallel()
	fake := pageOf(t, manyOwners(t))
	b := tab{browser(t), t}
	b.open(fake + "/_ui/requests?environment=default")
	b.click("#nav-")
	b.sees("a view that came without a reload", `document.querySelector("#board") && `+
		`(document.querySelector("header").mark = document.querySelector("main").mark = "the same") && `+
		`document.activeElement.id === "main"`)
	do(t, fake, "x", "PUT", "/_control/scenario?environment=default", `{"scenario": "expired"}`, 200)
	b.sees("the switch", `document.querySelector(".status .last")?.innerText.includes("expired")`)
	b.sees("all in their place", `document.querySelectorAll("body").length === 1 && scrollY === 0 && `+
		`document.querySelector("header").mark === "the same" && `+
		`document.querySelector("main").mark === "the same" && document.activeElement.id === "main"`)
}

// Every button works once, and the page stays complete.
func TestThePageStaysWhole(t *testing.T) {
	t.Parallel()
	fake := pageOf(t, manyOwners(t))
	do(t, fake, "default", "POST", "/data-integrations/github/token", `{"user_id": "user_000"}`, 200)
	do(t, fake, "default", "PUT", "/_control/scenario", `{"scenario": "not_installed", "user_id": "user_000"}`, 200)
	b := tab{browser(t), t}
	const whole = `document.querySelector("nav a") && document.querySelector("h1") && ` +
		`document.querySelector("#stream") && `
	b.open(fake + "/_ui/")
	b.click("#after")
	b.sees("the next page", whole+`document.querySelector("#live").innerText.includes("51 to 100 of 120")`)
	b.click("#nav-faults")
	b.sees("the faults", whole+`document.querySelectorAll("#laid > li").length === 3`)
	b.click("#lift-fault_2")
	b.sees("one less", whole+`document.querySelectorAll("#laid > li").length === 2 && `+
		`document.querySelector("#did").textContent.includes("DELETE")`)
	b.click("#lift-all")
	b.sees("none", whole+`document.querySelector("#live").innerText.includes("No fault is in force")`)
	b.click("#nav-events")
	b.sees("the delivery", whole+`document.querySelector("#again-delivery_1")`)
	b.click("#again-delivery_1")
	b.sees("one more", whole+`document.querySelector("#again-delivery_2") && `+
		`document.querySelector("#did").textContent.includes("redeliver")`)
	b.do("back", chromedp.NavigateBack())
	b.sees("the faults again", whole+`document.querySelector("h1").textContent === "Faults"`)
}

// The page shows by itself what time changes: the end of a ttl, and of a step. With a frozen clock nothing counts down.
func TestTimeShows(t *testing.T) {
	t.Parallel()
	fake := pageOf(t, pageFile)
	b := tab{browser(t), t}
	switched := func(body string) { do(t, fake, "default", "PUT", "/_control/scenario", body, 200) }
	alice := cellOf("user_alice, github")
	b.open(fake + "/_ui/")
	switched(`{"scenario": "expired", "user_id": "user_alice", "ttl": "2s"}`)
	b.sees("it is switched", alice+`.innerText.includes("expired") && document.querySelector(".status [data-left]")`)
	b.sees("the ttl ends", alice+`.innerText.includes("missing scopes") && `+
		`!document.querySelector(".status [data-left]")`)
	switched(`{"scenario": {"steps": [{"scenario": "active", "for": "2s"}, ` +
		`{"scenario": "needs_reauthorization"}]}, "user_id": "user_alice"}`)
	b.sees("it is in a step", alice+`.innerText.includes("1/2")`)
	b.sees("the step ends", alice+`.innerText.includes("needs reauthorization")`)
	do(t, fake, "default", "PUT", "/_control/clock", `{"frozen": true}`, 200)
	switched(`{"scenario": "expired", "user_id": "user_alice", "ttl": "5m"}`)
	b.sees("it stands", `document.querySelector(".status").innerText.includes("frozen at") && `+
		`document.querySelector(".status .last").innerText.includes("5:00 after the clock runs again")`)
}

// A live update does not move what the user looks at, nor remove what the user reads or fills in.
func TestLiveUpdatesDisturbNobody(t *testing.T) {
	t.Parallel()
	fake := pageOf(t, manyOwners(t))
	asked := 0
	ask := func() {
		body := fmt.Sprintf(`{"user_id": "user_%03d"}`, asked)
		do(t, fake, "default", "POST", "/data-integrations/github/token", body, 200)
		asked++
	}
	for range 45 {
		ask()
	}
	b := tab{browser(t), t}
	b.open(fake + "/_ui/requests")
	b.do("scroll, and focus", chromedp.Evaluate(`scrollTo(0, 500); `+
		`document.querySelectorAll("#list a")[20].focus({preventScroll: true}); `+
		`window.focused = document.activeElement.id; document.querySelector("#user_id").value = "half typ"`, nil))
	ask()
	b.sees("it came", `document.querySelector("#list li").innerText.includes("user_045")`)
	b.sees("nothing else moved", `scrollY === 500 && document.activeElement.id === window.focused && `+
		`document.querySelector("#user_id").value === "half typ"`)

	b.do("select", chromedp.Evaluate(`getSelection().selectAllChildren(`+
		`document.querySelectorAll("#list .why")[3]); window.selected = String(getSelection())`, nil))
	ask()
	b.do("a while", chromedp.Sleep(1500*time.Millisecond))
	b.sees("what is read stays", `window.selected && String(getSelection()) === window.selected && `+
		`!document.querySelector("#list li").innerText.includes("user_046")`)
	b.do("let go", chromedp.Evaluate(`getSelection().removeAllRanges()`, nil))
	b.sees("then it comes", `document.querySelector("#list li").innerText.includes("user_046")`)

	b.do("pause", chromedp.KeyEvent("p"))
	b.sees("it stands", `document.querySelector("#pause").textContent.includes("Resume")`)
	ask()
	b.sees("and says what came", `document.querySelector("#live").innerText.includes("1 new") && `+
		`document.querySelector("#list li").innerText.includes("user_046")`)
	b.do("filter", chromedp.Evaluate(`document.querySelector("#user_id").value = "user_047"; `+
		`document.querySelector("#filter").click()`, nil))
	b.sees("still paused, and nobody of then", `document.querySelector("#pause").textContent.includes("Resume") && `+
		`document.querySelector("#live").innerText.includes("No request matches")`)
	b.do("go on", chromedp.KeyEvent("p"))
	b.sees("it is there", `document.querySelector("#list li").innerText.includes("user_047")`)

	b.open(fake + "/_ui/events")
	do(t, fake, "default", "PUT", "/_control/scenario", `{"scenario": "not_installed", "user_id": "user_000"}`, 200)
	b.sees("an event", `document.querySelector("#events details")`)
	b.do("look into it", chromedp.Evaluate(`document.querySelector("#events details").open = true; `+
		`window.opened = document.querySelector("#events details").id`, nil))
	do(t, fake, "default", "PUT", "/_control/scenario", `{"scenario": "not_installed", "user_id": "user_001"}`, 200)
	b.sees("another, above the one that is open", `document.querySelector("#events details").id !== window.opened && `+
		`document.getElementById(window.opened).open`)

	b.open(fake + "/_ui/")
	b.do("far down", chromedp.Evaluate(`document.querySelector("#cells").scrollTop = 700; `+
		`document.querySelector("#cell-30-0").focus({preventScroll: true}); `+
		`document.querySelector("#brush-expired").checked = true; `+
		`document.querySelector("#cell-30-0").click()`, nil))
	b.sees("switched, in place", `document.querySelector("#cell-30-0").innerText.includes("expired") && `+
		`document.querySelector("#cells").scrollTop === 700 && document.activeElement.id === "cell-30-0" && `+
		`document.querySelector("#brush-expired").checked`)
}

// Enter in a field or on a selected state presses no button. A user who was never seen can be switched by name.
func TestSwitchingSomebodyElse(t *testing.T) {
	t.Parallel()
	fake := pageOf(t, pageFile)
	b := tab{browser(t), t}
	b.open(fake + "/_ui/")
	b.do("Enter on a state", chromedp.Focus("#brush-expired", chromedp.ByQuery), chromedp.KeyEvent("\r"),
		chromedp.Sleep(200*time.Millisecond))
	b.sees("nothing is switched", `!document.querySelector("#did") && !document.querySelector("#undo")`)
	b.do("somebody else", chromedp.Click("#somebody summary", chromedp.ByQuery),
		chromedp.SendKeys("#somebody-user", "user_zoe", chromedp.ByQuery),
		chromedp.SendKeys("#somebody-provider", "slack", chromedp.ByQuery),
		chromedp.Click("#somebody-switch", chromedp.ByQuery))
	b.sees("is switched", `document.querySelector("#did")?.textContent.includes('"provider":"slack",`+
		`"scenario":"needs_reauthorization","user_id":"user_zoe"')`)
	answer := do(t, fake, "default", "POST", "/data-integrations/slack/token", `{"user_id": "user_zoe"}`, 200)
	if !strings.Contains(string(answer), "needs_reauthorization") {
		t.Errorf("user_zoe has %s", answer)
	}
	b.do("search", chromedp.SendKeys("#search", "user_yann", chromedp.ByQuery))
	b.sees("nobody is called so, as one types", `document.querySelector("#stranger") && `+
		`document.activeElement.id === "search" && document.activeElement.value === "user_yann"`)
	b.click("#stranger")
	b.sees("but is switched all the same",
		`document.querySelector("#did").textContent.includes('"user_id":"user_yann"')`)
}

// A browser opens six connections to a server. Eight tabs of the page work, because hidden tabs use none.
func TestEightTabs(t *testing.T) {
	t.Parallel()
	fake := pageOf(t, pageFile)
	first := browser(t)
	tabs := []tab{{first, t}}
	tabs[0].open(fake + "/_ui/")
	for range 7 {
		another, closeTab := chromedp.NewContext(first)
		t.Cleanup(closeTab)
		tabs[len(tabs)-1].do("is covered", chromedp.Evaluate(`Object.defineProperty(document, "hidden", `+
			`{configurable: true, value: true}); document.dispatchEvent(new Event("visibilitychange"))`, nil))
		tabs = append(tabs, tab{another, t})
		tabs[len(tabs)-1].open(fake + "/_ui/")
	}
	do(t, fake, "default", "PUT", "/_control/scenario", `{"scenario": "not_installed", "user_id": "user_alice"}`, 200)
	alice := cellOf("user_alice, github") + `.innerText.includes("not installed")`
	tabs[7].sees("the last one sees it", alice)
	tabs[0].sees("one that is covered does not", "!"+alice)
	tabs[7].do("is covered", chromedp.Evaluate(`Object.defineProperty(document, "hidden", `+
		`{configurable: true, value: true}); document.dispatchEvent(new Event("visibilitychange"))`, nil))
	tabs[0].do("is seen again", page.BringToFront(), chromedp.Evaluate(`Object.defineProperty(document, "hidden", `+
		`{configurable: true, value: false}); document.dispatchEvent(new Event("visibilitychange"))`, nil))
	tabs[0].sees("it sees it as well", alice)
}

// Every view shows by itself that a file was refused, with the mistakes at their lines, and that the server is gone.
func TestThePageSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "scenarios.yaml")
	if err := os.WriteFile(file, []byte(pageFile), 0o600); err != nil {
		t.Fatal(err)
	}
	fake := startBinary(t, "--watch", "--scenarios", file)
	b := tab{browser(t), t}
	b.open(fake + "/_ui/clock")
	if err := os.WriteFile(file, []byte(pageFile+"startt: active\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.sees("it is refused", `document.querySelector("#refused")`)
	b.click("#refused")
	b.sees("why", `document.querySelector("main .wrong")?.innerText.includes("startt")`)
	if err := os.WriteFile(file, []byte(pageFile+"start: expired\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.sees("it is mended", `!document.querySelector("#refused") && `+
		`[...document.querySelectorAll(".force")].some((line) => line.innerText.includes("everybody else"))`)
	b.do("a server that is gone, and a press", network.Enable(), network.EmulateNetworkConditions(true, 0, -1, -1),
		chromedp.Evaluate(`document.querySelector("#nav-clock").click()`, nil))
	b.sees("is said", `document.querySelector("#failure:not([hidden])")?.innerText.includes("cannot be reached")`)
	b.do("it is back", network.EmulateNetworkConditions(false, 0, -1, -1))
	b.do("a name that is none", chromedp.Navigate(fake+"/_ui/?environment=x%20y"))
	b.sees("is said on a page",
		`document.querySelector(".wrong")?.innerText.includes("environment must be one name") && `+
			`document.querySelector("main a")`)
}

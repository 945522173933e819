package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// The first visit shows three steps until they are dismissed. What the bar says of an action can be copied in four
// languages, of which the browser remembers the last one, and the bar can be closed.
func TestHintAndBar(t *testing.T) {
	t.Parallel()
	fake := pageOf(t, pageFile)
	b := tab{browser(t), t}
	b.open(fake + "/_ui/")
	b.sees("the hint", `document.querySelector("#hint").checkVisibility()`)
	b.click("#fail-next")
	b.sees("the bar, and the hint still", `document.querySelector("#did")?.innerText.includes('"times":1') && `+
		`document.querySelector("#hint").checkVisibility()`)
	b.click("#dismiss-hint")
	b.sees("it goes", `!document.querySelector("#hint").checkVisibility()`)
	b.click("#lang-python")
	b.sees("Python", `document.querySelector("#did-python").checkVisibility() && `+
		`!document.querySelector("#did").checkVisibility() && `+
		`document.querySelector("#did-python").innerText.startsWith("requests.post(")`)
	b.click("#undo")
	b.sees("the fault is undone", `document.querySelector("#did-said").innerText.includes("The fault is removed") && `+
		`document.querySelector("#faults-lie").innerText === "1 fault"`)
	b.do("another visit", chromedp.Navigate(fake+"/_ui/clock"), chromedp.WaitVisible("#freeze", chromedp.ByQuery))
	b.click("#freeze")
	b.sees("the language stays", `document.querySelector("#did-python")?.checkVisibility()`)
	b.click("#close-bar")
	b.sees("it is closed", `!document.querySelector("#bar") && document.querySelector("#run")`)
	b.open(fake + "/_ui/")
	b.sees("the hint stays away", `!document.querySelector("#hint").checkVisibility()`)
}

// The list of requests is filtered as one types, but not by half a status.
func TestTheFilterActsAsOneTypes(t *testing.T) {
	t.Parallel()
	fake := pageOf(t, pageFile)
	for _, user := range []string{"user_alice", "user_carol"} {
		do(t, fake, "default", "POST", "/data-integrations/slack/token", `{"user_id": "`+user+`"}`, 200)
	}
	b := tab{browser(t), t}
	b.open(fake + "/_ui/requests")
	b.sees("both", `document.querySelectorAll("#list > li").length === 2`)
	b.do("type", chromedp.SendKeys("#user_id", "user_carol", chromedp.ByQuery))
	b.sees("one is left", `document.querySelectorAll("#list > li").length === 1 && `+
		`document.querySelector("#list").innerText.includes("user_carol") && `+
		`document.activeElement.id === "user_id" && document.activeElement.value === "user_carol"`)
	b.do("half a status", chromedp.SendKeys("#status", "40", chromedp.ByQuery))
	b.do("a whole one", chromedp.SendKeys("#status", "4", chromedp.ByQuery))
	b.sees("none is left", `document.querySelector("#list").innerText.includes("No request matches") && `+
		`!document.querySelector("main > .wrong")`)
}

// A request opens wherever its row is pressed, and its bodies can be copied. Its headers open on demand.
func TestOpeningARequest(t *testing.T) {
	t.Parallel()
	fake := pageOf(t, pageFile)
	do(t, fake, "default", "POST", "/data-integrations/slack/token", `{"user_id": "user_alice"}`, 200)
	b := tab{browser(t), t}
	b.open(fake + "/_ui/requests")
	b.click("#list > li .why")
	b.sees("the request", `document.querySelector("h1").textContent.startsWith("Request req_") && `+
		`document.querySelector("#sent").innerText.includes("user_alice") && `+
		`!document.querySelector("#answered-headers pre").checkVisibility()`)
	do(t, fake, "default", "POST", "/data-integrations/slack/token", `{"user_id": "user_bob"}`, 200)
	b.sees("a newer one comes in", `document.querySelector("#newer")`)
	b.click("#answered-headers summary")
	b.sees("the headers", `document.querySelector("#answered-headers pre").innerText.includes("X-Request-Id")`)
	b.click("#copy-answered")
	b.sees("it is copied, or selected",
		`/^(Copied|Press Ctrl)/.test(document.querySelector("#copy-answered").innerText)`)
}

// On a narrow screen the list of requests begins at once: its filter is folded until it is pressed, or in force.
func TestTheFilterIsFoldedOnNarrowScreens(t *testing.T) {
	t.Parallel()
	fake := pageOf(t, pageFile)
	do(t, fake, "default", "POST", "/data-integrations/github/token", `{"user_id": "user_alice"}`, 200)
	b := tab{browser(t), t}
	const isShown = `document.querySelector("#user_id").checkVisibility()`
	b.do("a narrow screen", chromedp.EmulateViewport(420, 900))
	b.open(fake + "/_ui/requests?environment=default")
	b.sees("the list near the top", `document.querySelector("#list").getBoundingClientRect().top < 300 && !`+isShown)
	b.click("label[for=show-filter]")
	b.sees("the filter", isShown)
	b.open(fake + "/_ui/requests?environment=default&user_id=user_alice")
	b.sees("a filter in force", isShown)
	b.do("a wide screen", chromedp.EmulateViewport(1024, 900))
	b.open(fake + "/_ui/requests?environment=default")
	b.sees("the filter on a wide screen", isShown)
}

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	download "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// typed replaces a text in the editor as somebody who types does.
func (b tab) typed(old, replacement string) {
	b.t.Helper()
	b.do("type", chromedp.Evaluate(`(() => {
		const text = document.querySelector("#draft");
		const at = text.value.indexOf(`+quoted(old)+`);
		text.focus();
		text.setSelectionRange(at, at + `+quoted(old)+`.length);
	})()`, nil), chromedp.KeyEvent(replacement))
}

func quoted(text string) string { return `"` + text + `"` }

// Somebody edits the scenario file, finds a mistake, corrects it, tries the text in an environment, undoes that, and
// downloads the text. The file on the disk stays as it is.
func TestTheEditor(t *testing.T) {
	t.Parallel()
	fake := pageOf(t, pageFile)
	b := tab{browser(t), t}
	b.open(fake + "/_ui/file")
	b.click("#edit")
	b.sees("the text with numbers, without the secret",
		`document.querySelector("#draft")?.value.includes("secret: <secret-") && `+
			`document.querySelector("#numbers").innerText.startsWith("1\n2\n3")`)

	b.typed("expires_in: 5m", "expires_in: soon")
	b.click("#check")
	b.sees("the mistake, said and marked",
		`document.querySelector("#problems li")?.innerText.includes("expires_in") && `+
			`document.querySelector("#numbers").innerText.includes("▸ 5") && `+
			`document.querySelector("#draft").getAttribute("aria-invalid") === "true"`)
	axe, err := os.ReadFile("node/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is not installed: run e2e/setup.sh: %v", err)
	}
	var found []any
	b.do("axe", chromedp.Evaluate(string(axe)+";0", nil), chromedp.Evaluate(
		`axe.run().then((found) => found.violations)`, &found, chromedp.EvalAsValue, awaited))
	if len(found) > 0 {
		t.Errorf("axe: %v", found)
	}
	b.do("follow the link by the keyboard", chromedp.Evaluate(`document.querySelector("#problems a").focus()`, nil),
		chromedp.KeyEvent("\r"))
	b.sees("the caret is there", `document.activeElement.id === "draft" && `+
		`document.activeElement.value.slice(document.activeElement.selectionStart).startsWith("soon")`)
	b.do("Tab leaves the text", chromedp.KeyEvent("\t"))
	b.sees("for the next button", `document.activeElement.id === "check"`)
	b.click("#nav-requests")
	b.sees("another view", `document.querySelector("#list")`)
	b.click("#nav-file")
	b.sees("the file as it is", `document.querySelector("#source")?.innerText.includes("expires_in: 5m")`)
	b.click("#edit")
	b.sees("what was typed is there", `document.querySelector("#draft")?.value.includes("expires_in: soon")`)

	b.typed("expires_in: soon", "expires_in: 7m")
	b.click("#check")
	b.sees("it is right", `document.querySelector("#checked")?.innerText.includes("The text is valid")`)
	b.click("#try")
	b.sees("it is in force", `document.querySelector("#source")?.innerText.includes("expires_in: 7m") && `+
		`document.querySelector("#tried") && document.querySelector("#did").innerText.startsWith("curl -T")`)
	b.do("undo it by the keyboard", chromedp.KeyEvent("u"))
	b.sees("the file is in force", `document.querySelector("#source")?.innerText.includes("expires_in: 5m") && `+
		`!document.querySelector("#tried")`)
	b.click("#edit")
	b.sees("what was tried is still there", `document.querySelector("#draft")?.value.includes("expires_in: 7m")`)
	b.click("#try")
	b.sees("it is in force again", `document.querySelector("#source")?.innerText.includes("expires_in: 7m")`)
	b.click("#untry")
	b.sees("the file is in force again", `document.querySelector("#source")?.innerText.includes("expires_in: 5m")`)
	b.click("#edit")
	b.sees("nothing is left of what was tried", `document.querySelector("#draft")?.value.includes("expires_in: 5m")`)

	folder := t.TempDir()
	b.typed("expires_in: 5m", "expires_in: 9m")
	allow := download.SetDownloadBehavior(download.SetDownloadBehaviorBehaviorAllow)
	b.do("download it", allow.WithDownloadPath(folder))
	b.click("#save")
	var saved []byte
	for range 100 {
		if saved, _ = os.ReadFile(filepath.Join(folder, "scenarios.yaml")); len(saved) > 0 {
			break
		}
		b.do("wait for the file", chromedp.Sleep(50*time.Millisecond))
	}
	if want := strings.Replace(pageFile, "expires_in: 5m", "expires_in: 9m", 1); string(saved) != want {
		t.Errorf("the file is:\n%s", saved)
	}
	b.sees("the page is as it was", `document.querySelector("#draft").value.includes("expires_in: 9m")`)
	b.click("#nav-file")
	b.sees("the file", `document.querySelector("#source")`)
	b.click("#edit")
	b.sees("what was downloaded is gone", `document.querySelector("#draft")?.value.includes("expires_in: 5m")`)
	leaves := `dispatchEvent(new Event("beforeunload", {cancelable: true}))`
	b.sees("nothing would be lost", leaves)
	b.typed("expires_in: 5m", "expires_in: 9m")
	b.sees("the browser asks before it leaves", "!"+leaves)
	b.click("#discard")
	b.sees("the file again", `document.querySelector("#source")`)
	b.click("#edit")
	b.sees("the changes are gone", `document.querySelector("#draft")?.value.includes("expires_in: 5m")`)
	b.sees("nothing would be lost then", leaves)
	b.typed("expires_in: 5m", "expires_in: 9m")
	b.typed("expires_in: 9m", "expires_in: 5m")
	b.sees("nothing that is as it was would be lost", leaves)
}

// A live update leaves the text and the caret alone.
func TestLiveUpdatesLeaveTheEditorAlone(t *testing.T) {
	t.Parallel()
	fake := pageOf(t, pageFile)
	b := tab{browser(t), t}
	b.open(fake + "/_ui/file/edit?environment=default")
	b.typed("expires_in: 5m", "expires_in: ")
	do(t, fake, "x", "PUT", "/_control/scenario?environment=default", `{"scenario": "expired"}`, 200)
	b.sees("the switch is shown", `document.querySelector(".status .last")?.innerText.includes("expired")`)
	b.do("type on", chromedp.KeyEvent("8m"))
	b.sees("where the caret was", `document.querySelector("#draft").value.includes("expires_in: 8m")`)
}

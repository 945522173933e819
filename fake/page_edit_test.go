package fake_test

import (
	"net/url"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// edit sends the form of the editor, and returns the answer without following a redirect.
func (w world) edit(do, text string, headers ...string) answer {
	w.t.Helper()
	form := url.Values{"do": {do}, "text": {strings.ReplaceAll(text, "\n", "\r\n")}} // as browsers do
	headers = append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)
	request := newRequest(w.t, "POST", w.URL()+"/_ui/file/edit?environment=default",
		strings.NewReader(form.Encode()), headers...)
	return exchange(w.t, withoutRedirects(w.Client()), request)
}

const fileToEdit = "version: 1\nstart: expired\nwebhooks: [{url: \"http://127.0.0.1:1/\", secret: VERYSECRET}]\n"

// A text is edited, checked, tried, undone and downloaded without JavaScript. Secrets are kept and not shown.
func TestEditingTheScenarioFile(t *testing.T) {
	t.Parallel()
	w := withFile(t, fileToEdit)
	page := html(string(w.do("GET", "/_ui/file/edit", "").body))
	_, text, _ := strings.Cut(page, `aria-describedby="about-draft">`+"\n")
	text, _, _ = strings.Cut(text, "</textarea>")
	if !strings.HasPrefix(text, "version: 1\nstart: expired\n") || !strings.Contains(text, "secret: <secret-") {
		t.Fatalf("the text is %q", text)
	}
	edited := strings.ReplaceAll(text, "expired", "not_installed")
	wrong := w.edit("try", strings.ReplaceAll(text, "expired", "expird"))
	expect(t, "a mistake", wrong.status, 200)
	expect(t, "its place", wrong.says("Line 2, column 8</a>"), true)
	expect(t, "what is wrong", wrong.says("did you mean expired?"), true)
	expect(t, "what was typed", wrong.says("\nstart: expird\n"), true)
	expect(t, "no mistake", w.edit("check", edited).says("The text is valid."), true)
	separated := w.edit("check", strings.ReplaceAll(text, "expired", "expired # a\u2028b"))
	expect(t, "a line break that only YAML knows", separated.says("Line 2, column 19</a>"), true)
	expect(t, "nothing has changed", w.starts(), "test.yaml expired")

	saved := w.edit("download", edited)
	expect(t, "the file", string(saved.body), strings.ReplaceAll(fileToEdit, "expired", "not_installed"))
	expect(t, "its name", saved.header.Get("Content-Disposition"), `attachment; filename="test.yaml"`)
	expect(t, "also with mistakes", w.edit("download", "version: [").status, 200)

	w.put(`{"scenario": "active", "user_id": "alice"}`)
	tried := w.edit("try", edited)
	expect(t, "tried", tried.status, 303)
	page = html(string(w.do("GET", tried.header.Get("Location"), "").body))
	for _, want := range []string{
		"An edited text is in force", "test.yaml (tried)", "Edited scenarios</a> in force", `id="untry"`, `id="undo"`,
		"curl -T 'test.yaml' '" + w.URL() + "/_control/scenarios'",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s: %s", want, page)
		}
	}
	expect(t, "the start", w.token("github", "bob").Error, "not_installed")
	to, err := url.Parse(tried.header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	w.press("undo-action", url.Values{"number": {to.Query().Get("did")}})
	expect(t, "undone, the switch is there", w.token("github", "alice").Error, "")
	expect(t, "and the file", w.starts(), "test.yaml expired")
	w.edit("try", edited)
	expect(t, "the text in force", string(w.do("GET", "/_ui/file/download", "").body),
		strings.ReplaceAll(fileToEdit, "expired", "not_installed"))
	w.press("untry", url.Values{})
	expect(t, "back to the file", w.starts(), "test.yaml expired")
	for _, path := range []string{"/_ui/file", "/_ui/file/edit"} {
		expect(t, path+" shows no secret", w.do("GET", path, "").says("VERYSECRET"), false)
	}
}

// A browser sends every line with the same end. The file keeps its own.
func TestEditedFilesKeepTheirLineEnds(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"line feeds":       fileToEdit,
		"carriage returns": strings.ReplaceAll(fileToEdit, "\n", "\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := withFile(t, text)
			page := html(string(w.do("GET", "/_ui/file/edit", "").body))
			_, shown, _ := strings.Cut(page, `aria-describedby="about-draft">`+"\n")
			shown, _, _ = strings.Cut(shown, "</textarea>")
			shown = strings.ReplaceAll(shown, "\r\n", "\n")
			expect(t, "the download", string(w.edit("download", shown).body), text)
			expect(t, "tried", w.edit("try", strings.Replace(shown, "expired", "active", 1)).status, 303)
			expect(t, "the text in force", string(w.do("GET", "/_ui/file/download", "").body),
				strings.Replace(text, "expired", "active", 1))
		})
	}
}

// The editor refuses forms of other sites, and what it cannot edit.
func TestRefusedEdits(t *testing.T) {
	t.Parallel()
	w := withFile(t, fileToEdit)
	foreign := w.edit("try", "version: 1\n", "Origin", "https://evil.example.com")
	expect(t, "another site", foreign.status, 403)
	expect(t, "a download for another site", w.edit("download", "version: 1\n",
		"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors").status, 403)
	expect(t, "no text", w.do("POST", "/_ui/file/edit", "do=try").status, 404)
	unknown := w.edit("download", "version: 1\nstart: <secret-01234567>\n")
	expect(t, "a mark of nothing", unknown.says("stands for a secret that the scenarios in force do not have"), true)
	expect(t, "it stays", w.starts(), "test.yaml expired")

	large := withFile(t, "version: 1\n"+strings.Repeat("# a comment\n", 30_000))
	expect(t, "a large file", large.do("GET", "/_ui/file/edit", "").says("too large to be edited here"), true)
	none := start(t, fake.WithScenario("expired"))
	expect(t, "no file", none.do("GET", "/_ui/file/edit", "").says("\nversion: 1\n</textarea>"), true)
	expect(t, "its name", none.edit("download", "version: 1\n").header.Get("Content-Disposition"),
		`attachment; filename="scenarios.yaml"`)
}

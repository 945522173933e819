package ui

import (
	"net/url"
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/scenarios"
)

const fileWithSecrets = `version: 1 # SECRETone is repeated here
providers:
  zendesk:
    credentials: organization
    config_fields: {pin: {secret: true}}
    organizations:
      org_acme: {client_id: a, client_secret: SECRETone, config: {pin: "SECRET \" ü"}}
      org_b:
        client_id: b
        client_secret: |-
          SECRETtwo

          SECRETthree
        config: {pin: 'it''s SECRET'}
connections:
  - {provider: github, user_id: alice, scenario: expired}
`

// A text comes back byte for byte, whatever the style of its secrets is, and shows none of them.
func TestDraftsKeepSecrets(t *testing.T) {
	t.Parallel()
	r := newRequest(t, fileWithSecrets)
	d := draftOf(r)
	if strings.Contains(d.Text, "SECRET") || len(d.secrets) != 4 {
		t.Fatalf("%d secrets, and the draft shows:\n%s", len(d.secrets), d.Text)
	}
	if e := d.restored(d.Text); e.text != fileWithSecrets || len(e.problems) > 0 {
		t.Errorf("%v\n%s", e.problems, e.text)
	}
	if again := draftOf(r); again.Text != d.Text {
		t.Errorf("a second draft has other marks:\n%s", again.Text)
	}
	if other := draftOf(newRequest(t, fileWithSecrets)); other.Text == d.Text {
		t.Error("the marks of another server are the same: they tell which secrets are equal")
	}
	if empty := draftOf(newRequest(t, "version: 1\n")); empty.Text != "version: 1\n" {
		t.Errorf("without secrets: %q", empty.Text)
	}
}

// The mark of a secret in a block stands on a line of its own, where another secret can be written.
func TestMarksInBlocks(t *testing.T) {
	t.Parallel()
	for name, ends := range map[string]string{"line feeds": "\n", "carriage returns": "\r\n"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := "version: 1\nscenarios:\n  a:\n    access_token: >-\n      SECRET1\n  b: {}\n"
			file = strings.ReplaceAll(file, "\n", ends)
			d := draftOf(newRequest(t, file))
			mark := find(d.Text, `(<secret-\w+>)`)
			want := strings.Replace(file, "SECRET1", mark, 1)
			if d.Text != want {
				t.Fatalf("the draft is %q", d.Text)
			}
			shown := strings.ReplaceAll(d.Text, "\r\n", "\n") // as the page sends it
			if e := d.restored(shown); e.forFile() != file {
				t.Errorf("the text is %q", e.forFile())
			}
			other := strings.Replace(shown, mark, "another", 1)
			set, err := scenarios.Parse("f.yaml", []byte(d.restored(other).forFile()))
			if err != nil || !set.Tokens()["another"] {
				t.Errorf("with another secret: %v", err)
			}
		})
	}
}

// A message about a mark in another field quotes neither the value of the secret nor a part of it.
func TestProblemsQuoteNoValues(t *testing.T) {
	t.Parallel()
	long := "xoxb-" + strings.Repeat("SECRET", 12)
	for name, secret := range map[string]string{
		"an escape":            `"tok\x5fSECRET"`,
		"an escaped character": `"tok\u00e9 \"SECRET\"\t\x01"`,
		"an escaped quote":     `'it''s SECRET'`,
		"a long one":           long,
		"a long one in quotes": `"` + long + `\x41"`,
		"several lines":        "|-\n      SECRETone\n\n      SECRETtwo",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRequest(t, "version: 1\nwebhooks:\n  - {url: http://a, secret: tok_}\n"+
				"  - url: http://b\n    secret: "+secret+"\nstart: active\n")
			text := draftOf(r).Text
			mark := find(text, `//b\n +secret: [^<]*(<secret-\w+>)`)
			for _, field := range []string{mark, "x" + mark, `"` + mark + `"`, "[" + mark + "]"} {
				text := strings.Replace(text, "start: active", "start: "+field, 1)
				page := string(post(r, "file/edit", url.Values{"do": {"check"}, "text": {text}}).Body)
				if strings.Contains(page, "SECRET") || !strings.Contains(page, "Line ") {
					t.Errorf("%s: the page shows %s", field, find(page, "(.*SECRET.*)"))
				}
			}
		})
	}
}

// A mark that stands for nothing is a problem at its place.
func TestUnknownMarks(t *testing.T) {
	t.Parallel()
	const text = "version: 1\nstart: ü <secret-00000000>\n"
	e := draftOf(newRequest(t, fileWithSecrets)).restored(text)
	if len(e.problems) != 1 || e.problems[0].Line != 2 || e.problems[0].Column != 10 || e.text != text {
		t.Errorf("the problems are %v, the text is %q", e.problems, e.text)
	}
}

// Problems of the text with secrets are shown at their place in the text with marks, and quote no secret.
func TestProblemsOfDrafts(t *testing.T) {
	t.Parallel()
	r := newRequest(t, fileWithSecrets)
	d := draftOf(r)
	mark := find(d.Text, `client_secret: (<\S+>),`)
	for name, c := range map[string]struct {
		old, new     string
		line, column int
		message      string
	}{
		"before all secrets": {"version: 1", "version: 2", 1, 10, "version"},
		"behind one on its line": {
			`, config: {pin:`, `, oops: 1, config: {pin:`, 7, 66, "oops",
		},
		"behind one of several lines": {"user_id: alice", "user: alice", 14, 5, "user_id"},
		"a secret in another place":   {"scenario: expired", "scenario: " + mark, 14, 50, "unknown scenario"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			edited := strings.Replace(d.Text, c.old, c.new, 1)
			page := string(post(r, "file/edit", url.Values{"do": {"check"}, "text": {edited}}).Body)
			e := d.restored(edited)
			call := r.Call
			call.Body = []byte(e.text)
			result, err := control.PostScenariosCheck(call)
			if err != nil {
				t.Fatal(err)
			}
			problem := e.shownProblem(result.(control.CheckedText).Problems[0])
			if problem.Line != c.line || problem.Column != c.column || !strings.Contains(problem.Message, c.message) {
				t.Errorf("the problem is %+v", problem)
			}
			if strings.Contains(page, "SECRET") {
				t.Errorf("the page shows a secret: %s", page)
			}
		})
	}
}

// post sends a form to a part of the page.
func post(r Request, path string, form url.Values) Response {
	r.Method, r.Path, r.Body = "POST", path, []byte(form.Encode())
	return Serve(r)
}

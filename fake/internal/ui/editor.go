package ui

import (
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"

	"example.com/pipesfake/fake/internal/control"
)

// editorData is what the editor of the scenario file shows.
type editorData struct {
	Text     string
	Of       string // the name of the scenarios in force
	Tried    bool   // they are not the server's own file
	Secrets  int    // how many marks stand for secrets
	TooLarge bool   // the text cannot be edited here
	Checked  bool   // the text was checked
	Count    int    // of all problems
	Problems []draftProblem
	Warnings []draftProblem
}

// draftProblem is a problem or a warning, with the line that has it.
type draftProblem struct {
	control.TextProblem
	Source string
}

// maxDraft is how large a text can be edited, in bytes. Forms with larger ones can exceed the limit of bodies.
const maxDraft = 256 << 10

// viewOfEditor is the part of the page that edits the scenario file. The navigation shows it as the view of the file.
func viewOfEditor(data func(Request) (any, error)) view {
	return view{"file", "Edit the scenario file", "editor", "change", data}
}

func editor(r Request) (any, error) {
	d := draftOf(r)
	data := r.editorData(d)
	data.Text = d.Text
	return data, nil
}

func (r Request) editorData(d draft) editorData {
	set := r.Environment.Scenarios()
	return editorData{
		Of: set.Name, Tried: r.Registry.IsTried(r.Environment), Secrets: len(d.secrets),
		TooLarge: len(d.Text) > maxDraft,
	}
}

// edit checks, tries or downloads the text of the editor's form.
func edit(r Request) Response {
	form, err := url.ParseQuery(string(r.Body))
	if err != nil || !form.Has("text") {
		return Problem(http.StatusNotFound, "The form has no text.")
	}
	d := draftOf(r)
	e := d.restored(strings.ReplaceAll(form.Get("text"), "\r\n", "\n"))
	call := r.Call
	call.Query, call.Body = url.Values{}, []byte(e.forFile())
	result, err := control.PostScenariosCheck(call)
	if err != nil {
		return Problem(http.StatusInternalServerError, sentences(err)...)
	}
	checked := result.(control.CheckedText)
	switch isValid := checked.OK && len(e.problems) == 0; {
	case form.Get("do") == "download" && len(e.problems) == 0: // an unfinished text may be kept, too
		return fileResponse(r, e.forFile())
	case form.Get("do") == "try" && isValid:
		return try(r, call)
	}
	data := r.editorData(d)
	data.Text, data.Checked, data.Count = e.shown, true, checked.Count+len(e.problems)
	for _, one := range e.problems {
		data.Problems = append(data.Problems, draftProblem{one, lineAt(e.shown, one.Line)})
	}
	data.Problems = append(data.Problems, e.withLines(checked.Problems)...)
	data.Warnings = e.withLines(checked.Warnings)
	return r.render(viewOfEditor(func(Request) (any, error) { return data, nil }), views())
}

// withLines returns problems of the text at their places in what is shown, with their lines.
func (e edited) withLines(problems []control.TextProblem) (list []draftProblem) {
	for _, one := range problems {
		one = e.shownProblem(one)
		list = append(list, draftProblem{one, lineAt(e.shown, one.Line)})
	}
	return list
}

// try puts the text of a call in force in the environment, and shows the file.
func try(r Request, call control.Call) Response {
	made := Action{Done: "The edited text is in force in this environment", environment: r.Environment.Name()}
	made.addCopiesOfFile(r, fileName(r))
	before := momentBefore(r, "try", nil)
	result, err := control.PutScenarios(call)
	if refused, is := result.(control.RefusedText); is { // an option of the server was checked, too
		err = errors.New(refused.Message)
	}
	if err != nil {
		made.Failed = sentences(err)
	} else {
		made.Undo = before.undoOf("try", url.Values{}, result)
	}
	back := pageAddress("file", r.Environment.Name(), url.Values{})
	return toPage(r, url.Values{"back": {back}}, made)
}

// download returns the file in force.
func download(r Request) Response {
	text, _ := r.Environment.Scenarios().Source()
	return fileResponse(r, string(text))
}

func fileResponse(r Request, text string) Response {
	return Response{
		Status: http.StatusOK, ContentType: "application/yaml; charset=utf-8", Body: []byte(text),
		Download: fileName(r),
	}
}

// fileName returns the name under which a browser saves the scenario file.
func fileName(r Request) string {
	name := path.Base(strings.ReplaceAll(r.Registry.Scenarios().Name, `\`, "/"))
	isPlain := func(letter rune) bool { return ' ' < letter && letter <= '~' && letter != '"' }
	if path.Ext(name) == "" || strings.ContainsFunc(name, func(letter rune) bool { return !isPlain(letter) }) {
		return "scenarios.yaml"
	}
	return name
}

package ui

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
)

//go:embed pages/*.html
var pages embed.FS

// parsed returns the templates, which are parsed when a page is first requested.
var parsed = sync.OnceValues(func() (*template.Template, error) {
	return template.New("").Funcs(template.FuncMap{"short": shorten}).ParseFS(pages, "pages/*.html")
})

// view is a part of the page, with an address of its own.
type view struct {
	Path, Title string
	template    string
	live        string                     // the events of the stream that change it, separated by spaces
	data        func(Request) (any, error) // returns what the template shows
}

// frame is what the templates get: the data of a view, and what is around it.
type frame struct {
	Title       string
	Here        string // the path below /_ui/
	View        string // the path of the view
	Views       []view // the navigation
	Environment string
	Query       url.Values
	Data        any
	Wrong       []string
	Did         Action
	Undoable    undoable
	Status      status
	Live        string // the events that change the view; empty means none
	Signs       bool
	Address     string // where clients reach the API; empty if that is not known
	Version     string // of the server; empty on pages that show no environment
	Content     template.HTML
}

// status is what every view shows above its data.
type status struct {
	Clock   string // how the clock differs from real time; empty means that it does not
	Faults  int
	Last    *switched // the last switch, or nil if none is in force
	Refused []string
	Tried   bool // a text is in force in place of the scenario file
}

// URL returns an address below /_ui/ in the same environment. Its parameters are names and values in turn.
func (f frame) URL(path string, parameters ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(parameters); i += 2 {
		query.Set(parameters[i], parameters[i+1])
	}
	return f.Link(path, query)
}

// Link returns an address below /_ui/ in the same environment, with a query.
func (f frame) Link(path string, query url.Values) string {
	return pageAddress(path, f.Environment, query)
}

// RequestURL returns the address of a request, or of the list if the id is empty. The filter of the list that is shown,
// or that led to the request that is shown, stays in the address.
func (f frame) RequestURL(id string) string {
	query := url.Values{}
	if f.View == "requests" {
		query, _ = requestsFilter(f.Query)
	}
	return f.Link(strings.TrimSuffix("requests/"+id, "/"), query)
}

// Do returns the address that the form of an action is sent to.
func (f frame) Do(action string) string { return f.URL("do/" + action) }

// Again returns the address of what is shown, except for some parameters, as sameAddress does.
func (f frame) Again(parameters ...string) string {
	return sameAddress(f.Here, f.Environment, f.Query, parameters...)
}

// Key returns an API key of the environment.
func (f frame) Key() string {
	if f.Environment == "default" {
		return "sk_test"
	}
	return "sk_env_" + f.Environment
}

// Filled returns the first value of a field of a form: what a refused form had in it, else what the address says.
func (f frame) Filled(name string) string {
	if len(f.Did.Failed) > 0 {
		return f.Did.form.Get(name)
	}
	return f.Query.Get(name)
}

// With returns the frame with other data, for a template inside another one.
func (f frame) With(data any) frame {
	f.Data = data
	return f
}

// TTLs returns the choices for how long a switch lasts.
func (frame) TTLs() []string { return []string{"", "1m", "5m", "1h"} }

// Often returns the choices for how often a fault applies.
func (frame) Often() []often {
	return []often{{"1", "once"}, {"3", "3 times"}, {"5", "5 times"}, {"", "always"}}
}

// often is a choice for how often a fault applies.
type often struct{ Times, Words string }

// render returns the page with a view. navigation lists the views to choose from.
func (r Request) render(v view, navigation []view) Response {
	did := r.lastAction()
	f := frame{
		Title: v.Title, Here: r.Path, View: v.Path, Views: navigation, Environment: r.Environment.Name(),
		Query: r.Query, Did: did, Undoable: r.undoable(did), Status: r.status(), Live: v.live, Signs: r.Signs,
		Version: r.Version, Address: r.address(),
	}
	status := http.StatusOK
	data, err := v.data(r)
	if err != nil {
		status, f.Wrong = http.StatusUnprocessableEntity, sentences(err)
	}
	f.Data = data
	return f.response(v.template, status)
}

// lastAction returns the action that the page reports, without secrets. Only its own environment can undo it.
func (r Request) lastAction() Action {
	last := r.Did.get(r.Query.Get("did"))
	if last.environment != r.Environment.Name() {
		last.Undo = nil
	}
	last.Call, last.Go = r.Hide(last.Call), r.Hide(last.Go)
	last.JS, last.Python = r.Hide(last.JS), r.Hide(last.Python)
	return last
}

// undoable is the action that the button Undo undoes, in place of the last switch.
type undoable struct {
	Number string // empty: there is none
	Done   string
}

// undoable returns the action that the page reports or, in a view that reports none, the last one in the environment,
// unless something was switched since. It is empty if that cannot be undone.
func (r Request) undoable(did Action) undoable {
	reported := r.Query.Get("did")
	switch {
	case did.Undo != nil:
		return undoable{reported, did.Done}
	case reported != "":
		return undoable{}
	}
	number, newest := r.Did.newestOf(r.Environment.Name())
	if newest.Undo == nil || newest.lastSwitch != r.lastSwitch() {
		return undoable{}
	}
	return undoable{strconv.Itoa(number), newest.Done}
}

// lastSwitch returns the number of the last switch in force, or 0.
func (r Request) lastSwitch() uint64 {
	if newest, _ := r.Environment.Switches(1); len(newest) > 0 {
		return newest[0].Number
	}
	return 0
}

func (r Request) status() status {
	now, frozen := r.Environment.Time()
	s := status{Clock: apart(now, frozen), Refused: r.Refused, Tried: r.Registry.IsTried(r.Environment)}
	laid, _ := r.Environment.Faults()
	s.Faults = len(laid)
	if inForce, _ := r.switches(1); len(inForce) > 0 {
		s.Last = &inForce[0]
	}
	return s
}

// response executes a template with the frame around it.
func (f frame) response(name string, status int) Response {
	var text bytes.Buffer
	all, err := parsed()
	if err == nil {
		err = all.ExecuteTemplate(&text, name, f)
	}
	f.Content = template.HTML(text.String()) // the template has escaped it
	text.Reset()
	if err == nil {
		err = all.ExecuteTemplate(&text, "frame.html", f)
	}
	if err != nil {
		message := []byte(err.Error() + "\n")
		return Response{Status: http.StatusInternalServerError, ContentType: "text/plain; charset=utf-8", Body: message}
	}
	return Response{Status: status, ContentType: "text/html; charset=utf-8", Body: text.Bytes()}
}

// SignIn returns the page that asks for the control token and then leads to an address of the page. wrongToken reports
// that the token that was given is wrong.
func SignIn(wrongToken bool, to string) Response {
	f := frame{Title: "Sign in", Query: url.Values{}, Data: Inside(to)}
	if wrongToken {
		f.Wrong = []string{"That is not the control token."}
	}
	return f.response("signin", http.StatusUnauthorized)
}

// Problem returns a page that says what is wrong with a request.
func Problem(status int, messages ...string) Response {
	f := frame{Title: "That does not work", Query: url.Values{}, Wrong: messages}
	return f.response("problem", status)
}

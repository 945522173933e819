// Package ui is the page on which a tester toggles states and watches. It shows what control calls answer, and
// does what they do: every action is one.
package ui

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"example.com/pipesfake/fake/internal/control"
)

//go:embed pages/*.html
var pages embed.FS

//go:embed static
var static embed.FS

// Request is a request for the page.
type Request struct {
	control.Call
	Method  string
	Path    string // below /_ui/
	Base    string // where the server is reached, for calls to be copied
	Refused string // why the file that is there was not loaded; empty: it was
	Signs   bool   // whether a control token is wanted
	Did     *Did
}

// Did remembers the last control calls that the page made, so that each browser is shown its own. It is safe for
// concurrent use.
type Did struct {
	mu   sync.Mutex
	last [mostDid]Action
	made int
}

const mostDid = 100

// Action is a control call that the page made.
type Action struct {
	Call   string // as curl
	Failed string // its error; empty: none
}

// add answers the number by which get finds it.
func (d *Did) add(a Action) (number string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.made++
	d.last[d.made%mostDid] = a
	return strconv.Itoa(d.made)
}

// get is the zero Action where none is remembered.
func (d *Did) get(number string) Action {
	n, err := strconv.Atoi(number)
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil || n < 1 || n > d.made || n <= d.made-mostDid {
		return Action{}
	}
	return d.last[n%mostDid]
}

// Response is what to answer.
type Response struct {
	Status      int
	ContentType string
	Location    string // of a redirect
	Body        []byte
}

// policy lets nothing run, be shown or be asked that is not the server's own.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Header are those of every answer of the page.
func Header() http.Header {
	header := http.Header{}
	header.Set("Content-Security-Policy", policy)
	header.Set("Referrer-Policy", "same-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	return header
}

// view is a part of the page.
type view struct {
	Path, Title string
	show        func(Request) (any, error)
}

func views() []view {
	return []view{
		{"", "Connections", connections},
		{"requests", "Requests", requests},
		{"clock", "Clock", clockView},
		{"faults", "Faults", faults},
		{"events", "Events and webhooks", events},
		{"file", "Scenario file", file},
		{"environments", "Environments", environments},
	}
}

// Serve answers a request for the page.
func Serve(r Request) Response {
	if name, is := strings.CutPrefix(r.Path, "static/"); is {
		return asset(name)
	}
	if r.Method == http.MethodPost {
		return act(r)
	}
	if id, is := strings.CutPrefix(r.Path, "requests/"); is {
		return r.render(view{Path: "requests", Title: "Request " + id, show: func(r Request) (any, error) { return request(r, id) }}, "request")
	}
	i := slices.IndexFunc(views(), func(v view) bool { return v.Path == strings.TrimSuffix(r.Path, "/") })
	if i < 0 {
		return Response{Status: http.StatusNotFound, ContentType: "text/plain; charset=utf-8", Body: []byte("The page has no such part.\n")}
	}
	one := views()[i]
	name := one.Path
	if name == "" {
		name = "connections"
	}
	return r.render(one, name)
}

// parsed are the templates, read once when a page is first asked for.
var parsed = sync.OnceValues(func() (*template.Template, error) { return template.ParseFS(pages, "pages/*.html") })

// asset is one of the files that the page is made of.
func asset(name string) Response {
	text, err := static.ReadFile("static/" + path.Clean("/" + name)[1:])
	if err != nil {
		return Response{Status: http.StatusNotFound, ContentType: "text/plain; charset=utf-8", Body: []byte("There is no such file.\n")}
	}
	kinds := map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".txt": "text/plain; charset=utf-8"}
	return Response{Status: http.StatusOK, ContentType: kinds[path.Ext(name)], Body: text}
}

// frame is what every part has around it.
type frame struct {
	Title       string
	Part        string // the template's name
	Here        string // the path below /_ui/
	Views       []view
	Environment string
	Query       url.Values
	Data        any
	Wrong       string
	Did         Action
	Paused      bool
}

// URL is an address below /_ui/ in the same environment.
func (f frame) URL(path string, parameters ...string) string {
	query := url.Values{"environment": {f.Environment}}
	for i := 0; i+1 < len(parameters); i += 2 {
		query.Set(parameters[i], parameters[i+1])
	}
	return "/_ui/" + path + "?" + query.Encode()
}

// Again is the address of this part as it is shown, with some parameters otherwise.
func (f frame) Again(parameters ...string) string {
	query := url.Values{}
	for name, values := range f.Query {
		query[name] = values
	}
	query.Set("environment", f.Environment)
	query.Del("did")
	for i := 0; i+1 < len(parameters); i += 2 {
		if query.Set(parameters[i], parameters[i+1]); parameters[i+1] == "" {
			query.Del(parameters[i])
		}
	}
	return "/_ui/" + f.Here + "?" + query.Encode()
}

// TTLs are how long a switch can last.
func (frame) TTLs() []string { return []string{"", "1m", "5m", "1h"} }

// Left is how many strikes a fault has left.
func (frame) Left(times, struck int) int { return times - struck }

func (r Request) render(v view, part string) Response {
	f := frame{
		Title: v.Title, Part: part, Here: r.Path, Views: views(), Environment: r.Environment.Name(), Query: r.Query, Did: r.Did.get(r.Query.Get("did")),
		Paused: r.Query.Get("paused") != "",
	}
	status := http.StatusOK
	data, err := v.show(r)
	if f.Data = data; err != nil {
		status, f.Wrong = http.StatusUnprocessableEntity, err.Error()
	}
	return f.response(status)
}

func (f frame) response(status int) Response {
	var text bytes.Buffer
	all, err := parsed()
	if err == nil {
		err = all.ExecuteTemplate(&text, "frame.html", f)
	}
	if err != nil {
		return Response{Status: http.StatusInternalServerError, ContentType: "text/plain; charset=utf-8", Body: []byte(err.Error() + "\n")}
	}
	return Response{Status: status, ContentType: "text/html; charset=utf-8", Body: text.Bytes()}
}

// SignIn is the page that asks for the control token.
func SignIn(wrong bool) Response {
	f := frame{Title: "Sign in", Part: "signin", Query: url.Values{}}
	if wrong {
		f.Wrong = "That is not the control token."
	}
	return f.response(http.StatusUnauthorized)
}

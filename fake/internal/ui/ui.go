// Package ui is the page on which a tester toggles states and watches. It shows what control calls answer, and
// does what they do: every action is one.
package ui

import (
	"embed"
	"net/http"
	"path"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/control"
)

//go:embed static
var static embed.FS

// Request is a request for the page.
type Request struct {
	control.Call
	Method  string
	Path    string   // below /_ui/
	Base    string   // where control calls are taken, for those to be copied
	API     string   // where clients reach the API; empty: at the host that they ask
	Refused []string // what is wrong with the file that is there; empty: it is the one in force
	Signs   bool     // whether a control token is wanted
	Did     *ActionLog
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
	part        string // its template
	live        string // which events of the stream change it
	show        func(Request) (any, error)
}

func views() []view {
	return []view{
		{"", "Connections", "connections", "request change", connections},
		{"requests", "Requests", "requests", "request change", requests},
		{"clock", "Clock", "clock", "change", clockView},
		{"faults", "Faults", "faults", "change", faults},
		{"events", "Events and webhooks", "events", "event webhook change", events},
		{"file", "Scenario file", "file", "change", file},
		{"environments", "Environments", "environments", "change", environments},
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
		return r.render(view{"requests", "Request " + id, "request", "change", func(r Request) (any, error) { return request(r, id) }})
	}
	i := slices.IndexFunc(views(), func(v view) bool { return v.Path == strings.TrimSuffix(r.Path, "/") })
	if i < 0 {
		return Problem(http.StatusNotFound, "The page has no such part.")
	}
	return r.render(views()[i])
}

// asset is one of the files that the page is made of.
func asset(name string) Response {
	text, err := static.ReadFile("static/" + path.Clean("/" + name)[1:])
	if err != nil {
		return Response{Status: http.StatusNotFound, ContentType: "text/plain; charset=utf-8", Body: []byte("There is no such file.\n")}
	}
	kinds := map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".txt": "text/plain; charset=utf-8"}
	return Response{Status: http.StatusOK, ContentType: kinds[path.Ext(name)], Body: text}
}

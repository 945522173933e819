// Package ui is the page on which testers switch states and watch what happens. It shows what control calls return,
// and every button makes one. Serve handles a request for the page: it finds the view, which gathers its data, and the
// frame renders both.
package ui

import (
	"embed"
	"net/http"
	"path"
	"slices"
	"strings"
)

//go:embed static
var static embed.FS

// views lists the parts of the page in the order of the navigation.
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

// viewOfRequest is the part of the page that shows one request of the journal.
func viewOfRequest(id string) view {
	data := func(r Request) (any, error) { return request(r, id) }
	return view{"requests", "Request " + id, "request", "request change", data}
}

// Serve handles a request for the page.
func Serve(r Request) Response {
	if name, is := strings.CutPrefix(r.Path, "static/"); is {
		return asset(name)
	}
	switch {
	case r.Method == http.MethodPost && r.Path == "file/edit":
		return edit(r)
	case r.Method == http.MethodPost:
		return act(r)
	case r.Path == "file/edit":
		return r.render(viewOfEditor(editor), views())
	case r.Path == "file/download":
		return download(r)
	}
	if id, is := strings.CutPrefix(r.Path, "requests/"); is {
		return r.render(viewOfRequest(id), views())
	}
	i := slices.IndexFunc(views(), func(v view) bool { return v.Path == strings.TrimSuffix(r.Path, "/") })
	if i < 0 {
		return Problem(http.StatusNotFound, "The page has no such view.")
	}
	return r.render(views()[i], views())
}

// asset returns a static file of the page.
func asset(name string) Response {
	text, err := static.ReadFile("static/" + path.Clean("/" + name)[1:])
	if err != nil {
		missing := []byte("There is no such file.\n")
		return Response{Status: http.StatusNotFound, ContentType: "text/plain; charset=utf-8", Body: missing}
	}
	contentTypes := map[string]string{
		".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".txt": "text/plain; charset=utf-8",
	}
	return Response{Status: http.StatusOK, ContentType: contentTypes[path.Ext(name)], Body: text}
}

// Header returns the headers that every response of the page has.
func Header() http.Header {
	header := http.Header{}
	header.Set("Content-Security-Policy", policy)
	header.Set("Referrer-Policy", "same-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	return header
}

// policy makes browsers run, show and request nothing that is not from this server.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

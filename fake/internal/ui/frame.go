package ui

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/pipes"
)

//go:embed pages/*.html
var pages embed.FS

// parsed are the templates, read once when a page is first asked for.
var parsed = sync.OnceValues(func() (*template.Template, error) { return template.ParseFS(pages, "pages/*.html") })

// frame is what every part has around it.
type frame struct {
	Title       string
	Here        string // the path below /_ui/
	View        string // that of the part of the page
	Views       []view
	Environment string
	Query       url.Values
	Data        any
	Wrong       []string
	Did         Action
	Status      status
	Live        string // the events that change it; empty: none
	Signs       bool
	Content     template.HTML
}

// status is what a tester should know whatever the part.
type status struct {
	Clock   string // how it is apart from real time; empty: it is not
	Faults  int
	Last    *switched // the last switch; nil: none is in force
	Refused []string
}

// URL is an address below /_ui/ in the same environment.
func (f frame) URL(path string, parameters ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(parameters); i += 2 {
		query.Set(parameters[i], parameters[i+1])
	}
	return f.Link(path, query)
}

// Link is URL with the parameters of a query.
func (f frame) Link(path string, query url.Values) string {
	query.Set("environment", f.Environment)
	return "/_ui/" + path + "?" + query.Encode()
}

// Do is where a form of an action goes.
func (f frame) Do(action string) string { return f.URL("do/" + action) }

// Again is the address of this part as it is shown, with some parameters otherwise; empty ones go.
func (f frame) Again(parameters ...string) string {
	query := url.Values{}
	for name, values := range f.Query {
		query[name] = values
	}
	query.Set("environment", f.Environment)
	query.Del("did")
	query.Del("back")
	for i := 0; i+1 < len(parameters); i += 2 {
		if query.Set(parameters[i], parameters[i+1]); parameters[i+1] == "" {
			query.Del(parameters[i])
		}
	}
	return "/_ui/" + f.Here + "?" + query.Encode()
}

// Filled is what a field of a form begins with: what a refused form had in it, else what the address says.
func (f frame) Filled(name string) string {
	if len(f.Did.Failed) > 0 {
		return f.Did.form.Get(name)
	}
	return f.Query.Get(name)
}

// With is the frame with other data, for a template inside another.
func (f frame) With(data any) frame {
	f.Data = data
	return f
}

// TTLs are how long a switch can last.
func (frame) TTLs() []string { return []string{"", "1m", "5m", "1h"} }

func (r Request) render(v view) Response {
	f := frame{
		Title: v.Title, Here: r.Path, View: v.Path, Views: views(), Environment: r.Environment.Name(), Query: r.Query, Did: r.did(),
		Status: r.status(), Live: v.live, Signs: r.Signs,
	}
	status := http.StatusOK
	data, err := v.show(r)
	if f.Data = data; err != nil {
		status, f.Wrong = http.StatusUnprocessableEntity, said(err)
	}
	return f.response(v.part, status)
}

// did is what the page did last, as it may be shown.
func (r Request) did() Action {
	did := r.Did.get(r.Query.Get("did"))
	did.Call, did.Go = r.Hide(did.Call), r.Hide(did.Go)
	return did
}

func (r Request) status() status {
	now, frozen := r.Environment.Time()
	s := status{Clock: apart(now, frozen), Refused: r.Refused}
	laid, _ := r.Environment.Faults()
	s.Faults = len(laid)
	if inForce, _ := r.switches(1); len(inForce) > 0 {
		s.Last = &inForce[0]
	}
	return s
}

// apart says how the clock is not real time; empty: it is.
func apart(now time.Time, frozen bool) string {
	if frozen {
		return "frozen at " + dated(now)
	}
	away := now.Sub(clock.Wire()).Round(time.Second)
	switch {
	case away > time.Second:
		return span(away) + " ahead of real time"
	case away < -time.Second:
		return span(-away) + " behind real time"
	}
	return ""
}

func (f frame) response(part string, status int) Response {
	var text bytes.Buffer
	all, err := parsed()
	if err == nil {
		err = all.ExecuteTemplate(&text, part, f)
	}
	f.Content = template.HTML(text.String()) // escaped by its own template
	if text.Reset(); err == nil {
		err = all.ExecuteTemplate(&text, "frame.html", f)
	}
	if err != nil {
		return Response{Status: http.StatusInternalServerError, ContentType: "text/plain; charset=utf-8", Body: []byte(err.Error() + "\n")}
	}
	return Response{Status: status, ContentType: "text/html; charset=utf-8", Body: text.Bytes()}
}

// SignIn is the page that asks for the control token, and leads to where a browser wanted to go.
func SignIn(wrong bool, to string) Response {
	f := frame{Title: "Sign in", Query: url.Values{}, Data: Inside(to)}
	if wrong {
		f.Wrong = []string{"That is not the control token."}
	}
	return f.response("signin", http.StatusUnauthorized)
}

// Problem is a page that says what is wrong with what was asked.
func Problem(status int, messages ...string) Response {
	f := frame{Title: "That does not work", Query: url.Values{}, Wrong: messages}
	return f.response("problem", status)
}

// Inside is an address of the page as it was given, or the page's beginning for every other.
func Inside(address string) string {
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(address, "/_ui/") || strings.ContainsAny(address, "\r\n\\") || strings.HasPrefix(u.Path, "/_ui/do/") {
		return "/_ui/"
	}
	return address
}

// said are the sentences of an error.
func said(err error) (sentences []string) {
	var wire *pipes.Error
	if !errors.As(err, &wire) {
		return []string{err.Error()}
	}
	for _, field := range wire.Errors {
		sentences = append(sentences, field.Message)
	}
	if len(sentences) == 0 {
		sentences = []string{wire.Message}
	}
	return sentences
}

// moment is an instant of the environment's time that is to come.
type moment struct {
	At     string
	Left   string // in words
	MS     int64  // how long it is until then
	Frozen bool   // the clock stands: it does not come nearer
}

func (r Request) moment(at time.Time) *moment {
	now, frozen := r.Environment.Time()
	if at.IsZero() {
		return nil
	}
	left := max(0, at.Sub(now))
	return &moment{pipes.Timestamp(at), span(left), left.Milliseconds(), frozen}
}

// HTML is in 4:59, which the page counts down, where the clock runs.
func (m moment) HTML() template.HTML {
	if m.Frozen {
		return template.HTML(m.Left + " after the clock runs again")
	}
	return template.HTML(fmt.Sprintf(`in <time datetime="%s" data-left="%d">%s</time>`, m.At, m.MS, m.Left))
}

// span is a duration as a stopwatch shows it, beyond two days in days.
func span(d time.Duration) string {
	seconds := int(d.Round(time.Second) / time.Second)
	switch {
	case seconds >= 2*24*3600:
		return fmt.Sprintf("%d days", seconds/(24*3600))
	case seconds >= 3600:
		return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

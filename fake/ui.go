package fake

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/ui"
)

// uiPath is where the page is.
const uiPath = "/_ui/"

// tokenCookie tells that a browser has signed in.
const tokenCookie = "pipesfake_token"

// uiRoutes are the page: as the control plane, guarded and not journaled.
func (s *Server) uiRoutes() []route {
	return []route{
		{method: "GET", path: "/_ui", handle: func(call) (reply, error) { return moved(uiPath), nil }, invalid: 422, control: true},
		{method: "GET", path: uiPath + "{rest:.*}", handle: s.page, invalid: 422, control: true},
		{method: "POST", path: uiPath + "{rest:.*}", handle: s.page, invalid: 422, control: true},
	}
}

// page answers a part of the page, and what its buttons do.
func (s *Server) page(c call) (reply, error) {
	switch c.vars["rest"] {
	case "signin": // by one who is signed in already
		form, _ := url.ParseQuery(string(c.body))
		return moved(ui.Inside(form.Get("to"))), nil
	case "signout":
		answer := moved(uiPath)
		answer.header.Set("Set-Cookie", (&http.Cookie{Name: tokenCookie, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, MaxAge: -1}).String())
		return answer, nil
	}
	base := c.base()
	if s.options.controlApart {
		base = "http://" + c.request.Host
	}
	answer := ui.Serve(ui.Request{
		Call: s.controlCall(c), Method: c.request.Method, Path: c.vars["rest"], Base: base, API: s.options.external,
		Refused: s.reload.refused(s.environments.current()), Signs: s.options.controlToken != "", Did: &s.did,
	})
	return uiReply(answer), nil
}

func uiReply(answer ui.Response) reply {
	if answer.Location != "" {
		return moved(answer.Location)
	}
	return reply{status: answer.Status, header: ui.Header(), body: control.Text{ContentType: answer.ContentType, Body: answer.Body}}
}

func moved(to string) reply {
	header := ui.Header()
	header.Set("Location", to)
	return reply{status: http.StatusSeeOther, header: header, body: control.Text{ContentType: "text/plain; charset=utf-8", Body: []byte("Go on at " + to + "\n")}}
}

// isOfPage tells whether a request is for the page, or a part of it.
func isOfPage(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, uiPath) || r.URL.Path+"/" == uiPath
}

// refusedPage says what is wrong with a request for the page in a page, or asks for the control token there.
func (s *Server) refusedPage(r *http.Request, body []byte, err error) reply {
	wire := asError(err)
	if wire.Code == pipes.Unauthorized {
		return s.signIn(r, body)
	}
	return uiReply(ui.Problem(statusOf(wire.Code, &route{invalid: http.StatusUnprocessableEntity}), wire.Message))
}

// signIn asks a browser for the control token, or takes it and leads to where it wanted to go.
func (s *Server) signIn(r *http.Request, body []byte) reply {
	form, err := url.ParseQuery(string(body))
	given := form.Get("token")
	if r.Method != http.MethodPost || r.URL.Path != uiPath+"signin" || err != nil {
		return uiReply(ui.SignIn(false, r.URL.RequestURI()))
	}
	if !s.isControlToken(given) {
		return uiReply(ui.SignIn(true, form.Get("to")))
	}
	answer := moved(ui.Inside(form.Get("to")))
	cookie := http.Cookie{Name: tokenCookie, Value: s.cookieValue(), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, MaxAge: int((30 * 24 * time.Hour).Seconds())}
	answer.header.Set("Set-Cookie", cookie.String())
	return answer
}

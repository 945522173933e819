package server

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/ui"
)

// uiPath is where the page is.
const uiPath = "/_ui/"

// tokenCookie tells that a browser has signed in.
const tokenCookie = "pipesfake_token"

// uiRoutes are the page: as the control plane, guarded and not journaled.
func (s *Server) uiRoutes() []call.Route {
	return []call.Route{
		{Method: "GET", Path: "/_ui", Handle: func(call.Call) (call.Reply, error) { return moved(uiPath), nil }, InvalidStatus: 422, Control: true},
		{Method: "GET", Path: uiPath + "{rest:.*}", Handle: s.page, InvalidStatus: 422, Control: true},
		{Method: "POST", Path: uiPath + "{rest:.*}", Handle: s.page, InvalidStatus: 422, Control: true},
	}
}

// page answers a part of the page, and what its buttons do.
func (s *Server) page(c call.Call) (call.Reply, error) {
	switch c.Vars["rest"] {
	case "signin": // by one who is signed in already
		form, _ := url.ParseQuery(string(c.Body))
		return moved(ui.Inside(form.Get("to"))), nil
	case "signout":
		answer := moved(uiPath)
		answer.Header.Set("Set-Cookie", (&http.Cookie{Name: tokenCookie, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, MaxAge: -1}).String())
		return answer, nil
	}
	base := c.BaseURL()
	if s.config.ControlApart {
		base = "http://" + c.Request.Host
	}
	answer := ui.Serve(ui.Request{
		Call: s.controlCall(c), Method: c.Request.Method, Path: c.Vars["rest"], Base: base, API: s.config.ExternalURL,
		Refused: s.reload.refused(s.environments.Scenarios()), Signs: s.config.ControlToken != "", Did: &s.actions,
	})
	return uiReply(answer), nil
}

func uiReply(answer ui.Response) call.Reply {
	if answer.Location != "" {
		return moved(answer.Location)
	}
	return call.Reply{Status: answer.Status, Header: ui.Header(), Body: call.Text{ContentType: answer.ContentType, Body: answer.Body}}
}

func moved(to string) call.Reply {
	header := ui.Header()
	header.Set("Location", to)
	return call.Reply{Status: http.StatusSeeOther, Header: header, Body: call.Text{ContentType: "text/plain; charset=utf-8", Body: []byte("Go on at " + to + "\n")}}
}

// isOfPage tells whether a request is for the page, or a part of it.
func isOfPage(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, uiPath) || r.URL.Path+"/" == uiPath
}

// refusedPage says what is wrong with a request for the page in a page, or asks for the control token there.
func (s *Server) refusedPage(r *http.Request, body []byte, err error) call.Reply {
	wire := call.AsError(err)
	if wire.Code == pipes.Unauthorized {
		return s.signIn(r, body)
	}
	return uiReply(ui.Problem((&call.Route{InvalidStatus: http.StatusUnprocessableEntity}).StatusOf(wire.Code), wire.Message))
}

// signIn asks a browser for the control token, or takes it and leads to where it wanted to go.
func (s *Server) signIn(r *http.Request, body []byte) call.Reply {
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
	answer.Header.Set("Set-Cookie", cookie.String())
	return answer
}

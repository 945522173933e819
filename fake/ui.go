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
	answer := ui.Serve(ui.Request{
		Call: s.controlCall(c), Method: c.request.Method, Path: c.vars["rest"], Base: c.base(), Refused: s.reload.refused(s.environments.current()),
		Signs: s.options.controlToken != "", Did: &s.did,
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

// signIn asks a browser for the control token, or takes it.
func (s *Server) signIn(r *http.Request, body []byte) reply {
	form, err := url.ParseQuery(string(body))
	given := form.Get("token")
	if r.Method != http.MethodPost || r.URL.Path != uiPath+"signin" || err != nil {
		return uiReply(ui.SignIn(false))
	}
	if !s.isControlToken(given) {
		return uiReply(ui.SignIn(true))
	}
	answer := moved(uiPath)
	cookie := http.Cookie{Name: tokenCookie, Value: s.cookieValue(), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, MaxAge: int((30 * 24 * time.Hour).Seconds())}
	answer.header.Set("Set-Cookie", cookie.String())
	return answer
}

// asksToSignIn tells whether a refused request is a browser's that has not signed in.
func asksToSignIn(r *http.Request, err error) bool {
	return isOfPage(r) && asError(err).Code == pipes.Unauthorized
}

// isOfPage tells whether a request is for the page, or a part of it.
func isOfPage(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, uiPath) || r.URL.Path+"/" == uiPath
}

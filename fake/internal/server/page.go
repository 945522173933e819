package server

import (
	"net/http"
	"net/url"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/ui"
	"example.com/pipesfake/internal/version"
)

// uiRoutes returns the routes of the page, which is guarded and not recorded, like the control plane.
func (s *Server) uiRoutes() []call.Route {
	return []call.Route{
		{Method: "GET", Path: "/_ui", Handle: toPage, InvalidStatus: 422, Control: true},
		{Method: "GET", Path: uiPath + "{rest:.*}", Handle: s.page, InvalidStatus: 422, Control: true},
		{Method: "POST", Path: uiPath + "{rest:.*}", Handle: s.page, InvalidStatus: 422, Control: true},
	}
}

func toPage(*call.Call) (call.Reply, error) { return moved(uiPath), nil }

// page handles requests for the parts of the page, and what its buttons do.
func (s *Server) page(c *call.Call) (call.Reply, error) {
	switch c.Vars["rest"] {
	case "signin": // by a browser that has signed in already
		form, _ := url.ParseQuery(string(c.Body))
		return moved(ui.Inside(form.Get("to"))), nil
	case "signout":
		reply := moved(uiPath)
		reply.Header.Set("Set-Cookie", cookie("", -1))
		return reply, nil
	}
	base := c.BaseURL()
	if s.config.ControlApart {
		base = "http://" + c.Request.Host
	}
	response := ui.Serve(ui.Request{
		Call: s.controlCall(c), Method: c.Request.Method, Path: c.Vars["rest"], Base: base, API: s.config.ExternalURL,
		Apart:   s.config.ControlApart,
		Refused: s.reload.refused(s.environments.Scenarios()), Signs: s.config.ControlToken != "", Did: &s.actions,
		Version: version.Get().Number,
	})
	return uiReply(response), nil
}

func uiReply(response ui.Response) call.Reply {
	if response.Location != "" {
		return moved(response.Location)
	}
	text, header := call.Text{ContentType: response.ContentType, Body: response.Body}, ui.Header()
	if response.Download != "" {
		header.Set("Content-Disposition", `attachment; filename="`+response.Download+`"`)
	}
	return call.Reply{Status: response.Status, Header: header, Body: text}
}

// moved returns a redirect within the page.
func moved(to string) call.Reply {
	header := ui.Header()
	header.Set("Location", to)
	text := call.Text{ContentType: "text/plain; charset=utf-8", Body: []byte("Go on at " + to + "\n")}
	return call.Reply{Status: http.StatusSeeOther, Header: header, Body: text}
}

// cookie returns a Set-Cookie header for a browser that signs in or out.
func cookie(value string, maxAge int) string {
	c := http.Cookie{
		Name: tokenCookie, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, MaxAge: maxAge,
	}
	return c.String()
}

// refusedPage returns a page that says why a request for the page was refused, or that asks for the control token.
func (s *Server) refusedPage(r *http.Request, body []byte, err error) call.Reply {
	wire := call.AsError(err)
	if wire.Code == pipes.Unauthorized {
		return s.signIn(r, body)
	}
	status := (&call.Route{InvalidStatus: http.StatusUnprocessableEntity}).StatusOf(wire.Code)
	return uiReply(ui.Problem(status, wire.Message))
}

// signIn returns the page that asks for the control token. If the request brings the right token, it sets the cookie
// and redirects to where the browser wanted to go.
func (s *Server) signIn(r *http.Request, body []byte) call.Reply {
	form, err := url.ParseQuery(string(body))
	given := form.Get("token")
	if r.Method != http.MethodPost || r.URL.Path != uiPath+"signin" || err != nil {
		return uiReply(ui.SignIn(false, r.URL.RequestURI()))
	}
	if !s.isControlToken(given) {
		return uiReply(ui.SignIn(true, form.Get("to")))
	}
	const thirtyDays = 30 * 24 * 60 * 60
	reply := moved(ui.Inside(form.Get("to")))
	reply.Header.Set("Set-Cookie", cookie(s.cookieValue(), thirtyDays))
	return reply
}

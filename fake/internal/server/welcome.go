package server

import (
	_ "embed"
	"net/http"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/internal/version"
)

//go:embed favicon.png
var favicon []byte

// welcome responds to requests that somebody makes before they know where to go: for "/" and for the icon that browsers
// ask for. It reports false for every other request. Like control calls, these are not recorded. The control plane, and
// with it the page, may be elsewhere.
func (s *Server) welcome(x *request, hasControl bool) bool {
	r := x.request
	var reply call.Reply
	switch {
	case !isRead(r):
		return false
	case r.URL.Path == "/favicon.ico":
		text := call.Text{ContentType: "image/png", Body: favicon}
		reply = call.Reply{
			Status: http.StatusOK, Header: http.Header{"Cache-Control": {"public, max-age=86400"}}, Body: text,
		}
	case r.URL.Path == "/" && call.AcceptsHTML(r) && hasControl:
		reply = moved(uiPath)
	case r.URL.Path == "/":
		reply = call.OK(s.introduction(r, hasControl))
	default:
		return false
	}
	x.route = &call.Route{Control: true}
	s.number(x, true)
	s.respond(x, reply, nil)
	return true
}

// introduction says what the server is, and where to go on.
type introduction struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Page    string `json:"page"`
	OpenAPI string `json:"openapi"`
	Docs    string `json:"docs"`
	Message string `json:"message"`
}

func (s *Server) introduction(r *http.Request, hasControl bool) introduction {
	made := introduction{
		Name: "pipesfake", Version: version.Get().Number, Docs: docsURL,
		Message: "This is a fake of the WorkOS Pipes API. Its paths are those of WorkOS, such as " +
			"POST /data-integrations/github/token.",
	}
	made.Page, made.OpenAPI = uiPath, "/_control/openapi.json"
	if hasControl {
		c := &call.Call{Request: r, ExternalURL: s.config.ExternalURL, TrustProxy: s.config.TrustProxy}
		base := c.BaseURL()
		made.Page, made.OpenAPI = base+made.Page, base+made.OpenAPI
	} else {
		made.Message += " The control plane and the page have an address of their own (--control-addr)."
	}
	return made
}

// docsURL is where the documentation is, once the module is published.
const docsURL = "https://example.com/pipesfake"

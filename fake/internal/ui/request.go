package ui

import (
	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/scenarios"
)

// Request is a request for the page.
type Request struct {
	control.Call
	Method  string
	Path    string   // below /_ui/
	Base    string   // where the control plane is reached, for the calls that can be copied
	API     string   // where clients reach the API; empty means the host that the shown request was sent to
	Apart   bool     // the API has another address than the control plane
	Refused []string // the mistakes of the changed scenario file; empty means that the file is in force
	Signs   bool     // the control plane requires its token
	Version string   // of the server
	Did     *ActionLog
}

// Response is the response to a Request.
type Response struct {
	Status      int
	ContentType string
	Location    string // where a redirect leads
	Download    string // the name under which a browser saves the body; empty means that it shows it
	Body        []byte
}

// address returns where clients reach the API, or an empty text if the page cannot know it.
func (r Request) address() string {
	if r.API == "" && !r.Apart {
		return r.Base
	}
	return r.API
}

// shown returns a key that can be shown: ids that contain a secret are masked.
func (r Request) shown(key scenarios.Key) scenarios.Key {
	return scenarios.Key{
		Provider: r.Hide(key.Provider), User: r.Hide(key.User), Organization: r.Hide(key.Organization),
	}
}

package server

import (
	"encoding/json"
	"net/http"
	"slices"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/pipes"
)

// ControlCall returns a control call in an environment that no request made, for the Go API.
func (s *Server) ControlCall(e *environment.Environment) control.Call {
	return control.Call{Environment: e, Registry: s.environments, Draining: s.draining, Bodies: &s.bodies}
}

// APICall returns a call of the Pipes API that no request made, for the Go API. The body is encoded as JSON.
func (s *Server) APICall(e *environment.Environment, vars map[string]string, body any) (*call.Call, error) {
	text, err := json.Marshal(body)
	return &call.Call{
		Environment: e, Vars: vars, PathKey: call.KeyFromPath(vars, nil), Body: text, Bodies: &s.bodies,
		Began: clock.RealNow(), LinkLocalWebhooks: s.config.LinkLocalWebhooks,
		Request: &http.Request{Header: http.Header{"Content-Type": {"application/json"}}},
	}, err
}

func (s *Server) controlCall(c *call.Call) control.Call {
	made := s.ControlCall(c.Environment)
	made.Context, made.Began, made.Vars, made.Query, made.Body = c.Request.Context(), c.Began, c.Vars, c.Query, c.Body
	return made
}

// controlRoute returns the route of a control call. If the environment is deleted while the call waits, the call
// continues in the new environment of the same name.
func (s *Server) controlRoute(method, path string, status int, handle controlHandler, queryNames ...string) call.Route {
	return call.Route{
		Method: method, Path: "/_control" + path, InvalidStatus: 422, Control: true,
		QueryNames: append(slices.Clone(queryNames), "environment"),
		Handle: func(c *call.Call) (call.Reply, error) {
			answer, err := s.inEnvironment(c, handle)
			for answer == (control.EnvironmentGone{}) {
				if c.Environment, err = s.environments.Open(c.Environment.Name(), clock.RealNow()); err != nil {
					return call.Reply{}, err
				}
				answer, err = s.inEnvironment(c, handle)
			}
			if err != nil {
				return call.Reply{}, err
			}
			return controlReply(c, status, answer), nil
		},
	}
}

// controlHandler handles a control call. It returns a value to be written as JSON, a call.Text, or a
// control.EventStream.
type controlHandler func(control.Call) (any, error)

// inEnvironment makes a control call, and keeps its environment from being idle meanwhile.
func (s *Server) inEnvironment(c *call.Call, handle controlHandler) (any, error) {
	c.Environment.Enter()
	defer c.Environment.Leave()
	return handle(s.controlCall(c))
}

func controlReply(c *call.Call, status int, answer any) call.Reply {
	if stream, is := answer.(control.EventStream); is {
		return call.Reply{Stream: func(w http.ResponseWriter, r *http.Request) {
			c.Environment.Enter()
			defer c.Environment.Leave()
			stream.Stream(w, r)
		}}
	}
	if failed, is := answer.(interface{ Wrong() pipes.Code }); is {
		status = (&call.Route{}).StatusOf(failed.Wrong())
	}
	return call.Reply{Status: status, Body: answer}
}

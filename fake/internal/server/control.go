package server

import (
	"net/http"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/pipes"
)

// ControlCall returns a control call in an environment, without the request of one.
func (s *Server) ControlCall(e *environment.Environment) control.Call {
	return control.Call{Environment: e, Registry: s.environments, Draining: s.draining, Bodies: &s.bodies}
}

func (s *Server) controlCall(c call.Call) control.Call {
	made := s.ControlCall(c.Environment)
	made.Context, made.Began, made.Vars, made.Query, made.Body = c.Request.Context(), c.Began, c.Vars, c.Query, c.Body
	return made
}

// controlRoute is a call of the control plane, and the query parameters that it takes beside environment. One that
// waits goes on when its environment was deleted: in the one that is made anew.
func (s *Server) controlRoute(method, path string, status int, handle func(control.Call) (any, error), takes ...string) call.Route {
	return call.Route{Method: method, Path: "/_control" + path, InvalidStatus: 422, Control: true, QueryNames: append(takes, "environment"), Handle: func(c call.Call) (call.Reply, error) {
		answer, err := s.held(c, handle)
		for answer == (control.EnvironmentGone{}) {
			if c.Environment, err = s.environments.Open(c.Environment.Name(), clock.Wire()); err != nil {
				return call.Reply{}, err
			}
			answer, err = s.held(c, handle)
		}
		if live, is := answer.(control.EventStream); is && err == nil {
			return call.Reply{Stream: func(w http.ResponseWriter, r *http.Request) {
				c.Environment.Enter()
				defer c.Environment.Leave()
				live.Stream(w, r)
			}}, nil
		}
		if failed, is := answer.(interface{ Wrong() pipes.Code }); is {
			return call.Reply{Status: (&call.Route{}).StatusOf(failed.Wrong()), Body: answer}, err
		}
		return call.Reply{Status: status, Body: answer}, err
	}}
}

// held makes a control call in its environment, which is not idle meanwhile.
func (s *Server) held(c call.Call, handle func(control.Call) (any, error)) (any, error) {
	c.Environment.Enter()
	defer c.Environment.Leave()
	return handle(s.controlCall(c))
}

// wholeServer marks a control call that is about no environment.
func wholeServer(r call.Route) call.Route {
	r.WholeServer = true
	return r
}

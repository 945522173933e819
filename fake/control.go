package fake

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/fake/internal/pipes"
)

func (s *Server) controlCall(c call) control.Call {
	made := s.controlOf(c.environment)
	made.Context, made.Began, made.Vars, made.Query, made.Body = c.request.Context(), c.began, c.vars, c.query, c.body
	return made
}

// controlOf is what a control call, or its like in Go, finds in an environment.
func (s *Server) controlOf(o *hostedEnvironment) control.Call {
	return control.Call{
		Environment: o.Environment, Journal: o.journal, Snapshots: o, Draining: s.leaving, Gone: o.gone, Webhooks: o.webhooks,
		Environments: &s.environments, Payload: payload, Bodies: &s.bodies,
	}
}

// controlRoute is a call of the control plane, and the query parameters that it takes beside environment. One that
// waits goes on when its environment was deleted: in the one that is made anew.
func (s *Server) controlRoute(method, path string, status int, handle func(control.Call) (any, error), takes ...string) route {
	return route{method: method, path: "/_control" + path, invalid: 422, control: true, takes: append(takes, "environment"), handle: func(c call) (reply, error) {
		answer, err := s.held(c, handle)
		for answer == (control.EnvironmentGone{}) {
			if c.environment, err = s.environments.open(c.environment.Name(), clock.Wire()); err != nil {
				return reply{}, err
			}
			answer, err = s.held(c, handle)
		}
		if live, is := answer.(control.EventStream); is && err == nil {
			return reply{stream: func(w http.ResponseWriter, r *http.Request) {
				defer c.environment.hold()()
				live.Stream(w, r)
			}}, nil
		}
		if failed, is := answer.(interface{ Wrong() pipes.Code }); is {
			return reply{status: statusOf(failed.Wrong(), &route{}), body: answer}, err
		}
		return reply{status: status, body: answer}, err
	}}
}

// held makes a control call in its environment, which is not idle meanwhile.
func (s *Server) held(c call, handle func(control.Call) (any, error)) (any, error) {
	defer c.environment.hold()()
	return handle(s.controlCall(c))
}

// wholeServer marks a control call that is about no environment.
func wholeServer(r route) route {
	r.whole = true
	return r
}

// isWhole tells whether a call is about the whole server: it makes no environment.
func (r *route) isWhole(query url.Values) bool {
	return r.control && (r.whole || slices.Contains(r.takes, "all") && query.Get("all") == "true") // coverage of all
}

// controlled is the environment of a control call: that of ?environment=, of the API key, else default. A call that
// is refused makes none.
func (s *Server) controlled(x *request, c call, wrong error) (*hostedEnvironment, error) {
	if err := cmp.Or(s.guard(c.request), wrong); err != nil {
		return nil, err
	}
	name, err := controlledName(c.request, c.query)
	if err == nil && x.route.takes != nil {
		err = control.CheckQuery(c.query, x.route.takes...)
	}
	if err != nil {
		return nil, err
	}
	if x.route.isWhole(c.query) {
		name = defaultEnvironment
	}
	return s.environments.open(name, x.began)
}

func controlledName(r *http.Request, query url.Values) (string, error) {
	if names, said := query["environment"]; said {
		if len(names) != 1 || !isEnvironmentName(names[0]) {
			return "", pipes.Invalid(pipes.FieldError{Field: "environment", Code: "invalid",
				Message: "environment must be one name of " + environmentNameRule})
		}
		return names[0], nil
	}
	if r.Header.Get("Authorization") == "" {
		return defaultEnvironment, nil
	}
	return keyed(r)
}

// number gives the answer a request id: the next of its environment, or one of the control plane's own. So ids are
// the same in every run, whoever has the page open.
func (s *Server) number(x *request, toControl bool) {
	if toControl {
		x.requestID = mint.RequestID("~control", s.controlCalls.Add(1))
	} else {
		x.requestID = x.world.RequestID()
	}
	x.Header()["X-Request-Id"] = []string{x.requestID}
}

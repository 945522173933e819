package server

import (
	"cmp"
	"net/http"
	"net/url"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/pipes"
)

// controlled is the environment of a control call: that of ?environment=, of the API key, else default. A call that
// is refused makes none.
func (s *Server) controlled(x *request, c call.Call, wrong error) (*environment.Environment, error) {
	if err := cmp.Or(s.guard(c.Request), wrong); err != nil {
		return nil, err
	}
	name, err := controlledName(c.Request, c.Query)
	if err == nil && x.route.QueryNames != nil {
		err = control.CheckQuery(c.Query, x.route.QueryNames...)
	}
	if err != nil {
		return nil, err
	}
	if x.route.IsWholeServer(c.Query) {
		name = environment.DefaultName
	}
	return s.environments.Open(name, x.began)
}

func controlledName(r *http.Request, query url.Values) (string, error) {
	if names, said := query["environment"]; said {
		if len(names) != 1 || !environment.IsName(names[0]) {
			return "", pipes.Invalid(pipes.FieldError{Field: "environment", Code: "invalid",
				Message: "environment must be one name of " + environment.NameRule})
		}
		return names[0], nil
	}
	if r.Header.Get("Authorization") == "" {
		return environment.DefaultName, nil
	}
	return nameInKey(r)
}

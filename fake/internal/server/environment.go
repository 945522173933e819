package server

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/apikey"
)

// openEnvironment opens the environment of a routed call. A call to the control plane is checked first, because one
// that is refused must not make an environment. wrong is what is wrong with the address of the call, or nil.
func (s *Server) openEnvironment(x *request, c *call.Call, wrong error) (*environment.Environment, error) {
	var name string
	var err error
	switch {
	case x.route.Control:
		if err = cmp.Or(s.guard(c.Request), wrong); err == nil {
			name, err = nameOfControlCall(x.route, c)
		}
		if named := c.Vars["name"]; s.replicas != nil && x.route.WholeServer && s.environments.Exists(named) {
			name = named // the replica that answers need not have another one
		}
	case x.route.EnvironmentOf != nil:
		name, c.Token = x.route.EnvironmentOf(c)
	default:
		name, err = nameOfKey(c.Request)
	}
	if err != nil {
		return nil, err
	}
	return s.environments.Open(name, x.began)
}

// openByKey opens the environment of a request's API key. Its errors are those of nameOfKey and too_many_environments.
func (s *Server) openByKey(x *request) (*environment.Environment, error) {
	name, err := nameOfKey(x.request)
	if err != nil {
		return nil, err
	}
	return s.environments.Open(name, x.began)
}

// nameOfControlCall returns the name of the environment of a control call: that of ?environment=, else that of the API
// key, else default. It also refuses query parameters that the call does not have. Its error is invalid_request, or one
// of nameOfKey.
func nameOfControlCall(route *call.Route, c *call.Call) (string, error) {
	name, err := nameOfQueryOrKey(c.Request, c.Query)
	if err == nil && route.QueryNames != nil {
		err = control.CheckQuery(c.Query, route.QueryNames...)
	}
	if err != nil {
		return "", err
	}
	if route.IsWholeServer(c.Query) {
		return apikey.DefaultName, nil
	}
	return name, nil
}

func nameOfQueryOrKey(r *http.Request, query url.Values) (string, error) {
	if names, isGiven := query["environment"]; isGiven {
		if len(names) != 1 || !apikey.IsName(names[0]) {
			return "", call.Invalid("environment", "environment must be one name of "+apikey.NameRule)
		}
		return names[0], nil
	}
	if r.Header.Get("Authorization") == "" {
		return apikey.DefaultName, nil
	}
	return nameOfKey(r)
}

// nameOfKey returns the name of the environment that a request's API key opens. Its errors are unauthorized and
// live_key.
func nameOfKey(r *http.Request) (name string, err error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return "", unauthorized("No API key: send the header Authorization: Bearer sk_…")
	}
	scheme, key, _ := strings.Cut(header, " ")
	key = strings.TrimSpace(key)
	switch {
	case !strings.EqualFold(scheme, "Bearer"):
		return "", unauthorized("The Authorization header has another scheme than Bearer: " +
			"send Authorization: Bearer sk_…")
	case key == "":
		return "", unauthorized("The API key is empty: send Authorization: Bearer sk_…")
	case strings.HasPrefix(key, apikey.LivePrefix):
		return "", &pipes.Error{Code: pipes.LiveKey, Message: "This is a live key, and this is pipesfake, " +
			"a fake of the WorkOS Pipes API: use a test key (sk_test_…) here, " +
			"and look how the live one came to a test."}
	case !strings.HasPrefix(key, "sk_"):
		return "", unauthorized("The API key does not begin with sk_: send Authorization: Bearer sk_…")
	case key == "sk_":
		return "", unauthorized("The API key ends after sk_: send Authorization: Bearer sk_…")
	case !strings.HasPrefix(key, apikey.Prefix):
		return apikey.DefaultName, nil
	}
	name = strings.TrimPrefix(key, apikey.Prefix)
	if !apikey.IsName(name) {
		return "", unauthorized("The API key names no environment: sk_env_ must be followed by " +
			apikey.NameRule + ".")
	}
	return name, nil
}

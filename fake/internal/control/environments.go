package control

import (
	"cmp"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/apikey"
	"example.com/pipesfake/internal/fields"
)

// Environment is an environment in a list.
type Environment struct {
	Name       string `json:"name"`
	APIKey     string `json:"api_key"`
	LastUsedAt string `json:"last_used_at"` // in real time
}

// GetEnvironments lists the environments by name, a page at a time.
func GetEnvironments(c Call) (any, error) {
	var p environmentParameters
	if err := readQuery(c, environmentsQuery(), &p, nil); err != nil {
		return nil, err
	}
	page, more, err := c.Registry.List(c.context(), p.next, cmp.Or(p.limit, defaultPage))
	if err != nil {
		return nil, err
	}
	list := make([]Environment, len(page))
	for i, one := range page {
		list[i] = Environment{one.Name, one.APIKey, pipes.Timestamp(one.LastUsed)}
	}
	var next *string
	if more {
		next = &list[len(list)-1].Name
	}
	return struct {
		Environments []Environment `json:"environments"`
		Next         *string       `json:"next"` // the parameter next of the following page; null on the last one
	}{list, next}, nil
}

// PostEnvironment makes an environment for a test. Its name derives from the test's name, and no other environment has
// it.
func PostEnvironment(c Call) (any, error) {
	r, err := openBody(c, environmentBody())
	if err != nil {
		return nil, err
	}
	var request environmentRequest
	environmentBody().Fill(&r.Reader, r.Values, &request)
	if err := r.err(); err != nil {
		return nil, err
	}
	made, err := c.Registry.Reserve(request.test, nil, c.Began)
	if err != nil {
		return nil, err
	}
	return Environment{made.Name(), apikey.Of(made.Name()), pipes.Timestamp(c.Began)}, nil
}

// DeleteEnvironment deletes an environment with everything in it.
func DeleteEnvironment(c Call) (any, error) {
	name := c.Vars["name"]
	if !c.Registry.Drop(name) {
		return nil, &pipes.Error{Code: pipes.EntityNotFound, Message: "There is no environment \"" +
			fields.Abridge(name) + "\": GET /_control/environments lists them."}
	}
	return struct {
		Deleted string `json:"deleted"`
	}{name}, nil
}

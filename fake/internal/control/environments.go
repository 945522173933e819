package control

import (
	"cmp"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
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
	if err := readQuery(c, environmentsQuery, &p, nil); err != nil {
		return nil, err
	}
	page, more := c.Registry.List(p.next, cmp.Or(p.limit, defaultPage))
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

// DeleteEnvironment deletes an environment with everything in it.
func DeleteEnvironment(c Call) (any, error) {
	name := c.Vars["name"]
	if !c.Registry.Drop(name) {
		return nil, &pipes.Error{Code: pipes.EntityNotFound, Message: "There is no environment \"" +
			scenarios.Abridge(name) + "\": GET /_control/environments lists them."}
	}
	return struct {
		Deleted string `json:"deleted"`
	}{name}, nil
}

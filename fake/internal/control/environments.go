package control

import (
	"cmp"

	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Environment is an environment as the control plane tells it.
type Environment struct {
	Name       string `json:"name"`
	APIKey     string `json:"api_key"`
	LastUsedAt string `json:"last_used_at"` // in real time
}

// GetEnvironments lists the environments that there are, by name, a page at a time.
func GetEnvironments(c Call) (any, error) {
	var p environmentParameters
	if err := readQuery(c, environmentsQuery, &p, nil); err != nil {
		return nil, err
	}
	opened, next := ListEnvironments(c, p.next, cmp.Or(p.limit, 100))
	list := make([]Environment, len(opened))
	for i, one := range opened {
		list[i] = Environment{one.Name, one.APIKey, pipes.Timestamp(one.LastUsed)}
	}
	return struct {
		Environments []Environment `json:"environments"`
		Next         *string       `json:"next"` // what to ask for those behind; null: there are none
	}{list, pipes.TextOrNull(next)}, nil
}

// ListEnvironments is a page of them, and what to ask for those behind it; empty: there are none.
func ListEnvironments(c Call, after string, most int) (list []environment.Info, next string) {
	list, more := c.Registry.List(after, most)
	if more {
		next = list[len(list)-1].Name
	}
	return list, next
}

// DeleteEnvironment drops one with all that it holds.
func DeleteEnvironment(c Call) (any, error) {
	name := c.Vars["name"]
	if !c.Registry.Drop(name) {
		return nil, &pipes.Error{Code: pipes.EntityNotFound, Message: "There is no environment \"" + scenarios.Abridge(name) + "\": GET /_control/environments lists them."}
	}
	return struct {
		Deleted string `json:"deleted"`
	}{name}, nil
}

package control

import (
	"time"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Environments are those of the server.
type Environments interface {
	List() []Opened
	Drop(name string) bool      // false: there was none
	Coverage() journal.Coverage // of all since the server began, those that went included
	Uncover()                   // counts anew

	// Elsewhere tells of environments but one that got calls which were looked for there.
	Elsewhere(than string, f journal.Filter) []string
}

// Opened is an environment that there is.
type Opened struct {
	Name     string
	APIKey   string    // opens it
	LastUsed time.Time // real time
}

// Environment is an environment as the control plane tells it.
type Environment struct {
	Name       string `json:"name"`
	APIKey     string `json:"api_key"`
	LastUsedAt string `json:"last_used_at"` // in real time
}

// GetEnvironments lists the environments that there are.
func GetEnvironments(c Call) (any, error) {
	list := []Environment{}
	for _, one := range c.Environments.List() {
		list = append(list, Environment{one.Name, one.APIKey, pipes.Timestamp(one.LastUsed)})
	}
	return struct {
		Environments []Environment `json:"environments"`
	}{list}, nil
}

// DeleteEnvironment drops one with all that it holds.
func DeleteEnvironment(c Call) (any, error) {
	name := c.Vars["name"]
	if !c.Environments.Drop(name) {
		return nil, &pipes.Error{Code: pipes.EntityNotFound, Message: "There is no environment \"" + scenarios.Abridge(name) + "\": GET /_control/environments lists them."}
	}
	return struct {
		Deleted string `json:"deleted"`
	}{name}, nil
}

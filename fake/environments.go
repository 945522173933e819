package fake

import (
	"fmt"
	"sync"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// mostEnvironments bounds what a loop over key names can make.
const mostEnvironments = 10_000

// environments are those of a server, by name, each made on first use from the same set.
type environments struct {
	newClock func() *clock.Clock

	mu     sync.RWMutex
	set    *scenarios.Set
	byName map[string]*environment.Environment
}

// open finds or makes an environment. Its error is too_many_environments.
func (e *environments) open(name string) (*environment.Environment, error) {
	e.mu.RLock()
	found := e.byName[name]
	e.mu.RUnlock()
	if found != nil {
		return found, nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if found := e.byName[name]; found != nil {
		return found, nil
	}
	if len(e.byName) >= mostEnvironments {
		return nil, &pipes.Error{Code: pipes.TooManyEnvironments,
			Message: fmt.Sprintf("There are %d environments already, and none is given up for a new one.", mostEnvironments)}
	}
	made := environment.New(name, e.set, e.newClock())
	e.byName[name] = made
	return made, nil
}

// reload puts every environment back to the start of a new set.
func (e *environments) reload(set *scenarios.Set) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.set = set
	for _, one := range e.byName {
		one.Reset(set)
	}
}

func (e *environments) current() *scenarios.Set {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.set
}

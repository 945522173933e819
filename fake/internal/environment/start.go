package environment

import (
	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/scenarios"
)

// Start says how the environment of a test starts where that differs from other environments. It stays in force until
// Release, also if the environment is deleted and made again. The zero Start differs in nothing.
type Start struct {
	Scenarios *scenarios.Set // nil: those of the server
	// Adjust overrides parts of a set. With an error, it returns the set with those that it can. Nil overrides nothing.
	Adjust  func(*scenarios.Set) (*scenarios.Set, error)
	Clock   func() *clock.Clock // nil: as the registry makes clocks
	HasSeed bool                // consent addresses derive from the seed of the test
}

// set returns what the environment starts with on a server with other scenarios.
func (s Start) set(ofServer *scenarios.Set) (*scenarios.Set, error) {
	set := s.Scenarios
	if set == nil {
		set = ofServer
	}
	if s.Adjust == nil {
		return set, nil
	}
	return s.Adjust(set)
}

// isOfTest reports whether a test reserved an environment.
func (r *Registry) isOfTest(name string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	_, is := r.starts[name]
	return is
}

// StartOf returns the set that an environment starts with: the server's, or that of its test.
func (r *Registry) StartOf(one *Environment) *scenarios.Set {
	r.mu.RLock()
	start, set := r.starts[one.Name()], r.set
	r.mu.RUnlock()
	return start.setOr(set)
}

// setOr returns what the environment starts with. If the server's file was reloaded since, and lacks the scenario that
// the test names, the file's start takes its place, and what else the test overrides stays.
func (s Start) setOr(ofServer *scenarios.Set) *scenarios.Set {
	if set, _ := s.set(ofServer); set != nil {
		return set
	}
	return ofServer
}

// adjustTried applies to a text that is tried what the server and the test override in every file.
func (r *Registry) adjustTried(one *Environment, set *scenarios.Set) (*scenarios.Set, error) {
	r.mu.RLock()
	start := r.starts[one.Name()]
	r.mu.RUnlock()
	if r.config.Adjust != nil && start.Scenarios == nil {
		var err error
		if set, err = r.config.Adjust(set); err != nil {
			return nil, err
		}
	}
	return Start{Adjust: start.Adjust}.set(set)
}

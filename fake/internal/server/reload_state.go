package server

import (
	"cmp"
	"errors"
	"fmt"
	"sync"

	"example.com/pipesfake/internal/version"
	"example.com/pipesfake/scenarios"
)

// reloadState is what /health reports about the changed file: the errors of reading it and of its content.
type reloadState struct {
	mu                  sync.Mutex
	unreadable, content error
}

// set stores an error, or nil, and reports whether it differs from the one before.
func (r *reloadState) set(kind *error, err error) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	isNew := fmt.Sprint(*kind) != fmt.Sprint(err)
	*kind = err
	return isNew
}

// healthBody is the response of GET /health.
type healthBody struct {
	Status    string         `json:"status"`
	Name      string         `json:"name"`      // pipesfake
	Version   string         `json:"version"`   // of the server
	Scenarios string         `json:"scenarios"` // the file in force
	Refused   *refusedReload `json:"refused_reload"`
	Unsaved   string         `json:"unsaved,omitempty"` // why the state is not saved
}

type refusedReload struct {
	Message  string   `json:"message"`
	Problems []string `json:"problems"`
}

func (r *reloadState) health(set *scenarios.Set) healthBody {
	r.mu.Lock()
	defer r.mu.Unlock()
	body := healthBody{Status: "ok", Name: "pipesfake", Version: version.Get().Number, Scenarios: set.Name}
	if refused := cmp.Or(r.unreadable, r.content); refused != nil {
		body.Refused = &refusedReload{
			Message:  "The changed scenario file was refused; the one before stays in force.",
			Problems: problemsOf(refused),
		}
	}
	return body
}

func problemsOf(err error) (list []string) {
	var problems scenarios.Problems
	if !errors.As(err, &problems) {
		return []string{err.Error()}
	}
	for _, problem := range problems {
		list = append(list, problem.String())
	}
	return list
}

// refused returns what is wrong with the changed file, or nothing if it is in force.
func (r *reloadState) refused(set *scenarios.Set) []string {
	if body := r.health(set); body.Refused != nil {
		return body.Refused.Problems
	}
	return nil
}

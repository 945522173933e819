package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"example.com/pipesfake/scenarios"
)

// How often Watch looks at a file, and how long a changed one has to stay as it is before it counts:
// editors write in pieces, and half a file can be a good one.
const (
	pollEvery = 500 * time.Millisecond
	settleFor = 50 * time.Millisecond
)

// Watch reloads a scenario file whenever its content changes, until ctx ends. Content, because bind
// mounts and renames defeat the notifications of file systems. A good file resets every environment to
// it. A bad one changes nothing; the log and /health say so. It is for commands, and blocks.
func (s *Server) Watch(ctx context.Context, path string) {
	present, _ := os.ReadFile(path)
	if !s.environments.Scenarios().IsOf(present) { // it changed since it was loaded
		present = nil
	}
	for {
		if !sleep(ctx, pollEvery) {
			return
		}
		content, err := os.ReadFile(path)
		if err == nil && bytes.Equal(content, present) {
			s.noteReload(&s.reload.unreadable, nil)
			continue
		}
		if !sleep(ctx, settleFor) {
			return
		}
		again, errAgain := os.ReadFile(path)
		switch {
		case err != nil && errAgain != nil:
			s.refuseReload(path, &s.reload.unreadable, errAgain)
		case err == nil && errAgain == nil && bytes.Equal(content, again):
			present = content
			s.noteReload(&s.reload.unreadable, nil)
			s.reloadFrom(path, content)
		}
	}
}

// sleep waits on wire time, and tells whether the context still lasts.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

func (s *Server) reloadFrom(path string, content []byte) {
	set, err := scenarios.Parse(path, content)
	if err == nil {
		set, err = s.config.Adjust(set)
	}
	if err != nil {
		s.refuseReload(path, &s.reload.content, err)
		return
	}
	s.environments.ResetAll(set)
	s.noteReload(&s.reload.content, nil)
	s.config.Logger.Info("scenario file reloaded", "file", path, "connections", len(set.Connections()))
}

func (s *Server) refuseReload(path string, kind *error, err error) {
	if s.noteReload(kind, err) {
		s.config.Logger.Error("scenario file refused; the one before stays in force", "file", path, "problems", err.Error())
	}
}

// noteReload remembers an error, or nil, and tells whether it is news, which every page shows.
func (s *Server) noteReload(kind *error, err error) bool {
	news := s.reload.set(kind, err)
	if news {
		for _, one := range s.environments.All() {
			one.MarkChanged()
		}
	}
	return news
}

// reloadState is what /health tells about the file in place: whether it can be read, and is good.
type reloadState struct {
	mu                  sync.Mutex
	unreadable, content error
}

// set remembers an error, or nil, and tells whether it is news.
func (r *reloadState) set(kind *error, err error) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	news := fmt.Sprint(*kind) != fmt.Sprint(err)
	*kind = err
	return news
}

// healthBody is the answer of GET /health.
type healthBody struct {
	Status    string         `json:"status"`
	Scenarios string         `json:"scenarios"` // the file in force
	Refused   *refusedReload `json:"refused_reload"`
}

type refusedReload struct {
	Message  string   `json:"message"`
	Problems []string `json:"problems"`
}

func (r *reloadState) health(set *scenarios.Set) healthBody {
	r.mu.Lock()
	defer r.mu.Unlock()
	answer := healthBody{Status: "ok", Scenarios: set.Name}
	refused := r.unreadable
	if refused == nil {
		refused = r.content
	}
	if refused == nil {
		return answer
	}
	answer.Refused = &refusedReload{Message: "The changed scenario file was refused; the one before stays in force.", Problems: []string{refused.Error()}}
	var problems scenarios.Problems
	if errors.As(refused, &problems) {
		answer.Refused.Problems = nil
		for _, problem := range problems {
			answer.Refused.Problems = append(answer.Refused.Problems, problem.String())
		}
	}
	return answer
}

// refused is what is wrong with the file that is there; empty: it was loaded.
func (r *reloadState) refused(set *scenarios.Set) []string {
	if body := r.health(set); body.Refused != nil {
		return body.Refused.Problems
	}
	return nil
}

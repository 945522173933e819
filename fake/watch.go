package fake

import (
	"bytes"
	"context"
	"errors"
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
// it. A bad one changes nothing; the log and /health say so.
func (s *Server) Watch(ctx context.Context, path string) {
	present, _ := os.ReadFile(path)
	for {
		if !sleep(ctx, pollEvery) {
			return
		}
		content, err := os.ReadFile(path)
		if err == nil && bytes.Equal(content, present) {
			s.reload.clear(refusedUnreadable)
			continue
		}
		if !sleep(ctx, settleFor) {
			return
		}
		again, errAgain := os.ReadFile(path)
		switch {
		case err != nil && errAgain != nil:
			s.refuseReload(path, refusedUnreadable, errAgain)
		case bytes.Equal(content, again):
			present = content
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
		set, err = s.options.adjust(set)
	}
	if err != nil {
		s.refuseReload(path, refusedContent, err)
		return
	}
	s.Reload(set)
	s.reload.clear(refusedContent)
	s.options.logger.Info("scenario file reloaded", "file", path, "connections", len(set.Connections()))
}

func (s *Server) refuseReload(path string, why refusal, err error) {
	if s.reload.refuse(why, err) {
		s.options.logger.Error("scenario file refused; the one before stays in force", "file", path, "problems", err.Error())
	}
}

// refusal is why a reload was refused.
type refusal string

const (
	refusedContent    refusal = "content"
	refusedUnreadable refusal = "unreadable"
)

// reloadState is what /health tells about the file.
type reloadState struct {
	mu      sync.Mutex
	refused refusal // empty: the last reload was good, or there was none
	err     error
}

// refuse remembers a refusal and tells whether it is news.
func (r *reloadState) refuse(why refusal, err error) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	news := r.refused != why || r.err.Error() != err.Error()
	r.refused, r.err = why, err
	return news
}

func (r *reloadState) clear(why refusal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refused == why || why == refusedContent {
		r.refused, r.err = "", nil
	}
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
	if r.refused == "" {
		return answer
	}
	answer.Refused = &refusedReload{Message: "The changed scenario file was refused; the one before stays in force.", Problems: []string{r.err.Error()}}
	var problems scenarios.Problems
	if errors.As(r.err, &problems) {
		answer.Refused.Problems = nil
		for _, problem := range problems {
			answer.Refused.Problems = append(answer.Refused.Problems, problem.String())
		}
	}
	return answer
}

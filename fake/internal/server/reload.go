package server

import (
	"bytes"
	"context"
	"os"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/internal/access"
	"example.com/pipesfake/scenarios"
	"example.com/pipesfake/scenarios/lint"
)

// How often Watch reads a file, and how long a changed file must stay the same before it is loaded: editors write in
// pieces, and half a file can be a valid one.
const (
	pollEvery = 500 * time.Millisecond
	settleFor = 50 * time.Millisecond
)

// Watch reloads a scenario file whenever its content changes, and blocks until ctx ends. It compares the content
// because bind mounts and renames defeat the notifications of file systems. A good file resets every environment to the
// start of the file. A bad one changes nothing; the log, /health and the page report it.
func (s *Server) Watch(ctx context.Context, path string) {
	present, _ := os.ReadFile(path)
	if !s.environments.Scenarios().IsOf(present) { // it changed since it was loaded
		present = nil
	}
	for {
		if !clock.Sleep(ctx, pollEvery) {
			return
		}
		content, err := os.ReadFile(path)
		if err == nil && bytes.Equal(content, present) {
			s.noteReload(&s.reload.unreadable, nil)
			continue
		}
		if !clock.Sleep(ctx, settleFor) {
			return
		}
		again, errAgain := os.ReadFile(path)
		switch {
		case err != nil && errAgain != nil:
			s.refuseReload(path, &s.reload.unreadable, access.ToRead(errAgain, path))
		case err == nil && errAgain == nil && bytes.Equal(content, again):
			present = content
			s.noteReload(&s.reload.unreadable, nil)
			s.reloadFrom(path, content)
		}
	}
}

// reloadFrom resets every environment to the start of a changed file, unless the file is refused. Snapshots stay.
func (s *Server) reloadFrom(path string, content []byte) {
	set, err := s.environments.Scenarios().Parse(path, content)
	if err == nil {
		set, err = s.config.Adjust(set)
	}
	if err != nil {
		s.refuseReload(path, &s.reload.content, err)
		return
	}
	s.Reload(set)
	s.noteReload(&s.reload.content, nil)
	s.config.Logger.Info("scenario file reloaded", "file", path, "connections", set.ConnectionCount())
}

// Reload replaces the scenarios, and resets every environment to their start.
func (s *Server) Reload(set *scenarios.Set) {
	s.environments.ResetAll(set)
	s.logWarnings(set)
}

// maxLoggedWarnings limits the lines of the log for one file.
const maxLoggedWarnings = 20

// logWarnings logs what is probably a mistake in a scenario file.
func (s *Server) logWarnings(set *scenarios.Set) {
	for _, line := range lint.Lines(set, maxLoggedWarnings) {
		s.config.Logger.Warn("scenario file", "problem", line)
	}
}

func (s *Server) refuseReload(path string, kind *error, err error) {
	if s.noteReload(kind, err) {
		s.config.Logger.Error("scenario file refused; the one before stays in force",
			"file", path, "problems", err.Error())
	}
}

// noteReload stores an error, or nil, and reports whether it differs from the one before. Every page shows it then.
func (s *Server) noteReload(kind *error, err error) bool {
	isNew := s.reload.set(kind, err)
	if isNew {
		for _, one := range s.environments.All() {
			one.MarkChanged()
		}
	}
	return isNew
}

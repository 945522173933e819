package environment

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/model"
)

// errNotKept is the error of an environment that is not in the store.
var errNotKept = errors.New("it is not kept")

// otherFileError is the error of an environment that was saved for another scenario file.
type otherFileError struct{ error }

// load makes the environment of a name out of its parts.
func (r *Registry) load(ctx context.Context, store Store, name string) (*Environment, error) {
	parts, err := store.Load(ctx, name)
	if err != nil {
		return nil, err
	}
	if len(parts) == 0 {
		return nil, errNotKept
	}
	made := r.make(name, clock.RealNow())
	made.saving.mu.Lock() // deliveries that go on wait for it
	defer made.saving.mu.Unlock()
	saved, isWhole, err := model.ReadParts(parts)
	if err == nil {
		err = r.resume(made, saved, parts)
	}
	if err != nil {
		made.saving.isGone = true
		made.Stop()
		made.Webhooks.Stop()
		return nil, fmt.Errorf("environment %s: %w", name, err)
	}
	made.saving.isKept, made.saving.sums = !isWhole, map[string][sha256.Size]byte{}
	made.saving.events.Store(saved.EventCount)
	return made, nil
}

// resume puts what was saved into a new environment, with the text that was tried there, if any. A text that has become
// the scenario file since is not tried any more.
func (r *Registry) resume(e *Environment, saved *model.Saved, parts map[string][]byte) error {
	var covered []Count
	if err := readPart(parts, coveragePart, &covered); err != nil {
		return err
	}
	var was *tried
	if err := readPart(parts, triedPart, &was); err != nil {
		return err
	}
	own := r.Scenarios()
	if was != nil && saved.Scenarios != own.Digest() {
		if was.Over != "" && was.Over != own.Digest() {
			return otherFileError{fmt.Errorf(
				"it tried a text in place of another state of the scenario file than that of %s now", own.Name)}
		}
		set, err := r.ReadScenarios(e, was.Text)
		if err != nil { // of another version, or with other options
			return otherFileError{fmt.Errorf("the text that it tried cannot be used: %w", err)}
		}
		e.Environment.Reset(set)
	}
	if err := e.ResumeUnchanged(saved); err != nil {
		if !errors.As(err, new(model.DamagedError)) {
			err = otherFileError{err}
		}
		return err
	}
	e.Journal.RestoreCoverage(CoverageOf(covered))
	e.restoreRequests(parts)
	return e.snapshots.restore(parts)
}

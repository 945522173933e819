package environment

import (
	"context"
	"encoding/json"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/journal"
)

// How often the requests of an environment are saved, and how many bytes of them at a time: a call that changes
// something may wait for that long.
const (
	requestsInterval = 750 * time.Millisecond
	requestsShare    = 10 // saving takes at most about one part in so many of the time
	maxTaken         = 256 << 10
)

// saveRequests saves the requests of an environment that the store has already, if it is time or the last time.
func (s *Saver) saveRequests(ctx context.Context, e *Environment, isLast bool) (err error) {
	r := &e.saving.requests
	r.saving.Lock()
	defer r.saving.Unlock()
	began := clock.RealNow()
	if !e.Journal.HasUnsaved() || !isLast && began.Before(r.due) {
		return nil
	}
	if r.damage != nil {
		s.logger.Error("requests not restored", "environment", e.Name(), "why", r.damage.Error())
		r.damage = nil
	}
	until := e.Journal.Extent().Last
	for isOver := false; !isOver && err == nil; {
		taken := e.Journal.TakeUnsaved(maxTaken)
		isOver = taken.Last >= until
		var isSaved bool
		if isSaved, err = s.saveTaken(ctx, e, taken); !isSaved {
			e.Journal.NoteUnsaved(taken.From())
			break
		}
	}
	now := clock.RealNow()
	r.due = now.Add(max(requestsInterval, requestsShare*now.Sub(began)))
	return err
}

// saveTaken saves a part of a journal, and with it the coverage and the secrets that it may contain. It reports false
// if the store does not have the environment, or did not take the part.
func (s *Saver) saveTaken(ctx context.Context, e *Environment, taken journal.Unsaved) (isSaved bool, err error) {
	put, err := encodeRequests(e, taken)
	if err != nil {
		return true, err
	}
	saving := &e.saving
	saving.mu.Lock()
	defer saving.mu.Unlock()
	r := &saving.requests
	if saving.isGone || !saving.isKept {
		return false, nil
	}
	if taken.Cleared < r.cleared {
		return true, nil // the journal was emptied since
	}
	taken.Last = max(taken.Last, r.last) // what was saved and changed before that is still there
	if put[requestsPart], err = json.Marshal(requestsHead{taken.Extent, e.Requests()}); err != nil {
		return true, err
	}
	known, secrets := e.Secrets(r.secrets)
	if secrets != r.secrets {
		if put[secretsPart], err = json.Marshal(known); err != nil {
			return true, err
		}
	}
	remove := r.note(put, taken.Extent)
	if saving.leaveOutUnchanged(put); len(put)+len(remove) == 0 {
		return true, nil
	}
	if err := s.store.Save(ctx, e.Name(), false, put, remove); err != nil {
		for name := range put {
			delete(saving.sums, name)
		}
		r.secrets = 0
		return false, s.abandonIfOfOther(e, err)
	}
	r.cleared, r.last, r.secrets = taken.Cleared, taken.Last, secrets
	for _, name := range remove {
		delete(r.chunks, name)
	}
	return true, nil
}

// encodeRequests returns the parts of entries, and that of the coverage with them.
func encodeRequests(e *Environment, taken journal.Unsaved) (map[string][]byte, error) {
	chunks, err := taken.Chunks()
	if err != nil {
		return nil, err
	}
	put := map[string][]byte{}
	for number, text := range chunks {
		put[chunkPart(number)] = text
	}
	put[coveragePart], err = json.Marshal(Counts(e.Journal.Coverage()))
	return put, err
}

// Package environment holds environments by name. An Environment is the model of what one API key opens, with its
// journal, webhooks, snapshots and cached responses. The Registry makes environments on first use, drops idle ones, and
// keeps all of them in a state file if it is told to.
package environment

import (
	"sync"
	"sync/atomic"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/export"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/responsecache"
	"example.com/pipesfake/fake/internal/webhook"
)

// Environment is what one API key opens.
type Environment struct {
	*model.Environment
	Journal   *journal.Journal
	Webhooks  *webhook.Sender
	Responses responsecache.Cache // that are still valid
	Gone      chan struct{}       // closed when the environment is dropped; its next use makes another

	onReset   func(one *Environment, counted journal.Coverage) // takes what the journal counted before a reset
	snapshots snapshots
	reserved  time.Time    // when a test reserved it, in real time; zero if none did
	changing  atomic.Int32 // calls in progress that are made to change something
	isUnsaved atomic.Bool  // saving failed, and another server may have the environment next
	saving    saving       // used by the saver alone
	unnoted   unnoted      // with an index alone

	// Each call writes to the rest. Processors pass what they write to each other, and with it all that is near.
	_       [64]byte
	used    atomic.Int64 // when it was used last, in nanoseconds since 1970 of real time
	holders atomic.Int32 // calls in progress, which keep it from being idle

	// answering is held for reading while a call is answered and recorded, and for writing by Reset, so that the
	// journal of a new start has no call that was answered before it.
	answering sync.RWMutex
}

// Enter keeps the environment from being dropped as idle until Leave. Every call in progress does.
func (e *Environment) Enter() { e.holders.Add(1) }

// Leave ends what Enter began. The environment counts as used until now.
func (e *Environment) Leave() { e.LeaveAt(clock.RealNow()) }

// LeaveAt is Leave for those who know the real time.
func (e *Environment) LeaveAt(now time.Time) {
	e.noteUse(now)
	e.holders.Add(-1)
}

// noteUse notes that the environment is used now, to a millisecond: all calls of a busy one would write to the same
// place otherwise.
func (e *Environment) noteUse(now time.Time) {
	if at := now.UnixNano(); at-e.used.Load() >= int64(time.Millisecond) {
		e.used.Store(at)
	}
}

// BeginChange notes that a call is made to change something, until what it changed is saved.
func (e *Environment) BeginChange() { e.changing.Add(1) }

// EndChange ends what BeginChange began.
func (e *Environment) EndChange() { e.changing.Add(-1) }

// IsChanging reports whether something may have been changed on purpose that is not saved yet, or a token was issued by
// which other servers do not find the environment yet.
func (e *Environment) IsChanging() bool {
	return e.changing.Load() > 0 || e.isUnsaved.Load() || e.unnoted.hasToken.Load()
}

// BeginAnswer waits for a Reset in progress, and keeps the next one waiting until EndAnswer. It must not be nested.
func (e *Environment) BeginAnswer() { e.answering.RLock() }

// EndAnswer ends what BeginAnswer began.
func (e *Environment) EndAnswer() { e.answering.RUnlock() }

// Export returns a scenario file that begins where the environment is, without the secrets that calls brought. Calls
// wait for the copying only.
func (e *Environment) Export() ([]byte, error) {
	return export.Write(e.Name(), e.Save(), e.ReplaceSecrets)
}

// lastUsed returns when the environment was used last, in real time.
func (e *Environment) lastUsed() time.Time { return time.Unix(0, e.used.Load()) }

// IsGone reports whether the environment was dropped or abandoned.
func (e *Environment) IsGone() bool {
	select {
	case <-e.Gone:
		return true
	default:
		return false
	}
}

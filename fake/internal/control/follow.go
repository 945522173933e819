package control

import (
	"context"
	"errors"
	"time"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/webhook"
)

// pollInterval is how often a follower looks for updates.
const pollInterval = 250 * time.Millisecond

// Why Run of a follower ends by itself.
var (
	ErrDeleted  = errors.New("the environment was deleted")
	ErrDraining = errors.New("the server shuts down")
)

// Updates are what happened since the updates before, the oldest of each kind first.
type Updates struct {
	Requests []journal.Entry
	Switches []model.Switch
	Events   []*model.Event
	Webhooks []webhook.Delivery // that were delivered, or given up
	LeftOut  LeftOut
	Revision uint64 // of the environment; zero if it did not change
}

// Follower follows what happens in an environment.
type Follower struct {
	call   Call
	atOnce int // how many of a kind updates contain; the others are counted
	sent   position
}

// position is how much of everything was sent.
type position struct {
	requests, webhooks, revision uint64
	changes                      model.Cursor
}

// Follow returns a follower that begins now. A limit of zero means the usual one.
func (c Call) Follow(atOnce int) *Follower {
	if atOnce == 0 {
		atOnce = defaultAtOnce
	}
	f := &Follower{call: c, atOnce: atOnce}
	f.sent.revision, f.sent.changes = c.Environment.Revision(), c.Environment.ChangesSince(model.Cursor{}, 0).Until
	_, f.sent.requests = c.Environment.Journal.Since(0, 0)
	_, f.sent.webhooks = c.Environment.Webhooks.FinishedSince(0, 0)
	return f
}

// Run passes updates to send until that returns false. Its error says why it ends by itself: that of the context,
// ErrDeleted or ErrDraining.
func (f *Follower) Run(ctx context.Context, send func(Updates) bool) error {
	_, end := f.call.Environment.Subscribe()
	defer end()
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		case <-f.call.Draining:
			return ErrDraining
		case <-f.call.Environment.Gone:
			return ErrDeleted
		}
		if !send(f.updates()) {
			return nil
		}
	}
}

// updates returns the next updates. It computes switches and events only if the environment has changed, so that it
// costs nothing to follow an idle one.
func (f *Follower) updates() (u Updates) {
	environment, sent := f.call.Environment, &f.sent
	requests, lastRequest := environment.Journal.Since(sent.requests, f.atOnce)
	u.Requests, u.LeftOut.Requests = requests, lastRequest-sent.requests-uint64(len(requests))
	sent.requests = lastRequest
	if revision := environment.Revision(); revision != sent.revision {
		changes := environment.ChangesSince(sent.changes, f.atOnce)
		u.Switches, u.Events = changes.Switches, changes.Events
		u.LeftOut.Switches, u.LeftOut.Events = changes.EarlierSwitches, changes.EarlierEvents
		u.Revision, sent.revision, sent.changes = revision, revision, changes.Until
	}
	webhooks, finished := environment.Webhooks.FinishedSince(sent.webhooks, f.atOnce)
	u.Webhooks, u.LeftOut.Webhooks = webhooks, finished-sent.webhooks-uint64(len(webhooks))
	sent.webhooks = finished
	return u
}

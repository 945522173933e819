package fake

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"strings"

	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/internal/fields"
)

// Change is something that happened in an environment. One of its fields is set.
type Change struct {
	Request *Request // without headers and bodies, which Requests returns
	Switch  *Switch
	Event   *Event   // with the fields from ID to Time, except for those of the integration; Events returns all
	Webhook *Webhook // that was delivered, or is dead or dropped

	// LeftOut counts changes that came before the next ones and are left out, because more than 200 of a kind happened
	// within a quarter of a second.
	LeftOut int
}

// String returns the change on one line.
func (c Change) String() string {
	switch {
	case c.Request != nil:
		return "request " + c.Request.String()
	case c.Switch != nil:
		return fmt.Sprintf("switch to %s for %s", cmp.Or(c.Switch.Scenario, "a state"), c.Switch.Covers)
	case c.Event != nil:
		owner := strings.TrimSpace(c.Event.User + " " + c.Event.Organization)
		return fmt.Sprintf("event %s of %s for %s", c.Event.Name, c.Event.Provider, owner)
	case c.Webhook != nil:
		return fmt.Sprintf("webhook %s to %s: %s", c.Webhook.Event, c.Webhook.EndpointURL, c.Webhook.State)
	}
	return fields.Plural(c.LeftOut, "change") + " left out"
}

// Live follows what happens in the environment from now on: requests, switches, events and webhooks, in order of each
// kind, and at the latest a quarter of a second later. The sequence can be used once. It ends when ctx ends, the server
// closes or the environment is deleted, with an error that says so.
//
//	for change, err := range pipes.Live(ctx) {
//		if err != nil {
//			return err
//		}
//		log.Println(change)
//	}
func (e *Environment) Live(ctx context.Context) iter.Seq2[Change, error] {
	opened := e.open()
	call := e.server.server.ControlCall(opened)
	follower := call.Follow(0)
	return func(yield func(Change, error) bool) {
		opened.Enter()
		defer opened.Leave()
		goesOn := true
		err := follower.Run(ctx, func(u control.Updates) bool {
			for _, one := range changesOf(call, u) {
				if goesOn = yield(one, nil); !goesOn {
					break
				}
			}
			return goesOn
		})
		if goesOn {
			yield(Change{}, err)
		}
	}
}

// changesOf returns updates as the changes that they are.
func changesOf(call control.Call, u control.Updates) (changes []Change) {
	if n := u.LeftOut.Requests + u.LeftOut.Switches + u.LeftOut.Events + u.LeftOut.Webhooks; n > 0 {
		changes = append(changes, Change{LeftOut: int(n)})
	}
	for i, shown := range call.RequestDetails(u.Requests) {
		request := requestOf(&u.Requests[i], shown)
		request.RequestHeaders, request.RequestBody, request.ResponseHeaders, request.ResponseBody = nil, "", nil, ""
		changes = append(changes, Change{Request: &request})
	}
	for i := range u.Switches {
		changes = append(changes, Change{Switch: new(switchOf(&u.Switches[i]))})
	}
	for _, one := range u.Events {
		changes = append(changes, Change{Event: &Event{
			ID: one.EventID(), Name: one.Name, Provider: one.Provider, User: one.User, Organization: one.Organization,
			State: one.State, Time: one.At,
		}})
	}
	for _, one := range webhooksOf(call, u.Webhooks) {
		changes = append(changes, Change{Webhook: &one})
	}
	return changes
}

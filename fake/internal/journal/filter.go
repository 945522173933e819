package journal

import (
	"cmp"
	"fmt"
	"strconv"

	"example.com/pipesfake/scenarios"
)

// Filter says which calls are meant, or which events or webhooks. A zero field means any.
type Filter struct {
	Operation      string
	Event, Webhook string // an event's name
	scenarios.Place
	Status   int
	NoAnswer bool // calls without a response, by a fault; excludes Status
}

// Matches reports whether a call is meant.
func (f Filter) Matches(e *Entry) bool {
	var buffer [maxMismatches]mismatch
	return len(f.appendMismatches(buffer[:0], e)) == 0
}

// mismatch is a field of a call that is not as a filter wants it. An empty value means the call has none.
type mismatch struct{ field, is, wanted string }

// maxMismatches is how many mismatches a call can have.
const maxMismatches = 9

// statusField is the one field that holds a number.
const statusField = "status"

// appendMismatches appends the fields of a call that are not as the filter wants them. Events and webhooks have their
// name as the operation.
func (f Filter) appendMismatches(list []mismatch, e *Entry) []mismatch {
	list = appendIfOther(list, "operation", e.Operation, f.Operation)
	list = appendIfOther(list, "event", e.Operation, cmp.Or(f.Event, f.Webhook))
	list = appendIfOther(list, "provider", e.Provider, f.Provider)
	list = appendIfOther(list, "user_id", e.User, f.User)
	list = appendIfOther(list, "organization_id", e.Organization, f.Organization)
	if f.NoOrganization && e.Organization != "" {
		list = append(list, mismatch{"organization_id", e.Organization, ""})
	}
	if f.NoOrganization && e.User == "" {
		list = append(list, mismatch{"connection", "", "without an organization"})
	}
	if f.Shared && (e.User != "" || e.Organization == "") {
		owner := ""
		if e.User != "" {
			owner = scenarios.OwnerUser
		}
		list = append(list, mismatch{"connection_owner", owner, scenarios.OwnerOrganization})
	}
	if (f.Status != 0 || f.NoAnswer) && e.Status != f.Status {
		list = append(list, mismatch{statusField, statusText(e.Status), statusText(f.Status)})
	}
	return list
}

func appendIfOther(list []mismatch, field, is, wanted string) []mismatch {
	if wanted == "" || is == wanted {
		return list
	}
	return append(list, mismatch{field, is, wanted})
}

func statusText(status int) string {
	if status == 0 {
		return ""
	}
	return strconv.Itoa(status)
}

// noun returns the word for what is meant.
func (f Filter) noun() string {
	switch {
	case f.Event != "":
		return "event"
	case f.Webhook != "":
		return "webhook"
	}
	return "call"
}

// String describes the filter, to be written after its noun: of token for provider "github", user "alice".
func (f Filter) String() (text string) {
	if name := cmp.Or(f.Operation, f.Event, f.Webhook); name != "" {
		text += " of " + name
	}
	if f.Place != (scenarios.Place{}) {
		text += " for " + f.Place.String()
	}
	switch {
	case f.NoAnswer:
		text += " without an answer"
	case f.Status != 0:
		text += fmt.Sprintf(" answered %d", f.Status)
	}
	return text
}

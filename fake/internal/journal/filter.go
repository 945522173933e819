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
	for _, field := range f.compare(e) {
		if field.differs {
			return false
		}
	}
	return true
}

// mismatch is a field of a call that is not as a filter wants it. An empty value means the call has none.
type mismatch struct{ field, is, wanted string }

// comparison is a field of a call beside what a filter wants.
type comparison struct {
	mismatch
	differs bool
}

// compare compares a call with the filter, field by field. Events and webhooks have their name as the operation.
func (f Filter) compare(e *Entry) [9]comparison {
	return [...]comparison{
		compareText("operation", e.Operation, f.Operation),
		compareText("event", e.Operation, cmp.Or(f.Event, f.Webhook)),
		compareText("provider", e.Provider, f.Provider),
		compareText("user_id", e.User, f.User),
		compareText("organization_id", e.Organization, f.Organization),
		{mismatch{"organization_id", e.Organization, ""}, f.NoOrganization && e.Organization != ""},
		{mismatch{"connection", "", "without an organization"}, f.NoOrganization && e.User == ""},
		f.compareOwner(e),
		f.compareStatus(e),
	}
}

func compareText(field, is, wanted string) comparison {
	return comparison{mismatch{field, is, wanted}, wanted != "" && is != wanted}
}

func (f Filter) compareOwner(e *Entry) comparison {
	owner := ""
	if e.User != "" {
		owner = scenarios.OwnerUser
	}
	differs := f.Shared && (e.User != "" || e.Organization == "")
	return comparison{mismatch{"connection_owner", owner, scenarios.OwnerOrganization}, differs}
}

// statusField is the one field that holds a number.
const statusField = "status"

func (f Filter) compareStatus(e *Entry) comparison {
	if f.Status == 0 && !f.NoAnswer || e.Status == f.Status {
		return comparison{}
	}
	return comparison{mismatch{statusField, statusText(e.Status), statusText(f.Status)}, true}
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

// Plural returns a number with a noun in the singular or the plural.
func Plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
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

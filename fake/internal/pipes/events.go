package pipes

import (
	_ "embed"
	"strings"

	"example.com/pipesfake/scenarios"
)

// The events of connections that clients receive which know one connection of each owner (source: spec).
const (
	EventConnected             = connectedAccount + "connected"
	EventConnectionFailed      = connectedAccount + "connection_failed"
	EventDisconnected          = connectedAccount + "disconnected"
	EventReauthorizationNeeded = connectedAccount + "reauthorization_needed"
)

// EventAddFailed is the event of an attempt to add a connection beside others that connected nothing (source: Python
// SDK 10.8).
const EventAddFailed = accountConnection + "add_failed"

// The families of events of connections. The second is for clients that know several connections of an owner (source:
// Python SDK 10.8).
const (
	connectedAccount  = "pipes.connected_account."
	accountConnection = "pipes.account_connection."
)

// Adding stands for the role of a connection that an attempt would have added beside others.
const Adding = "adding"

// EmittedNames returns the names under which an event of a connection in a role is emitted, given its name in the
// first family. WorkOS documents the names, but not which connections they are for: this is inferred, and nowhere else.
func EmittedNames(name, role string) []string {
	switch role {
	case Standard:
		return []string{name, accountConnection + strings.TrimPrefix(name, connectedAccount)}
	case Adding:
		return []string{name, EventAddFailed}
	}
	return []string{name}
}

// Events lists the events that happen here.
func Events() []string { return scenarios.Events() }

// eventNames has a name on each line. To renew it, write the values of CreateWebhookEndpointEvents of the newest Python
// SDK to it; a test of e2e/python fails while one is missing.
//
//go:embed event_names.txt
var eventNames string

// EventNames lists all events of WorkOS that calls can list and endpoints can subscribe to. Only those of Events ever
// happen here (source: Python SDK 10.8).
func EventNames() []string { return strings.Fields(eventNames) }

package pipes

import (
	_ "embed"
	"strings"
)

// The events of connections (source: spec).
const (
	EventConnected             = "pipes.connected_account.connected"
	EventConnectionFailed      = "pipes.connected_account.connection_failed"
	EventDisconnected          = "pipes.connected_account.disconnected"
	EventReauthorizationNeeded = "pipes.connected_account.reauthorization_needed"
)

// Events lists the events of connections.
func Events() []string {
	return []string{EventConnected, EventConnectionFailed, EventDisconnected, EventReauthorizationNeeded}
}

// eventNames has a name on each line. To renew it, write the values of CreateWebhookEndpointEvents of the newest Python
// SDK to it; a test of e2e/python fails while one is missing.
//
//go:embed event_names.txt
var eventNames string

// EventNames lists all events of WorkOS that calls can list and endpoints can subscribe to. Only events of connections
// ever happen here (source: Python SDK 10.8).
func EventNames() []string { return strings.Fields(eventNames) }

package state

import (
	"slices"
	"time"
)

// Endpoint is where webhooks go. One that was handed out never changes.
type Endpoint struct {
	ID, URL, Secret  string
	Enabled          bool
	Events           []string
	Created, Updated time.Time

	Order uint64 `json:"-"` // its number among the endpoints; EndpointNumbers has it, too
}

// ListNumber returns its number among the endpoints, for package listing.
func (p *Endpoint) ListNumber() uint64 { return p.Order }

// ListID returns its ID, for package listing.
func (p *Endpoint) ListID() string { return p.ID }

// Wants reports whether the endpoint receives events of a name.
func (p *Endpoint) Wants(name string) bool { return p.Enabled && slices.Contains(p.Events, name) }

package state

import (
	"encoding/json"
	"slices"
	"time"
)

// ConsentRequest is what an application asks a user to consent to.
type ConsentRequest struct {
	Query
	Add         bool   // whether to add another connection beside existing ones
	ReturnTo    string // where the user goes afterwards; empty: nowhere
	Challenge   string // the application finishes the connection with its verifier; empty: it is connected at once
	DisplayName *string
	Config      map[string]string
}

// Authorization is a consent that was asked for, and what became of it.
type Authorization struct {
	ConsentRequest
	Number        uint64 `json:",omitempty"` // counts from one
	Opaque, State string
	At            time.Time
	Decided       string   // scenarios.Approve, Deny or Fail; empty: not yet
	Granted       []string // nil: all that is requested
	Code          string   // of one that the application finishes
	Finished      bool
}

const (
	// AuthorizationLife is how long a consent page can be used (inferred).
	AuthorizationLife = 10 * time.Minute

	// CodeLife is how long a connect_code can be used after the user was sent back (source: Python SDK 10.8).
	CodeLife = 90 * time.Second
)

// maxAuthorizations is how many authorizations are remembered. Beyond it the oldest is forgotten.
const maxAuthorizations = 10_000

// HasExpired reports whether the page, or the connect_code after it, can no longer be used.
func (a *Authorization) HasExpired(now time.Time) bool {
	if a.Code != "" {
		return now.Sub(a.At) > CodeLife
	}
	return now.Sub(a.At) > AuthorizationLife
}

// Consents holds the authorizations. JSON holds them as a list, the oldest first.
type Consents struct {
	byOpaque map[string]*Authorization
	order    []*Authorization
}

func (a *Authorization) partName() string { return numberedPart(consentParts, a.Number) }

// Add adds an authorization, which is numbered unless it was saved. It returns the one that is forgotten to make room,
// or nil.
func (c *Consents) Add(made *Authorization) (forgotten *Authorization) {
	if c.byOpaque == nil {
		c.byOpaque = map[string]*Authorization{}
	}
	if n := len(c.order); n > 0 {
		made.Number = max(made.Number, c.order[n-1].Number+1)
	}
	made.Number = max(made.Number, 1)
	c.byOpaque[made.Opaque] = made
	if c.order = append(c.order, made); len(c.order) > maxAuthorizations {
		forgotten = c.order[0]
		delete(c.byOpaque, forgotten.Opaque)
		c.order = slices.Clone(c.order[1:])
	}
	return forgotten
}

// Find returns the authorization of a page, or nil.
func (c *Consents) Find(opaque string) *Authorization { return c.byOpaque[opaque] }

// FindCode returns the authorization that a connect_code was handed out for, or nil.
func (c *Consents) FindCode(code string) *Authorization {
	i := slices.IndexFunc(c.order, func(a *Authorization) bool { return a.Code != "" && a.Code == code })
	if i < 0 {
		return nil
	}
	return c.order[i]
}

// All returns the authorizations, the oldest first.
func (c *Consents) All() []*Authorization { return c.order }

// Copy returns a copy that only Rebuild and JSON can use.
func (c *Consents) Copy() (made Consents) {
	for _, one := range c.order {
		copied := *one
		made.order = append(made.order, &copied)
	}
	return made
}

// rebuild finds the authorizations by their pages.
func (c *Consents) rebuild() {
	list := c.order
	*c = Consents{}
	for _, one := range list {
		c.Add(one)
	}
}

// MarshalJSON returns the list of the authorizations.
func (c Consents) MarshalJSON() ([]byte, error) { return json.Marshal(c.order) }

// UnmarshalJSON reads the list of the authorizations, for Rebuild.
func (c *Consents) UnmarshalJSON(text []byte) error {
	*c = Consents{}
	return json.Unmarshal(text, &c.order)
}

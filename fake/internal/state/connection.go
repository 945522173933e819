package state

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/schedule"
	"example.com/pipesfake/fake/internal/script"
	"example.com/pipesfake/scenarios"
)

// Identity tells which connection of its owner one is, and which one since it was last deleted.
type Identity struct {
	scenarios.Key `json:"Key"`
	Index         int32 `json:"Standard,omitempty"` // 0 is the compatibility connection; standard ones count from one
	Incarnation   int32 `json:"Lives,omitempty"`    // how often it was deleted: the next one has another ID
}

// AccountID returns the ID of the connected account. A deletion makes the next one another.
func (i Identity) AccountID(mint mint.Mint) string {
	return mint.Account(i.Provider, i.User, i.Organization, int(i.Index), int(i.Incarnation))
}

// Role tells the compatibility connection, which calls mean that name none, from standard ones.
func (i Identity) Role() string {
	if i.Index > 0 {
		return pipes.Standard
	}
	return pipes.Compatibility
}

// Connection is the record of a connection that was asked for or written. There can be a great many: what only a few
// have is in History.
type Connection struct {
	Identity
	TokenGeneration int32 `json:"Generation,omitempty"` // how often its token was replaced

	// onlyIssued is the generation of the minted token that alone was handed out, plus one. Then Issued is empty: most
	// connections have one token, which need not be stored.
	onlyIssued int32

	Added         int32     `json:",omitempty"`        // how many standard connections were made beside it
	Authorized    int32     `json:",omitempty"`        // how many consent pages were handed out for it
	Created       time.Time `json:",omitzero"`         // zero while it does not exist
	SeenAfter     uint64    `json:",omitempty"`        // State.Directives when it was first seen
	Stored        *Stored   `json:"Account,omitempty"` // what calls wrote, or nil
	EmittedState  string    `json:"Told"`              // what events last said of it
	EmittedScopes []string  `json:"ToldScopes,omitzero"`
	*History                // or nil: read it with history, and replace it with setHistory

	// Sequence is its number among the compatibility connections that were seen, or that of the one it stands beside.
	Sequence uint64 `json:"Order,omitempty"`

	// The rest derives from the above and from the scenario file.

	Entry     *scenarios.Entry `json:"-"` // of the file, or nil
	Forgotten bool             `json:"-"` // it is no longer remembered, though tokens may lead to it
	Timer     *schedule.Timer  `json:"-"` // when time changes it
	sibling   *Connection      // the owner's connection that was seen before it
	sameHash  *Connection      // the next one in the keyIndex
}

// History is what happened to a connection beyond its first call. It never changes, because copies of the connection
// share it: a change makes another.
type History struct {
	Refreshes []Refresh     `json:",omitempty"` // the last one of each directive, the newest last
	Issued    []string      `json:",omitempty"` // the tokens that were handed out last; see onlyIssued
	Runs      []*script.Run `json:",omitempty"` // of the directives that are scripts, the newest last
}

// history returns a copy of the connection's history, which is empty for most.
func (r *Connection) history() History {
	if r.History == nil {
		return History{}
	}
	return *r.History
}

// setHistory replaces the connection's history.
func (r *Connection) setHistory(h History) {
	r.History = nil
	if len(h.Refreshes) > 0 || len(h.Issued) > 0 || len(h.Runs) > 0 {
		r.History = &h
	}
}

func (r *Connection) partName() string {
	return fmt.Sprintf("%s/%06d", numberedPart(connectionParts, r.Sequence), r.Index)
}

// Stored is what calls of the API wrote of a connection. It never changes: a write makes another.
type Stored struct {
	Write        Write  `json:"Word"` // the last write
	Method       string // how it authenticates; empty: as the integration says
	Secret       string // the access token or API key to serve; empty: a minted one
	RefreshToken bool   // whether one was given
	ClientID     string
	ClientSecret string
	Config       map[string]string
	Identifier   string // of the account at the provider, where the call gave one
	DisplayName  string

	EstablishedBy string `json:",omitempty"` // the user who consented; empty: nobody did
}

// Refresh is when a token was last replaced under a directive. When a newer directive ends, that life goes on.
type Refresh struct {
	Directive uint64 `json:"Word"`
	State     int    // which state of the script, if the directive is one
	At        time.Time
}

// maxRefreshes is how many directives a connection remembers. A life under an older one begins with the directive.
const maxRefreshes = 8

// MaxIssuedTokens is how many tokens of a connection its provider knows: a switch back makes an old one good again.
const MaxIssuedTokens = 8

// Replaced notes that the token of a method was replaced under the directive that decides.
func (r *Connection) Replaced(d *Decision, method string, now time.Time) {
	r.RenewToken()
	h := r.history()
	kept := slices.DeleteFunc(slices.Clone(h.Refreshes), func(one Refresh) bool { return one.Directive == d.Sequence })
	h.Refreshes = append(kept[max(0, len(kept)-maxRefreshes+1):], Refresh{d.Sequence, d.StateNumber, now})
	r.setHistory(h)
	if r.Stored != nil && r.Stored.Method == method {
		without := *r.Stored
		without.Secret = ""
		r.Stored = &without
	}
}

// RenewToken makes the next token another one.
func (r *Connection) RenewToken() { r.TokenGeneration++ }

// Forget removes what is known of a deleted connection: the next one is another.
func (r *Connection) Forget(d Write) {
	r.RenewToken()
	r.Incarnation++
	r.Created = time.Time{}
	r.Stored = &Stored{Write: d}
}

// MintedToken returns the token of the present generation.
func (r *Connection) MintedToken(mint mint.Mint) string {
	return r.mintedToken(mint, r.TokenGeneration)
}

func (r *Connection) mintedToken(mint mint.Mint, generation int32) string {
	return mint.Token(r.Provider, r.User, r.Organization, int(r.Index), int(generation))
}

// issuedTokens returns the tokens that were handed out last.
func (r *Connection) issuedTokens(mint mint.Mint) iter.Seq[string] {
	if r.onlyIssued > 0 {
		return func(yield func(string) bool) { yield(r.mintedToken(mint, r.onlyIssued-1)) }
	}
	return slices.Values(r.history().Issued)
}

// runOf returns the run of the directive that decides, which is a script.
func (r *Connection) runOf(d *Decision) *script.Run {
	h := r.history()
	for _, one := range h.Runs {
		if one.Directive == d.Sequence {
			return one
		}
	}
	made := script.New(d.Sequence, d.Scenario, d.At, d.Rewinds)
	h.Runs = append(h.Runs[max(0, len(h.Runs)-maxRefreshes+1):], made)
	r.setHistory(h)
	return made
}

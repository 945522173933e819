package model

import (
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/scenarios"
)

// Token returns what a call for a token finds: a token near its end is refreshed, and the step of a script has one call
// less. Its errors are entity_not_found and account_selection_required.
func (e *Environment) Token(q Query) (c View, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, err = e.callForToken(q, &c, false)
	return c, err
}

// Credential is Token that returns the whole account.
func (e *Environment) Credential(q Query) (*Account, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.callForToken(q, new(View), true)
}

// callForToken sets c, which is zero, to what a call for a token finds, as it is before the call counts. The account is
// nil unless it is wanted.
func (e *Environment) callForToken(q Query, c *View, wantsAccount bool) (account *Account, err error) {
	now := e.advance()
	r, isNew, err := e.find(q, now)
	if err != nil {
		return nil, err
	}
	c.Decision = e.state.Decide(r, now)
	if len(c.Decision.Steps) > 0 {
		d := c.Decision
		if isNew {
			e.state.Observe(r, c)
			e.noteFirst(r, c)
		}
		return e.callInScript(r, &d, now, c, wantsAccount)
	}
	changed, refreshDue := e.refresh(r, &c.Decision, now)
	e.state.Observe(r, c)
	c.Decision.Changed = changed
	c.Decision.CacheReason()
	e.issue(r, c)
	if isNew {
		e.noteFirst(r, c)
	} else { // the response to the first call is not worth keeping: many connections are asked for once
		c.Validity = e.validityOf(q, refreshDue, c, now)
	}
	if wantsAccount {
		account = e.state.AccountOf(r, c)
	}
	return account, nil
}

// callInScript is callForToken for a connection in a script. The call counts in its step, and may be broken by it.
func (e *Environment) callInScript(r *state.Connection, d *Decision, now time.Time, c *View, wantsAccount bool) (
	account *Account, err error,
) {
	e.catchUp(now) // its events come before those that the call may cause
	changed := ""
	match := e.withPlace(d.Run.MatchFault(fault.Call{Key: r.Key, Now: now}, e.state.Mint.Fraction))
	if match == nil || !match.Replaces() {
		changed, _ = e.refresh(r, d, now)
	}
	*c = e.state.ViewAt(r, now)
	if wantsAccount {
		account = e.state.AccountOf(r, c)
	}
	e.MarkChanged()
	e.state.Touch(r)
	if d.Run.CountCall(now) {
		changed = strings.TrimPrefix(changed+"; it was the last call of its step", "; ")
		changed = strings.TrimSuffix(changed+", "+e.emitIfChanged(r, now), ", ")
	}
	c.Decision.Fault, c.Decision.Changed = match, changed
	if account != nil {
		account.Decision = c.Decision
	}
	e.issue(r, c)
	return account, nil
}

// refresh replaces a token when less than a tenth of its life is left and refresh works. It returns what changed, or
// when a refresh is due: the response to a call that changed something is not stored, so nobody asks for both.
func (e *Environment) refresh(r *state.Connection, d *Decision, now time.Time) (changed string, due time.Time) {
	if due = r.RefreshDue(d); due.IsZero() || now.Before(due) {
		return "", due
	}
	method := e.state.AuthMethod(r, d)
	if method == scenarios.APIKey {
		return "", time.Time{}
	}
	r.Replaced(d, method, now)
	if r.MintedToken(e.state.Mint) == d.Scenario.State.AccessToken {
		r.RenewToken() // the scenario names this very token, as exports do
	}
	e.MarkChanged()
	e.state.Touch(r)
	return "the token was refreshed", time.Time{}
}

// validityOf returns how long the response to a query that found a connection stays the same. Which of several is found
// can change with each of them, so such a response is made anew each time.
func (e *Environment) validityOf(q Query, refreshDue time.Time, c *View, now time.Time) Validity {
	if !q.IsPlain() {
		return Validity{}
	}
	v := Validity{Revision: e.AnswerRevision()}
	v.ShortenTo(refreshDue, now)
	v.ShortenTo(c.ExpiresAt, now)
	v.ShortenTo(c.Decision.Until, now) // which has no timer yet while the events of a switch are still to be emitted
	v.ShortenTo(e.schedule.Next(), now)
	return v
}

// issue notes that a token was handed out.
func (e *Environment) issue(r *state.Connection, c *View) {
	token := c.Token
	if token == "" {
		return
	}
	isNew, forgotten := e.state.Issue(r, token, c.Minted)
	if !isNew {
		return
	}
	if forgotten != "" {
		e.secrets.Add(forgotten)
	}
	e.markRemembered()
	if !c.Minted {
		e.announce(token)
	}
	e.secrets.AddToken(token)
}

// announce tells the caller of OnForeignToken of a token that does not carry the environment's tag: an imported one, or
// one that a scenario names.
func (e *Environment) announce(token string) {
	if e.onForeignToken != nil && mint.TagOf(token) != e.state.Mint.Tag() {
		e.onForeignToken(token)
	}
}

// OnForeignToken sets what is called with every token that is issued here and does not carry the environment's tag.
// It is called under the environment's lock, and must neither wait nor call back.
func (e *Environment) OnForeignToken(call func(token string)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.onForeignToken = call
}

// HasToken reports whether a token was handed out here, good or not.
func (e *Environment) HasToken(token string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.state.HasToken(token)
}

// TokenHolder returns the connection with a provider that a token was handed out for, and whether the token is good
// now. Of several, as those of a scenario that names its token, it is the last one where it is good; else one for
// which it is not, possibly with another provider.
func (e *Environment) TokenHolder(provider, token string) (c View, good bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.state.Holder(provider, token, e.advance())
}

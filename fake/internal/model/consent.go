package model

import (
	"fmt"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// ConsentRequest is what an application asks a user to consent to.
type ConsentRequest struct {
	Query
	Add         bool   // another connection beside those that there are
	ReturnTo    string // where the user goes afterwards; empty: nowhere
	Challenge   string // the application finishes the connection with its verifier; empty: it is connected at once
	DisplayName *string
	Config      map[string]string
}

// Authorization is a consent that was asked for, and what became of it.
type Authorization struct {
	ConsentRequest
	Opaque, State string
	At            time.Time
	Decided       string   // scenarios.Approve, Deny or Fail; empty: not yet
	Granted       []string // nil: all that is asked for
	Code          string   // of one that the application finishes
	Finished      bool
}

// authorizationLife is how long a consent page, and after it a connect_code, can be used (inferred).
const authorizationLife = 10 * time.Minute

// mostAuthorizations is how many are remembered; beyond it the oldest is forgotten.
const mostAuthorizations = 10_000

// consents are the authorizations, the oldest first.
type consents struct {
	byOpaque map[string]*Authorization
	order    []*Authorization
}

func (c *consents) add(made *Authorization) {
	if c.byOpaque == nil {
		c.byOpaque = map[string]*Authorization{}
	}
	c.byOpaque[made.Opaque] = made
	if c.order = append(c.order, made); len(c.order) > mostAuthorizations {
		delete(c.byOpaque, c.order[0].Opaque)
		c.order = slices.Clone(c.order[1:])
	}
}

// ConsentPage is what a consent page shows.
type ConsentPage struct {
	Authorization
	Provider string // its name for people
	Scopes   []string
	Consent  string // scenarios.Ask, Approve, Deny or Fail: what the file says to do
}

// HasAuthorization tells whether a consent page is of this environment.
func (e *Environment) HasAuthorization(opaque string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.consents.byOpaque[opaque] != nil
}

// AuthorizationOf is which connection a consent page is about; zero: there is no such page.
func (e *Environment) AuthorizationOf(opaque string) (key scenarios.Key) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if a := e.consents.byOpaque[opaque]; a != nil {
		key = a.Key
	}
	return key
}

// Consent is a page that can be decided. Its errors are entity_not_found and authorization_gone.
func (e *Environment) Consent(opaque string) (ConsentPage, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.now()
	a, err := e.authorization(opaque, now)
	if err == nil && a.Decided != "" {
		err = authorizationGone("This page was used already: it was decided once, to %s.", a.Decided)
	}
	if err != nil {
		return ConsentPage{}, err
	}
	return e.page(a, now), nil
}

func (e *Environment) page(a *Authorization, now time.Time) ConsentPage {
	r := e.record(a.Key, now)
	word := e.decidingDirective(r, now)
	page := ConsentPage{Authorization: *a, Provider: a.Key.Provider, Scopes: e.grantFor(a.Key, word).requested, Consent: word.Scenario.Consent}
	if i := e.integration(a.Key.Provider, ownershipOf(a.Key)); i != nil {
		page.Provider = i.Provider.Name
	}
	if page.Consent == "" {
		page.Consent = e.set.Consent
	}
	return page
}

func authorizationGone(format string, args ...any) error {
	return &pipes.Error{Code: pipes.AuthorizationGone, Message: fmt.Sprintf(format, args...)}
}

// authorization finds one that has not expired.
func (e *Environment) authorization(opaque string, now time.Time) (*Authorization, error) {
	a := e.consents.byOpaque[opaque]
	switch {
	case a == nil:
		return nil, notFound("There is no such authorization: the address is wrong, or the environment was reset since")
	case a.Decided == "" && now.Sub(a.At) > authorizationLife:
		return nil, authorizationGone("This page has expired: it was made at %s, and lasts %s.", pipes.Timestamp(a.At), scenarios.FormatDuration(authorizationLife))
	}
	return a, nil
}

// Decide is the user's answer on the consent page: scenarios.Approve, with some of the scopes or (nil) all of
// them, Deny, or Fail for a provider that fails. The first answer counts; a second one finds the same. Its errors
// are entity_not_found, authorization_gone and those of a connection that cannot be made.
func (e *Environment) Decide(opaque, decision string, granted []string) (Authorization, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.beginChange()
	a, err := e.authorization(opaque, now)
	if err != nil {
		return Authorization{}, err
	}
	if a.Decided != "" {
		return *a, nil
	}
	made := *a
	made.Decided = decision
	asked := e.page(a, now).Scopes
	for _, scope := range granted {
		if !slices.Contains(asked, scope) {
			return Authorization{}, pipes.Invalid(pipes.FieldError{Field: "scope", Code: "unknown",
				Message: fmt.Sprintf("scope %q is none that is asked for%s", scenarios.Abridge(scope), scenarios.DidYouMean(scope, asked))})
		}
	}
	if granted != nil {
		made.Granted = slices.DeleteFunc(slices.Clone(asked), func(scope string) bool { return !slices.Contains(granted, scope) })
		if len(made.Granted) == len(asked) {
			made.Granted = nil
		}
	}
	switch {
	case decision != scenarios.Approve:
		e.failed(&made, failures[decision], now)
	case made.Challenge != "":
		made.Code, made.At = e.mint.ConnectCode(made.Opaque), now
		e.secrets.add(made.Code)
	default:
		if _, err := e.connect(&made, now); err != nil {
			return Authorization{}, err
		}
		made.Finished = true
	}
	*a = made
	return made, nil
}

// Finish makes the connection of a consent that was bound to the user's session. Its errors are
// invalid_connect_code and those of a connection that cannot be made.
func (e *Environment) Finish(code, state, challenge string) (*Account, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.beginChange()
	i := slices.IndexFunc(e.consents.order, func(a *Authorization) bool { return a.Code != "" && a.Code == code })
	refuse := func(why string) error {
		return &pipes.Error{Code: pipes.InvalidConnectCode, Message: "The connect_code " + why + "."}
	}
	if i < 0 {
		return nil, refuse("is not known: it was never handed out")
	}
	a := e.consents.order[i]
	switch {
	case a.Finished:
		return nil, refuse("was used already")
	case now.Sub(a.At) > authorizationLife:
		return nil, refuse("has expired: it lasts " + scenarios.FormatDuration(authorizationLife))
	case state != "" && state != a.State:
		return nil, refuse("belongs to another state")
	case challenge != a.Challenge:
		return nil, refuse("belongs to another code_verifier")
	}
	account, err := e.connect(a, now)
	a.Finished = err == nil
	return account, err
}

// connect makes the connection that a user consented to, whatever it was before.
func (e *Environment) connect(a *Authorization, now time.Time) (*Account, error) {
	if err := e.check(a.Query); err != nil {
		return nil, err
	}
	r, err := e.consented(a, now)
	if err != nil {
		return nil, err
	}
	word := e.newDirective("connected by consent", scenarios.State{Scopes: a.Granted}, now)
	made := &account{directive: &word, method: scenarios.OAuth, config: a.Config}
	was := account{}
	if r.account != nil {
		was = *r.account
	}
	made.identifier, made.displayName = Names{DisplayName: a.DisplayName}.over(was)
	again := r.lastEvent.state == scenarios.Connected
	account := e.write(r, made, now)
	if again { // whoever waits for the user to come back is told, too (inferred)
		e.emit(r, account.Connection, pipes.EventConnected, r.lastEvent, now)
	}
	return account, nil
}

// consented is the record that a consent is about.
func (e *Environment) consented(a *Authorization, now time.Time) (*connection, error) {
	switch {
	case a.ID != "":
		return e.locate(a.Query, now)
	case a.Add:
		return e.vacancy(a.Key, true, now)
	}
	return e.record(a.Key, now), nil
}

// Failure is why a connection was not made.
type Failure struct {
	Code, Reason, ProviderError, ProviderDescription string // empty ones are null
}

// failures are told by a consent that is denied, and by a provider that fails (inferred from the spec's examples).
var failures = map[string]Failure{
	scenarios.Deny: {"provider_authorization_error", "The user did not consent.", "access_denied", "The user denied the request."},
	scenarios.Fail: {"authorization_code_exchange_error", "The provider refused the authorization code.", "server_error", "The provider failed."},
}

// failed tells of a connection that was not made.
func (e *Environment) failed(a *Authorization, why Failure, now time.Time) {
	e.publish(Event{
		identity: identity{Key: a.Key, mint: e.mint}, Name: pipes.EventConnectionFailed, At: now, Failure: &why,
		integration: e.generationOf(a.Key.Provider, ownershipOf(a.Key)),
	})
}

package model

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// ConsentPage is what a consent page shows.
type ConsentPage struct {
	Authorization
	Provider string // its name for people
	Scopes   []string
	Consent  string // scenarios.Ask, Approve, Deny or Fail: what the file says to do
}

// Authorize begins to connect a connection. It returns the opaque part of the consent page's address, and the state
// that names this authorization. Its errors are entity_not_found, data_integration_disabled,
// organization_credentials_missing, invalid_request, and those of state.CheckReturnTo and checkNew.
func (e *Environment) Authorize(request ConsentRequest) (opaque, state string, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.advanceAndEmit()
	if err := e.state.CheckQuery(request.Query); err != nil {
		return "", "", err
	}
	if request.ID != "" {
		if _, err := e.locate(request.Query, now); err != nil {
			return "", "", unknownAccount(err)
		}
	}
	if err := e.checkAuthorize(request); err != nil {
		return "", "", err
	}
	key := request.Key
	r := e.record(key, now)
	if request.ID == "" {
		if err := e.checkNew(r, request.Add, now); err != nil {
			return "", "", err
		}
	}
	r.Authorized++
	e.MarkChanged()
	opaque, state = e.state.Mint.Authorization(e.secret, key.Provider, key.User, key.Organization, int(r.Authorized))
	e.state.Touch(r)
	e.state.AddConsent(&Authorization{ConsentRequest: request, Opaque: opaque, State: state, At: now})
	return opaque, state, nil
}

// unknownAccount returns the error of an account that does not exist, with the code that authorize has for it (source:
// Python SDK 10.8).
func unknownAccount(err error) error {
	var known *pipes.Error
	if !errors.As(err, &known) || known.Code != pipes.EntityNotFound {
		return err
	}
	return &pipes.Error{Code: pipes.ConnectedAccountNotFound, Message: known.Message}
}

// checkAuthorize checks that the integration of a request is enabled, connects by OAuth, and has what it needs, and
// that the user can be sent back.
func (e *Environment) checkAuthorize(request ConsentRequest) error {
	slug := request.Provider
	i := e.state.Integration(slug, state.OwnershipOf(request.Key))
	c := e.state.ConfigurationOf(request.Organization, i)
	method := i.Provider.AuthMethods[0]
	switch {
	case !c.Enabled:
		return &pipes.Error{Code: pipes.IntegrationDisabled, Message: fmt.Sprintf(
			"The data integration %q is not enabled, so nobody can connect to it.", slug)}
	case !slices.Contains(i.Provider.AuthMethods, scenarios.OAuth):
		return pipes.Invalid(pipes.FieldError{Field: "slug", Code: "auth_method_mismatch", Message: fmt.Sprintf(
			"%q connects by %s, not by OAuth: use PUT /data-integrations/%s/%s",
			slug, method, slug, installPath(method))})
	case i.ByOrganizations() && c.Override.ClientID == "":
		return &pipes.Error{Code: pipes.OrganizationCredentialsMissing, Message: credentialsMissing(request.Key)}
	}
	if err := state.CheckInstallation(i.Provider, c.Config, request.Config); err != nil {
		return err
	}
	return state.CheckReturnTo(e.state.Set, request)
}

// credentialsMissing says that an organization has to supply its credentials first.
func credentialsMissing(key scenarios.Key) string {
	return fmt.Sprintf("Each organization supplies its own credentials for %q, and %s has not yet: "+
		"PUT /organizations/{organization_id}/data_integration_configurations/%s.",
		key.Provider, nameOf(key.Organization), key.Provider)
}

func nameOf(organization string) string {
	if organization == "" {
		return "the request, which names no organization,"
	}
	return fields.Abridge(organization)
}

// installPath returns the end of the path of the call that installs what a method needs.
func installPath(method string) string {
	if method == scenarios.ClientCredentials {
		return "client-credentials"
	}
	return "api-key"
}

// HasAuthorization reports whether a consent page is of this environment.
func (e *Environment) HasAuthorization(opaque string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.state.Consents.Find(opaque) != nil
}

// AuthorizationOf returns the connection that a consent page is about, or the zero Key if there is no such page.
func (e *Environment) AuthorizationOf(opaque string) (key scenarios.Key) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if a := e.state.Consents.Find(opaque); a != nil {
		key = a.Key
	}
	return key
}

// Consent returns a page that can be decided. Its errors are entity_not_found and authorization_gone.
func (e *Environment) Consent(opaque string) (ConsentPage, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.advance()
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
	d := e.state.Decide(r, now)
	page := ConsentPage{
		Authorization: *a, Provider: a.Key.Provider, Scopes: e.state.GrantFor(a.Key, d.Sequence).Requested,
		Consent: d.Scenario.Consent,
	}
	if i := e.state.Integration(a.Key.Provider, state.OwnershipOf(a.Key)); i != nil {
		page.Provider = i.Provider.Name
	}
	if page.Consent == "" {
		page.Consent = e.state.Set.Consent
	}
	return page
}

func authorizationGone(format string, args ...any) error {
	return &pipes.Error{Code: pipes.AuthorizationGone, Message: fmt.Sprintf(format, args...)}
}

// authorization finds an authorization that has not expired.
func (e *Environment) authorization(opaque string, now time.Time) (*Authorization, error) {
	a := e.state.Consents.Find(opaque)
	switch {
	case a == nil:
		return nil, state.NotFound(
			"There is no such authorization: the address is wrong, or the environment was reset since")
	case a.Decided == "" && a.HasExpired(now):
		return nil, authorizationGone("This page has expired: it was created at %s and is valid for %s.",
			pipes.Timestamp(a.At), scenarios.FormatDuration(state.AuthorizationLife))
	}
	return a, nil
}

// DecideConsent takes the user's answer on the consent page: scenarios.Approve, with some of the scopes or (nil) all
// of them, Deny, or Fail for a provider that fails. The first answer counts; a second one finds the same. Its errors
// are entity_not_found, authorization_gone and those of a connection that cannot be made.
func (e *Environment) DecideConsent(opaque, decision string, granted []string) (Authorization, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.advanceAndEmit()
	a, err := e.authorization(opaque, now)
	if err != nil {
		return Authorization{}, err
	}
	if a.Decided != "" {
		return *a, nil
	}
	made := *a
	made.Decided = decision
	if made.Granted, err = grantedOf(e.page(a, now).Scopes, granted); err != nil {
		return Authorization{}, err
	}
	switch {
	case decision != scenarios.Approve:
		e.fail(&made, now)
	case made.Challenge != "":
		made.Code, made.At = e.state.Mint.ConnectCode(made.Opaque), now
		e.secrets.Add(made.Code)
	default:
		if _, err := e.connect(&made, now); err != nil {
			return Authorization{}, err
		}
		made.Finished = true
	}
	*a = made
	e.state.TouchConsent(a)
	e.MarkChanged()
	return made, nil
}

// grantedOf returns the scopes that a user granted, in the order in which they are requested; nil for all of them. Its
// error is invalid_request.
func grantedOf(requested, granted []string) ([]string, error) {
	for _, scope := range granted {
		if !slices.Contains(requested, scope) {
			return nil, pipes.Invalid(pipes.FieldError{Field: "scope", Code: "unknown", Message: fmt.Sprintf(
				"scope %q is not one of the requested scopes%s",
				fields.Abridge(scope), fields.DidYouMean(scope, requested))})
		}
	}
	if granted == nil {
		return nil, nil
	}
	isDenied := func(scope string) bool { return !slices.Contains(granted, scope) }
	kept := slices.DeleteFunc(slices.Clone(requested), isDenied)
	if len(kept) == len(requested) {
		return nil, nil
	}
	return kept, nil
}

// Finish makes the connection of a consent that was bound to the user's session. Its errors are invalid_connect_code
// and those of a connection that can no longer be made. A wrong verifier uses up the code (source: Python SDK 10.8).
func (e *Environment) Finish(code, challenge string) (*Account, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.advanceAndEmit()
	refuse := func(why string) error {
		return &pipes.Error{Code: pipes.InvalidConnectCode, Message: "The connect_code " + why + "."}
	}
	a := e.state.Consents.FindCode(code)
	switch {
	case a == nil:
		return nil, refuse("is not known: it was never handed out")
	case a.Finished:
		return nil, refuse("was used already")
	case a.HasExpired(now):
		return nil, refuse("has expired: it lasts " + scenarios.FormatDuration(state.CodeLife))
	case challenge != a.Challenge:
		a.Finished = true
		e.state.TouchConsent(a)
		e.MarkChanged()
		return nil, refuse("belongs to another code_verifier, and is used up now: the user has to connect again")
	}
	account, err := e.connect(a, now)
	if err != nil {
		return nil, finishError(a, err)
	}
	a.Finished = true
	e.state.TouchConsent(a)
	return account, nil
}

// finishError returns the error of a connection that can no longer be made, with a code of the finish call (the codes:
// Python SDK 10.8; when they come: inferred).
func finishError(a *Authorization, err error) error {
	var known *pipes.Error
	if !errors.As(err, &known) || known.Code != pipes.EntityNotFound {
		return err
	}
	translated := *known
	translated.Code = pipes.InvalidDataIntegration
	if a.ID != "" {
		translated.Code = pipes.TargetDeleted
	}
	return &translated
}

// connect makes the connection that a user consented to, whatever it was before.
func (e *Environment) connect(a *Authorization, now time.Time) (*Account, error) {
	if err := e.state.CheckQuery(a.Query); err != nil {
		return nil, err
	}
	r, err := e.findConsented(a, now)
	if err != nil {
		return nil, err
	}
	made := &state.Stored{
		Write:  e.state.NewWrite("connected by consent", scenarios.State{Scopes: a.Granted}, now),
		Method: scenarios.OAuth, Config: a.Config, EstablishedBy: cmp.Or(a.User, a.ActingUser),
	}
	if r.Stored != nil {
		made.Identifier, made.DisplayName = r.Stored.Identifier, r.Stored.DisplayName
	}
	names := Names{DisplayName: a.DisplayName}
	again := r.EmittedState == scenarios.Connected
	account := e.write(r, made, names, now)
	if again { // an application that waits for the user to come back receives an event, too (inferred)
		e.emit(r, &account.View, pipes.EventConnected, r.EmittedState, r.EmittedScopes, now)
	}
	return account, nil
}

// findConsented returns the connection that a consent is about.
func (e *Environment) findConsented(a *Authorization, now time.Time) (*state.Connection, error) {
	switch {
	case a.ID != "":
		return e.locate(a.Query, now)
	case a.Add:
		return e.findVacant(a.Key, true, now)
	}
	r := e.record(a.Key, now)
	return r, e.checkNew(r, false, now)
}

// fail emits the event of a connection that was not made: the user denied it, or the provider failed (both inferred
// from the spec's examples).
func (e *Environment) fail(a *Authorization, now time.Time) {
	why := Failure{
		Code: "provider_authorization_error", Reason: "The user did not consent.",
		ProviderError: "access_denied", ProviderDescription: "The user denied the request.",
	}
	if a.Decided == scenarios.Fail {
		why = Failure{
			Code: "authorization_code_exchange_error", Reason: "The provider refused the authorization code.",
			ProviderError: "server_error", ProviderDescription: "The provider failed.",
		}
	}
	role := pipes.Compatibility
	switch r, err := e.locate(a.Query, now); {
	case a.Add:
		role = pipes.Adding
	case a.ID != "" && err == nil: // else it was deleted meanwhile
		role = r.Role()
		if r.Stored != nil {
			why.Identifier = r.Stored.Identifier
		}
	}
	e.publish(role, Event{
		Identity: state.Identity{Key: a.Key}, Name: pipes.EventConnectionFailed, At: now, Failure: &why,
	})
}

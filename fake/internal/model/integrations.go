package model

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Integration is a data integration: a provider set up in the environment, for users or for organizations
// to connect to. One that was handed out never changes: an update makes another.
type Integration struct {
	Slug, Ownership string // scenarios.OwnerUser or OwnerOrganization
	ID, Key         string // Key is the dik_… of its redirect URI
	Description     *string
	Scopes          []string // nil: the provider's
	Credentials     *Credentials
	Custom          *pipes.CustomProvider // nil for a built-in provider
	Provider        scenarios.Provider    // the rest, as the file or the call that made it says
	Created         time.Time
	Updated         time.Time

	order uint64
}

// Credentials are those of the integration's own OAuth application.
type Credentials struct {
	Type, ClientID, ClientSecret string // Type is scenarios.CredentialsCustom or CredentialsOrganization
}

func (i *Integration) number() uint64 { return i.order }
func (i *Integration) id() string     { return i.ID }

// IsShared tells whether it uses WorkOS's own OAuth application: such a one is not managed by calls.
func (i *Integration) IsShared() bool {
	return i.Credentials == nil && slices.Contains(i.Provider.AuthMethods, scenarios.OAuth)
}

// root names an integration.
type root struct{ slug, ownership string }

func ownershipOf(key scenarios.Key) string {
	if key.User == "" {
		return scenarios.OwnerOrganization
	}
	return scenarios.OwnerUser
}

// removal is what remains of an integration that was deleted.
type removal struct {
	directive Decision // none of its connections is older
	times     int
}

// catalog are the integrations that the file or a call made.
type catalog struct {
	opened  bool // whether the file's are in it: they are read when a call needs them
	roots   map[root]*Integration
	list    list[*Integration]
	count   uint64
	removed map[root]removal

	overrides    map[organizationRoot]Override
	scopeChanges map[scopeSource][]scopeChange // until now, the oldest first
}

// scopeSource is who asks for scopes: an integration, or one organization with it.
type scopeSource struct{ slug, ownership, organization string }

// scopeChange is what was asked for, and until which word.
type scopeChange struct {
	until  uint64
	scopes []string
}

// maxScopeChanges is how many changes of what an asker asks for are remembered.
const maxScopeChanges = 100

// noteScopeChange notes that others are asked for than until now: what was connected before lacks what is new.
func (e *Environment) noteScopeChange(who scopeSource, before, now []string) {
	if slices.Equal(before, now) && (before == nil) == (now == nil) {
		return
	}
	e.directives++
	was := e.catalog.scopeChanges[who]
	e.catalog.scopeChanges[who] = append(was[max(0, len(was)-maxScopeChanges+1):], scopeChange{e.directives, before})
}

// requestedAt is what an asker asked for when a word was said, of one that asks for now.
func (c *catalog) requestedAt(who scopeSource, word uint64, now []string) []string {
	for _, was := range c.scopeChanges[who] {
		if word < was.until {
			return was.scopes
		}
	}
	return now
}

func newCatalog() catalog {
	return catalog{roots: map[root]*Integration{}, removed: map[root]removal{}, overrides: map[organizationRoot]Override{}, scopeChanges: map[scopeSource][]scopeChange{}}
}

// emptied is the deletion of the integration that a connection belonged to, or nil.
func (c *catalog) emptied(key scenarios.Key) *Decision {
	if len(c.removed) == 0 {
		return nil
	}
	if removal, ok := c.removed[root{key.Provider, ownershipOf(key)}]; ok {
		return &removal.directive
	}
	return nil
}

func (c *catalog) put(i *Integration) {
	at := root{i.Slug, i.Ownership}
	if c.roots[at] != nil {
		c.list.items[from(c.list.items, i.order)] = i
	} else {
		c.count++
		i.order = c.count
		c.list.add(i)
	}
	c.roots[at] = i
}

// takeBack undoes the put of a new one.
func (c *catalog) takeBack(i *Integration) {
	c.count--
	c.list.undoAdd(i)
	delete(c.roots, root{i.Slug, i.Ownership})
}

// open puts the file's integrations into the catalog.
func (e *Environment) open() {
	if e.catalog.opened {
		return
	}
	e.catalog.opened = true
	for _, slug := range e.set.Providers() {
		provider, _ := e.set.Declared(slug)
		for _, ownership := range provider.Ownership {
			e.put(e.integrationOf(slug, ownership, provider))
		}
	}
}

// integrationOf is the integration that a provider of the file, or one that nobody declared, makes.
func (e *Environment) integrationOf(slug, ownership string, provider scenarios.Provider) *Integration {
	i := &Integration{
		Slug: slug, Ownership: ownership, ID: e.integrationID(slug, ownership), Key: e.integrationKey(slug, ownership),
		Scopes: provider.Scopes, Provider: provider, Created: e.started, Updated: e.started,
	}
	if provider.Description != "" {
		i.Description = &provider.Description
	}
	if provider.Credentials != scenarios.CredentialsShared {
		i.Credentials = &Credentials{Type: provider.Credentials}
		if provider.Credentials == scenarios.CredentialsCustom {
			i.Credentials.ClientID, i.Credentials.ClientSecret = e.mint.Client(slug, ownership)
		}
	}
	return i
}

// generation tells how often an integration was deleted before.
func (e *Environment) generationOf(slug, ownership string) int {
	return e.catalog.removed[root{slug, ownership}].times
}

func (e *Environment) integrationID(slug, ownership string) string {
	return e.mint.ID("data_integration", e.generationOf(slug, ownership), slug, ownership)
}

func (e *Environment) integrationKey(slug, ownership string) string {
	return e.mint.ID("dik", e.generationOf(slug, ownership), slug, ownership)
}

// exists tells whether there is a provider, for connections of either owner.
func (e *Environment) exists(slug string) error {
	user := e.connectable(slug, scenarios.OwnerUser)
	if user != nil && e.connectable(slug, scenarios.OwnerOrganization) == nil {
		return nil
	}
	return user
}

// connectable tells whether a provider exists for connections of an owner: any slug does that was not
// deleted, with strict only what the file or a call made.
func (e *Environment) connectable(slug, ownership string) error {
	if e.catalog.roots[root{slug, ownership}] != nil {
		return nil
	}
	if _, removed := e.catalog.removed[root{slug, ownership}]; removed {
		return fmt.Errorf("%q was deleted", slug)
	}
	if provider, declared := e.set.Declared(slug); e.set.Strict && declared && !slices.Contains(provider.Ownership, ownership) {
		return fmt.Errorf("%q has no integration of ownership %s: with strict it needs one under providers", slug, ownership)
	}
	return e.set.Provider(slug)
}

// managed is the integration that a management call is about: only what the file or a call made.
func (e *Environment) managed(slug, ownership string) (*Integration, error) {
	e.open()
	if found := e.catalog.roots[root{slug, ownership}]; found != nil {
		return found, nil
	}
	kind := "data integration"
	if ownership == scenarios.OwnerOrganization {
		kind = "organization-owned data integration"
	}
	return nil, notFound("No %s %q is set up here: create it (POST /data-integrations), or declare it under providers", kind, scenarios.Abridge(slug))
}

func notFound(format string, args ...any) error {
	return &pipes.Error{Code: pipes.EntityNotFound, Message: fmt.Sprintf(format, args...) + "."}
}

// integration is the one that connections belong to, made up where any slug goes. Nil: there is none.
func (e *Environment) integration(slug, ownership string) *Integration {
	e.open()
	if found := e.catalog.roots[root{slug, ownership}]; found != nil || e.connectable(slug, ownership) != nil {
		return found
	}
	provider, declared := e.set.Declared(slug)
	if !declared {
		provider = e.set.Implied(slug)
	}
	return e.integrationOf(slug, ownership, provider)
}

// Integration finds a data integration. Its error is entity_not_found.
func (e *Environment) Integration(slug, ownership string) (*Integration, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.managed(slug, ownership)
}

// Integrations lists those that calls manage, of one ownership or (empty) both. Its error is about a cursor.
func (e *Environment) Integrations(page Page, ownership string) (Listed[*Integration], error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.open()
	return e.catalog.list.page(page, func(i *Integration) bool {
		return !i.IsShared() && (ownership == "" || i.Ownership == ownership)
	})
}

// CreateIntegration makes one out of what the caller filled in. With a secret it also installs the first
// connection of an owner. Its errors are entity_not_found, entity_already_exists, slug_reserved
// and too_many_data_integrations.
func (e *Environment) CreateIntegration(made Integration, first *Install) (*Integration, *Account, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.beginChange()
	e.open()
	if err := e.mayCreate(&made); err != nil {
		return nil, nil, err
	}
	if err := e.checkRoomForIntegration(root{made.Slug, made.Ownership}); err != nil {
		return nil, nil, err
	}
	made.ID, made.Key = e.integrationID(made.Slug, made.Ownership), e.integrationKey(made.Slug, made.Ownership)
	made.Created, made.Updated = now, now
	if first == nil {
		e.put(&made)
		return &made, nil, nil
	}
	if err := e.owner(first.Query); err != nil {
		return nil, nil, err
	}
	e.record(first.Key, now) // it is met as it stands without the integration, which may go again
	e.put(&made)
	account, err := e.install(*first, now)
	if err != nil {
		e.catalog.takeBack(&made)
		return nil, nil, err
	}
	return &made, account, nil
}

// other is the provider's integration of the other ownership, or nil.
func (e *Environment) other(slug, ownership string) *Integration {
	if ownership == scenarios.OwnerUser {
		return e.catalog.roots[root{slug, scenarios.OwnerOrganization}]
	}
	return e.catalog.roots[root{slug, scenarios.OwnerUser}]
}

func (e *Environment) mayCreate(made *Integration) error {
	other := e.other(made.Slug, made.Ownership)
	switch {
	case e.catalog.roots[root{made.Slug, made.Ownership}] != nil:
		return &pipes.Error{Code: pipes.AlreadyExists, Message: fmt.Sprintf("A data integration with the slug %q exists already in this environment.", made.Slug)}
	case made.Custom != nil && e.set.Known(made.Slug):
		return &pipes.Error{Code: pipes.SlugReserved, Message: fmt.Sprintf("%q is a built-in provider: a custom provider needs a slug of its own.", made.Slug)}
	case made.Custom == nil && other != nil:
		made.Custom = other.Custom // a definition serves both
	case made.Custom == nil:
		if provider, declared := e.set.Declared(made.Slug); declared {
			made.Provider.Fields, made.Provider.Metadata = provider.Fields, provider.Metadata
		} else if err := e.set.Provider(made.Slug); err != nil && !e.set.Known(made.Slug) {
			return notFound("Provider not found: %s", err)
		}
	}
	if made.Custom != nil {
		made.Provider.Name = made.Custom.Name
	} else {
		made.Provider.Name = e.set.Implied(made.Slug).Name
	}
	if field, problem := made.Provider.CheckConfig(made.Provider.Config); problem != "" {
		return pipes.Invalid(pipes.FieldError{Field: "config." + field, Code: "invalid", Message: "config." + field + " " + problem})
	}
	return nil
}

// UpdateIntegration changes one as the caller does with a copy of it, or not at all. With a secret it also
// installs a connection. Its errors are entity_not_found, data_integration_shared and those of change.
func (e *Environment) UpdateIntegration(slug, ownership string, change func(*Integration) error, also *Install) (*Integration, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.beginChange()
	old, err := e.managed(slug, ownership)
	if err != nil {
		return nil, err
	}
	if old.IsShared() {
		return nil, &pipes.Error{Code: pipes.IntegrationShared, Message: fmt.Sprintf(
			"%q uses shared credentials, which calls do not manage: declare it with credentials: custom under providers.", slug)}
	}
	made := *old
	if err := change(&made); err != nil {
		return nil, err
	}
	if also != nil {
		if _, err := e.install(*also, now); err != nil {
			return nil, err
		}
	}
	made.Updated = now
	e.noteScopeChange(scopeSource{slug, ownership, ""}, old.Scopes, made.Scopes)
	e.put(&made)
	if other := e.other(slug, ownership); other != nil && made.Custom != nil && other.Custom == old.Custom {
		both := *other
		both.Custom, both.Provider.Name = made.Custom, made.Provider.Name
		e.catalog.put(&both)
	}
	return &made, nil
}

// DeleteIntegration removes one with all its connections. Its error is entity_not_found.
func (e *Environment) DeleteIntegration(slug, ownership string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.beginChange()
	old, err := e.managed(slug, ownership)
	if err != nil {
		return err
	}
	at := root{slug, ownership}
	word := e.newDirective("deleted with its data integration", scenarios.State{State: scenarios.NotInstalled}, now)
	e.catalog.removed[at] = removal{word, e.catalog.removed[at].times}
	e.connections.in(Place{Provider: slug}, func(r *connection) {
		if ownershipOf(r.key) == ownership {
			e.emitIfChanged(r, now)
			r.forget(word)
		}
	})
	maps.DeleteFunc(e.connections.others, func(key scenarios.Key, _ []*connection) bool {
		return key.Provider == slug && ownershipOf(key) == ownership
	})
	e.catalog.removed[at] = removal{word, e.catalog.removed[at].times + 1}
	delete(e.catalog.roots, at)
	e.catalog.list.remove(old)
	delete(e.catalog.scopeChanges, scopeSource{slug, ownership, ""})
	maps.DeleteFunc(e.catalog.overrides, func(of organizationRoot, _ Override) bool { return of.slug == slug && ownership == scenarios.OwnerUser })
	return nil
}

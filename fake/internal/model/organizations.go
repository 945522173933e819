package model

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// organizationRoot names what an organization has otherwise than a provider's integration.
type organizationRoot struct{ organization, slug string }

// Override is what one organization has otherwise than the integration.
type Override struct {
	scenarios.Override
	Created, Updated time.Time
}

// Configuration is an integration as one organization has it.
type Configuration struct {
	*Integration
	Organization     string
	Enabled          bool
	Scopes           []string // in force; nil: none are configured
	Config           map[string]string
	Override         Override
	Created, Updated time.Time
}

// ByOrganizations tells whether each organization brings its own credentials.
func (i *Integration) ByOrganizations() bool {
	return i.Credentials != nil && i.Credentials.Type == scenarios.CredentialsOrganization
}

// override is the organization's, of a call or else of the file.
func (e *Environment) override(organization, slug string, provider scenarios.Provider) Override {
	if made, ok := e.catalog.overrides[organizationRoot{organization, slug}]; ok {
		return made
	}
	if len(e.catalog.removed) > 0 && e.generationOf(slug, scenarios.OwnerUser) > 0 {
		return Override{Created: e.started, Updated: e.started} // the file's went with the integration
	}
	return Override{Override: provider.Organizations[organization], Created: e.started, Updated: e.started}
}

func (e *Environment) configuration(organization string, i *Integration) Configuration {
	provider, _ := e.set.Declared(i.Slug)
	override := e.override(organization, i.Slug, provider)
	c := Configuration{
		Integration: i, Organization: organization, Override: override, Enabled: i.Provider.Enabled, Scopes: i.Scopes, Config: i.Provider.Config,
		Created: later(i.Created, override.Created), Updated: later(i.Updated, override.Updated),
	}
	if override.Enabled != nil {
		c.Enabled = *override.Enabled
	}
	if override.Scopes != nil {
		c.Scopes = override.Scopes
	} else if c.Scopes == nil {
		c.Scopes = e.set.Scopes(i.Slug)
	}
	if override.Config != nil {
		c.Config = override.Config
	}
	return c
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Configurations are all integrations as an organization has them. Its error is entity_not_found.
func (e *Environment) Configurations(organization string) ([]Configuration, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.knows("", organization); err != nil {
		return nil, err
	}
	e.open()
	configurations := []Configuration{}
	for _, i := range e.catalog.list.items {
		if e.configured(i.Slug) == i {
			configurations = append(configurations, e.configuration(organization, i))
		}
	}
	return configurations, nil
}

// configured is the integration of a provider that organizations configure: the users', if there is one.
func (e *Environment) configured(slug string) *Integration {
	if users := e.catalog.roots[root{slug, scenarios.OwnerUser}]; users != nil {
		return users
	}
	return e.catalog.roots[root{slug, scenarios.OwnerOrganization}]
}

// Configure changes what an organization has otherwise; nil leaves a part as it is. Its errors are
// entity_not_found, invalid_request, scopes_not_configured and too_many_configurations.
func (e *Environment) Configure(organization, slug string, change func(*scenarios.Override)) (Configuration, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.beginChange()
	if err := e.knows("", organization); err != nil {
		return Configuration{}, err
	}
	e.open()
	i := e.configured(slug)
	if i == nil {
		_, err := e.managed(slug, scenarios.OwnerUser)
		return Configuration{}, err
	}
	provider, _ := e.set.Declared(slug)
	made := e.override(organization, slug, provider)
	before := made.Scopes
	change(&made.Override)
	if err := e.checkOverride(i, made); err != nil {
		return Configuration{}, err
	}
	if _, again := e.catalog.overrides[organizationRoot{organization, slug}]; !again {
		if len(e.catalog.overrides) >= maxConfigurations {
			return Configuration{}, e.tooManyConfigurations()
		}
		made.Created = now
	}
	made.Updated = now
	e.noteScopeChange(scopeSource{slug, "", organization}, before, made.Scopes)
	e.catalog.overrides[organizationRoot{organization, slug}] = made
	e.secrets.addOverride(i.Provider, made.Override)
	return e.configuration(organization, i), nil
}

func (e *Environment) checkOverride(i *Integration, made Override) error {
	if !i.ByOrganizations() {
		useless := ""
		switch {
		case made.ClientID != "":
			useless = "client_id"
		case made.Config != nil:
			useless = "config"
		}
		if useless != "" {
			return pipes.Invalid(pipes.FieldError{Field: useless, Code: "invalid", Message: fmt.Sprintf(
				"%s is only for a provider whose credentials the organizations supply, which %q is not", useless, i.Slug)})
		}
	}
	if field, problem := i.Provider.CheckConfig(made.Config); problem != "" {
		return pipes.Invalid(pipes.FieldError{Field: "config." + field, Code: "invalid", Message: "config." + field + " " + problem})
	}
	asked := i.Scopes
	if asked == nil {
		asked = e.set.Scopes(i.Slug)
	}
	for _, scope := range made.Scopes {
		if !slices.Contains(asked, scope) {
			return &pipes.Error{Code: pipes.ScopesNotConfigured, Message: fmt.Sprintf("The scope %q is not configured on the provider %q%s.",
				scenarios.Abridge(scope), i.Slug, scenarios.DidYouMean(scope, asked))}
		}
	}
	return nil
}

// Authorize begins to connect a connection: it answers the opaque part of the page's address,
// and the state that names this authorization. Its errors
// are entity_not_found, data_integration_disabled, organization_credentials_missing and invalid_request.
func (e *Environment) Authorize(asked ConsentRequest) (opaque, state string, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, q, config := e.beginChange(), asked.Query, asked.Config
	if err := e.check(q); err != nil {
		return "", "", err
	}
	if q.ID != "" {
		if _, err := e.locate(q, now); err != nil {
			return "", "", err
		}
	}
	key := q.Key
	i := e.integration(key.Provider, ownershipOf(key))
	c := e.configuration(key.Organization, i)
	switch {
	case !c.Enabled:
		return "", "", &pipes.Error{Code: pipes.IntegrationDisabled, Message: fmt.Sprintf("The data integration %q is not enabled, so nobody can connect to it.", key.Provider)}
	case !slices.Contains(i.Provider.AuthMethods, scenarios.OAuth):
		return "", "", pipes.Invalid(pipes.FieldError{Field: "slug", Code: "auth_method_mismatch", Message: fmt.Sprintf(
			"%q connects by %s, not by OAuth: use PUT /data-integrations/%s/%s", key.Provider, i.Provider.AuthMethods[0], key.Provider, pathOf(i.Provider.AuthMethods[0]))})
	case i.ByOrganizations() && c.Override.ClientID == "":
		return "", "", &pipes.Error{Code: pipes.OrganizationCredentialsMissing, Message: fmt.Sprintf("Each organization supplies its own credentials for %q, and %s has not yet: "+
			"PUT /organizations/{organization_id}/data_integration_configurations/%s.", key.Provider, nameOf(key.Organization), key.Provider)}
	}
	if err := checkInstallation(i.Provider, c.Config, config); err != nil {
		return "", "", err
	}
	r := e.record(key, now)
	r.authorized++
	opaque, state = e.mint.Authorization(e.secret, key.Provider, key.User, key.Organization, int(r.authorized))
	e.consents.add(&Authorization{ConsentRequest: asked, Opaque: opaque, State: state, At: now})
	return opaque, state, nil
}

func nameOf(organization string) string {
	if organization == "" {
		return "the request, which names no organization,"
	}
	return scenarios.Abridge(organization)
}

// pathOf is the end of the path that installs what a method needs.
func pathOf(method string) string {
	if method == scenarios.ClientCredentials {
		return "client-credentials"
	}
	return "api-key"
}

// checkInstallation checks the config values of one connection: declared, matching, and all that are
// required and not pinned on the integration (source: spec).
func checkInstallation(provider scenarios.Provider, pinned, config map[string]string) error {
	wrong := func(field, code, problem string) error {
		return pipes.Invalid(pipes.FieldError{Field: "config." + field, Code: code, Message: "config." + field + " " + problem})
	}
	if field, problem := provider.CheckConfig(config); problem != "" {
		return wrong(field, "invalid", problem)
	}
	for _, name := range slices.Sorted(maps.Keys(provider.Fields)) {
		field := provider.Fields[name]
		_, given := config[name]
		_, isPinned := pinned[name]
		switch {
		case given && field.Scope != scenarios.FieldOfInstallation:
			return wrong(name, "invalid", "is set on the integration, not on its connections")
		case field.Required && field.Scope == scenarios.FieldOfInstallation && !given && !isPinned:
			return wrong(name, "required", "is required: the provider needs it from each connection")
		}
	}
	return nil
}

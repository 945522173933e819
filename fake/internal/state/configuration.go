package state

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// OverrideOf returns the settings of an organization that differ from those of a provider's integration: what a call
// said, or else the file.
func (s *State) OverrideOf(organization, slug string, provider scenarios.Provider) Override {
	if made, ok := s.Catalog.Overrides[OverrideKey{organization, slug}]; ok {
		return made.Override
	}
	if s.Catalog.Deletions(slug, scenarios.OwnerUser) > 0 {
		return Override{Created: s.Began, Updated: s.Began} // the file's went with the integration
	}
	return Override{Override: provider.Organizations[organization], Created: s.Began, Updated: s.Began}
}

// ConfigurationOf returns an integration as an organization has it.
func (s *State) ConfigurationOf(organization string, i *Integration) Configuration {
	provider, _ := s.Set.Declared(i.Slug)
	override := s.OverrideOf(organization, i.Slug, provider)
	c := Configuration{
		Integration: i, Organization: organization, Override: override,
		Enabled: i.Provider.Enabled, Scopes: i.Scopes, Config: i.Provider.Config,
		Created: later(i.Created, override.Created), Updated: later(i.Updated, override.Updated),
	}
	if override.Enabled != nil {
		c.Enabled = *override.Enabled
	}
	if override.Scopes != nil {
		c.Scopes = override.Scopes
	} else if c.Scopes == nil {
		c.Scopes = s.Set.Scopes(i.Slug)
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

// ConfiguredIntegration returns the integration of a provider that organizations configure: the users', if there is
// one. It is nil if there is none.
func (s *State) ConfiguredIntegration(slug string) *Integration {
	if users := s.Catalog.Find(slug, scenarios.OwnerUser); users != nil {
		return users
	}
	return s.Catalog.Find(slug, scenarios.OwnerOrganization)
}

// CheckOverride checks what an organization is to have otherwise than an integration. Its errors are invalid_request
// and scopes_not_configured.
func (s *State) CheckOverride(i *Integration, made Override) error {
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
				"%s is only for a provider whose credentials the organizations supply, which %q is not",
				useless, i.Slug)})
		}
	}
	if err := CheckConfig(i.Provider, made.Config); err != nil {
		return err
	}
	requested := FirstSet(i.Scopes, s.Set.Scopes(i.Slug))
	for _, scope := range made.Scopes {
		if !slices.Contains(requested, scope) {
			return &pipes.Error{Code: pipes.ScopesNotConfigured, Message: fmt.Sprintf(
				"The scope %q is not configured on the provider %q%s.",
				fields.Abridge(scope), i.Slug, fields.DidYouMean(scope, requested))}
		}
	}
	return nil
}

// CheckConfig checks config values against the fields that the provider declares. Its error is invalid_request.
func CheckConfig(provider scenarios.Provider, config map[string]string) error {
	if field, problem := provider.CheckConfig(config); problem != "" {
		return wrongConfig(field, "invalid", problem)
	}
	return nil
}

func wrongConfig(field, code, problem string) error {
	field = "config." + field
	return pipes.Invalid(pipes.FieldError{Field: field, Code: code, Message: field + " " + problem})
}

// CheckInstallation checks the config values of one connection: they must be declared and match, and all must be there
// that are required and not set on the integration (source: spec). Its error is invalid_request.
func CheckInstallation(provider scenarios.Provider, onIntegration, config map[string]string) error {
	if err := CheckConfig(provider, config); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(provider.Fields)) {
		field := provider.Fields[name]
		_, given := config[name]
		_, isSet := onIntegration[name]
		switch {
		case given && field.Scope != scenarios.FieldOfInstallation:
			return wrongConfig(name, "invalid", "is set on the integration, not on its connections")
		case field.Required && field.Scope == scenarios.FieldOfInstallation && !given && !isSet:
			return wrongConfig(name, "required", "is required: the provider needs it from each connection")
		}
	}
	return nil
}

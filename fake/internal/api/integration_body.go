package api

import (
	"slices"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
	"example.com/pipesfake/scenarios"
)

// readIntegration reads the body that makes an integration, and its first API key if it has one.
func readIntegration(object *body.Object) (made model.Integration, firstKey *model.Install) {
	made = model.Integration{
		Slug:      object.FilledText("provider", true),
		Ownership: scenarios.OwnerUser,
		Provider:  scenarios.Provider{State: scenarios.Valid},
	}
	if problem := names.CheckSlug(made.Slug); made.Slug != "" && problem != "" {
		object.Wrong("provider", "invalid", "provider %s", problem)
	}
	ownership := object.OneOf("ownership", scenarios.OwnerUser, scenarios.OwnerOrganization)
	replaceText(&made.Ownership, ownership)
	made.Provider.AuthMethods = readAuthMethods(object)
	readCommon(object, &made)
	made.Provider.Config = object.Map("config")
	if custom := object.Object("custom_provider"); custom != nil {
		made.Custom = readNewCustomProvider(custom, usesOAuth(&made))
	}
	readCredentials(object, &made, true)
	firstKey = readFirstKey(object, made.Slug, made.Ownership)
	if firstKey != nil && made.Provider.AuthMethods[0] != scenarios.APIKey {
		object.Wrong("api_key", "invalid", "api_key is only for integrations with auth_methods [\"api_key\"]")
	}
	return made, firstKey
}

// changeIntegration reads the body of an update into the integration.
func changeIntegration(object *body.Object, i *model.Integration) {
	custom := object.Object("custom_provider")
	switch {
	case custom != nil && i.Custom == nil:
		object.Wrong("custom_provider", "invalid",
			"custom_provider is only for custom providers, and %q is built in", i.Slug)
	case custom != nil:
		i.Custom = changeCustomProvider(custom, *i.Custom, usesOAuth(i))
		i.Provider.Name = i.Custom.Name
	}
	if i.Credentials == nil && object.Has("credentials") {
		object.Wrong("credentials", "invalid", "credentials are only for OAuth integrations, and %q connects by %s",
			i.Slug, i.Provider.AuthMethods[0])
	}
	readCommon(object, i)
	readCredentials(object, i, false)
}

// usesOAuth reports whether users connect to an integration through the consent page.
func usesOAuth(i *model.Integration) bool { return i.Provider.AuthMethods[0] == scenarios.OAuth }

// readAuthMethods reads how accounts authenticate: in one way, which is OAuth by default (source: spec, docs).
func readAuthMethods(object *body.Object) []string {
	methods := object.Texts("auth_methods")
	if methods == nil {
		return []string{scenarios.OAuth}
	}
	known := []string{scenarios.OAuth, scenarios.APIKey, scenarios.ClientCredentials}
	for _, method := range methods {
		if !slices.Contains(known, method) {
			object.Wrong("auth_methods", "invalid",
				"auth_methods has %s, which is not one of oauth, api_key, client_credentials%s",
				call.Quote(method), fields.DidYouMean(method, known))
		}
	}
	if len(methods) != 1 {
		object.Wrong("auth_methods", "invalid", "auth_methods must name one method: an integration has either OAuth, "+
			"or API keys, or client credentials")
		return known[:1]
	}
	return methods
}

// readCommon reads the fields that the bodies of a creation and an update have in common.
func readCommon(object *body.Object, i *model.Integration) {
	if text, isPresent := object.TextOrNull("description"); isPresent {
		i.Description = text
	}
	if enabled := object.Bool("enabled"); enabled != nil {
		i.Provider.Enabled = *enabled
	}
	if scopes := object.Scopes("scopes"); scopes != nil || object.IsNull("scopes") {
		i.Scopes = scopes
	}
}

// readCredentials reads the credentials of the integration's OAuth application. A new integration by another method
// does not use them.
func readCredentials(object *body.Object, i *model.Integration, isNew bool) {
	within := object.Object("credentials")
	if within == nil {
		if isNew && usesOAuth(i) {
			object.Wrong("credentials", "required", "credentials is required for an OAuth integration")
		}
		return
	}
	made := model.Credentials{Type: readCredentialsType(within)}
	made.ClientID = within.FilledText("client_id", false)
	made.ClientSecret = within.FilledText("client_secret", false)
	needsSecret := i.Custom == nil || i.Custom.ClientSecretRequired
	checkCredentials(within, made, needsSecret)
	if !isNew || usesOAuth(i) {
		i.Credentials = &made
	}
}

func readCredentialsType(within *body.Object) string {
	kind := within.OneOf("type", scenarios.CredentialsCustom, scenarios.CredentialsOrganization)
	if kind == "" && !within.Has("type") {
		within.Wrong("type", "required", "credentials.type is required: custom or organization")
	}
	return kind
}

// checkCredentials refuses custom credentials without an id and a secret, and credentials of organizations that have
// either (source: spec).
func checkCredentials(within *body.Object, made model.Credentials, needsSecret bool) {
	switch made.Type {
	case scenarios.CredentialsOrganization:
		if made.ClientID+made.ClientSecret != "" {
			within.Wrong("client_id", "invalid", "credentials.client_id and client_secret are left out with type "+
				"organization: each organization supplies its own")
		}
	case scenarios.CredentialsCustom:
		if made.ClientID == "" {
			within.Wrong("client_id", "required", "credentials.client_id is required with type custom")
		} else if made.ClientSecret == "" && needsSecret {
			within.Wrong("client_secret", "required", "credentials.client_secret is required with type custom")
		}
	}
}

// minAPIKeyLength is how many characters an API key must have.
const minAPIKeyLength = 5

// readFirstKey reads the API key that is installed together with an integration.
func readFirstKey(object *body.Object, slug, ownership string) *model.Install {
	within := object.Object("api_key")
	if within == nil {
		return nil
	}
	i := &model.Install{Method: scenarios.APIKey, Secret: within.FilledText("secret", true)}
	if i.Secret != "" && len(i.Secret) < minAPIKeyLength {
		within.Wrong("secret", "invalid", "api_key.secret must have at least %d characters", minAPIKeyLength)
	}
	i.Provider = slug
	i.User = within.ID("user_id", true)
	i.Organization = within.ID("organization_id", false)
	if ownership == scenarios.OwnerOrganization {
		if i.Organization == "" {
			within.Wrong("organization_id", "required",
				"api_key.organization_id is required for an integration that organizations own")
		}
		i.User, i.ActingUser = "", i.User
	}
	return i
}

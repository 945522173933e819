package api

import (
	"net/http"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// The data integrations, at /data-integrations. A provider may have one that users connect to, and one
// that organizations connect to, at /data-integrations/{slug}/organization (source: Node SDK 11).

func ListIntegrations(c call.Call) (call.Reply, error) {
	p := c.Parameters()
	page, ownership := p.Page(), p.OneOf("ownership", "", scenarios.OwnerUser, scenarios.OwnerOrganization)
	if err := p.Err(); err != nil {
		return call.Reply{}, err
	}
	integrations, err := c.Environment.Integrations(page, ownership)
	return call.OK(paged(integrations, func(i *model.Integration) pipes.DataIntegration { return dataIntegrationView(c, i) })), err
}

func GetIntegration(ownership string) call.Handler {
	return func(c call.Call) (call.Reply, error) {
		found, err := c.Environment.Integration(c.Vars["slug"], ownership)
		if err != nil {
			return call.Reply{}, err
		}
		return call.OK(dataIntegrationView(c, found)), nil
	}
}

func DeleteIntegration(ownership string) call.Handler {
	return func(c call.Call) (call.Reply, error) {
		return call.Reply{Status: http.StatusNoContent}, c.Environment.DeleteIntegration(c.Vars["slug"], ownership)
	}
}

func CreateIntegration(c call.Call) (call.Reply, error) {
	object, err := c.Object()
	if err != nil {
		return call.Reply{}, err
	}
	made := model.Integration{Slug: object.Word("provider", true), Ownership: scenarios.OwnerUser, Provider: scenarios.Provider{State: scenarios.Valid}}
	if problem := scenarios.CheckSlug(made.Slug); made.Slug != "" && problem != "" {
		object.Wrong("provider", "invalid", "provider %s", problem)
	}
	if ownership := object.OneOf("ownership", scenarios.OwnerUser, scenarios.OwnerOrganization); ownership != "" {
		made.Ownership = ownership
	}
	made.Provider.AuthMethods = readAuthMethods(object)
	method := made.Provider.AuthMethods[0]
	readCommon(object, &made)
	made.Provider.Config = object.Map("config")
	made.Custom = customProvider(object.Object("custom_provider"), nil, method == scenarios.OAuth)
	readCredentials(object, &made, true)
	first := readFirstKey(object, made.Slug, made.Ownership)
	if first != nil && method != scenarios.APIKey {
		object.Wrong("api_key", "invalid", "api_key is only for integrations with auth_methods [\"api_key\"]")
	}
	if err := object.Err(); err != nil {
		return call.Reply{}, err
	}
	integration, account, err := c.Environment.CreateIntegration(made, first)
	if err != nil && call.AsError(err).Code == pipes.AuthMethodMismatch { // no answer of this call (source: spec)
		object.Wrong("api_key", "auth_method_mismatch", "api_key: %s", strings.TrimSuffix(call.AsError(err).Message, "."))
		err = object.Err()
	}
	if err != nil {
		return call.Reply{}, err
	}
	view := dataIntegrationView(c, integration)
	if account != nil {
		shown := connectedAccount(account)
		view.Installation = &pipes.Installation{
			ID: shown.ID, ConnectionRole: shown.ConnectionRole, AccountIdentifier: shown.AccountIdentifier, AccountDisplayName: shown.AccountDisplayName,
			UserID: shown.UserID, OrganizationID: shown.OrganizationID, APIKeyLast4: shown.APIKeyLast4,
		}
	}
	return call.Reply{Status: http.StatusCreated, Body: view}, nil
}

func UpdateIntegration(ownership string) call.Handler {
	return func(c call.Call) (call.Reply, error) {
		object, err := c.Object()
		if err != nil {
			return call.Reply{}, err
		}
		key := readFirstKey(object, c.Vars["slug"], ownership)
		if key != nil && object.Value("credentials") != nil {
			object.Wrong("api_key", "invalid", "api_key and credentials exclude each other")
		}
		integration, err := c.Environment.UpdateIntegration(c.Vars["slug"], ownership, func(i *model.Integration) error {
			changeIntegration(object, i)
			return object.Err()
		}, key)
		if err != nil {
			return call.Reply{}, err
		}
		return call.OK(dataIntegrationView(c, integration)), nil
	}
}

// changeIntegration reads the body of an update over the integration.
func changeIntegration(object *body.Object, i *model.Integration) {
	within := object.Object("custom_provider")
	switch {
	case within != nil && i.Custom == nil:
		object.Wrong("custom_provider", "invalid", "custom_provider is only for custom providers, and %q is built in", i.Slug)
	case within != nil:
		i.Custom = customProvider(within, i.Custom, false)
		i.Provider.Name = i.Custom.Name
	}
	if i.Credentials == nil && object.Value("credentials") != nil {
		object.Wrong("credentials", "invalid", "credentials are only for OAuth integrations, and %q connects by %s", i.Slug, i.Provider.AuthMethods[0])
	}
	readCommon(object, i)
	readCredentials(object, i, false)
}

// readAuthMethods reads how accounts authenticate: one way, and OAuth unless said (source: spec, docs).
func readAuthMethods(object *body.Object) []string {
	methods := object.Texts("auth_methods")
	if methods == nil {
		return []string{scenarios.OAuth}
	}
	known := []string{scenarios.OAuth, scenarios.APIKey, scenarios.ClientCredentials}
	for _, method := range methods {
		if !slices.Contains(known, method) {
			object.Wrong("auth_methods", "invalid", "auth_methods has %s, which is none of oauth, api_key, client_credentials%s", call.Quote(method), scenarios.DidYouMean(method, known))
		}
	}
	if len(methods) != 1 {
		object.Wrong("auth_methods", "invalid", "auth_methods must name one method: an integration has either OAuth, or API keys, or client credentials")
		return known[:1]
	}
	return methods
}

// readCommon reads what can be said when an integration is made and later.
func readCommon(object *body.Object, i *model.Integration) {
	if text, said := object.TextOrNull("description"); said {
		i.Description = text
	}
	if enabled := object.Bool("enabled"); enabled != nil {
		i.Provider.Enabled = *enabled
	}
	if scopes := object.Scopes("scopes"); scopes != nil || object.IsNull("scopes") {
		i.Scopes = scopes
	}
}

// readCredentials reads those of the OAuth application: with custom ones id and secret, with those of
// organizations neither (source: spec).
func readCredentials(object *body.Object, i *model.Integration, create bool) {
	within := object.Object("credentials")
	if within == nil {
		if create && i.Provider.AuthMethods[0] == scenarios.OAuth {
			object.Wrong("credentials", "required", "credentials is required for an OAuth integration")
		}
		return
	}
	made := model.Credentials{Type: within.OneOf("type", scenarios.CredentialsCustom, scenarios.CredentialsOrganization)}
	if made.Type == "" && within.Value("type") == nil {
		within.Wrong("type", "required", "credentials.type is required: custom or organization")
	}
	made.ClientID, made.ClientSecret = within.Word("client_id", false), within.Word("client_secret", false)
	noSecret := i.Custom != nil && !i.Custom.ClientSecretRequired
	switch {
	case made.Type == scenarios.CredentialsOrganization && made.ClientID+made.ClientSecret != "":
		within.Wrong("client_id", "invalid", "credentials.client_id and client_secret are left out with type organization: each organization supplies its own")
	case made.Type == scenarios.CredentialsCustom && made.ClientID == "":
		within.Wrong("client_id", "required", "credentials.client_id is required with type custom")
	case made.Type == scenarios.CredentialsCustom && made.ClientSecret == "" && !noSecret:
		within.Wrong("client_secret", "required", "credentials.client_secret is required with type custom")
	}
	if !create || i.Provider.AuthMethods[0] == scenarios.OAuth { // with other methods they are not used
		i.Credentials = &made
	}
}

// readFirstKey reads an API key that is installed along with the integration.
func readFirstKey(object *body.Object, slug, ownership string) *model.Install {
	within := object.Object("api_key")
	if within == nil {
		return nil
	}
	i := &model.Install{Method: scenarios.APIKey, Secret: within.Word("secret", true)}
	if i.Secret != "" && len(i.Secret) < 5 {
		within.Wrong("secret", "invalid", "api_key.secret must have at least 5 characters")
	}
	i.Key = scenarios.Key{Provider: slug, User: within.ID("user_id", true), Organization: within.ID("organization_id", false)}
	if ownership == scenarios.OwnerOrganization {
		if i.Organization == "" {
			within.Wrong("organization_id", "required", "api_key.organization_id is required for an integration that organizations own")
		}
		i.User, i.ActingUser = "", i.User
	}
	return i
}

// customProvider reads a definition over the one that was, with the description's defaults for a new one.
func customProvider(object *body.Object, was *pipes.CustomProvider, oauth bool) *pipes.CustomProvider {
	if object == nil {
		return nil
	}
	made := pipes.CustomProvider{
		PKCEEnabled: true, RequestScopeSeparator: " ", ClientSecretRequired: true, AdditionalAuthorizationParameters: map[string]string{},
		TokenBodyContentType: "application/x-www-form-urlencoded", AuthenticateVia: "request_body",
	}
	if was != nil {
		made = *was
	}
	replace(&made.Name, object.Word("name", was == nil))
	for _, address := range []struct {
		field    string
		value    **string
		required bool
	}{
		{"authorization_url", &made.AuthorizationURL, oauth}, {"token_url", &made.TokenURL, oauth}, {"refresh_token_url", &made.RefreshTokenURL, false},
	} {
		text := object.URL(address.field)
		switch {
		case text != "":
			*address.value = &text
		case object.IsNull(address.field):
			*address.value = nil
		case address.required && object.Value(address.field) == nil:
			object.Wrong(address.field, "required", "custom_provider.%s is required for an OAuth provider", address.field)
		}
	}
	for _, flag := range []struct {
		field string
		value *bool
	}{{"pkce_enabled", &made.PKCEEnabled}, {"scopes_required", &made.ScopesRequired}, {"client_secret_required", &made.ClientSecretRequired}} {
		if said := object.Bool(flag.field); said != nil {
			*flag.value = *said
		}
	}
	if text, said := object.Text("request_scope_separator"); said {
		made.RequestScopeSeparator = text
	}
	replace(&made.TokenBodyContentType, object.Word("token_body_content_type", false))
	replace(&made.AuthenticateVia, object.OneOf("authenticate_via", "request_body", "basic_auth_header"))
	if parameters := object.Map("additional_authorization_parameters"); parameters != nil {
		made.AdditionalAuthorizationParameters = parameters
	}
	return &made
}

func replace(value *string, said string) {
	if said != "" {
		*value = said
	}
}

package api

import (
	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/pipes"
)

// readNewCustomProvider reads the definition of a provider that is not built in, with the description's defaults.
func readNewCustomProvider(object *body.Object, isOAuth bool) *pipes.CustomProvider {
	made := pipes.CustomProvider{
		PKCEEnabled:                       true,
		RequestScopeSeparator:             " ",
		ClientSecretRequired:              true,
		AdditionalAuthorizationParameters: map[string]string{},
		TokenBodyContentType:              "application/x-www-form-urlencoded",
		AuthenticateVia:                   "request_body",
	}
	readCustomProvider(object, &made, true, isOAuth)
	return &made
}

// changeCustomProvider returns the definition with the changes that a body has.
func changeCustomProvider(object *body.Object, changed pipes.CustomProvider) *pipes.CustomProvider {
	readCustomProvider(object, &changed, false, false)
	return &changed
}

func readCustomProvider(object *body.Object, into *pipes.CustomProvider, needsName, needsURLs bool) {
	replaceText(&into.Name, object.FilledText("name", needsName))
	readAddress(object, "authorization_url", needsURLs, &into.AuthorizationURL)
	readAddress(object, "token_url", needsURLs, &into.TokenURL)
	readAddress(object, "refresh_token_url", false, &into.RefreshTokenURL)
	readFlag(object, "pkce_enabled", &into.PKCEEnabled)
	readFlag(object, "scopes_required", &into.ScopesRequired)
	readFlag(object, "client_secret_required", &into.ClientSecretRequired)
	if text, isPresent := object.Text("request_scope_separator"); isPresent {
		into.RequestScopeSeparator = text
	}
	replaceText(&into.TokenBodyContentType, object.FilledText("token_body_content_type", false))
	replaceText(&into.AuthenticateVia, object.OneOf("authenticate_via", "request_body", "basic_auth_header"))
	if parameters := object.Map("additional_authorization_parameters"); parameters != nil {
		into.AdditionalAuthorizationParameters = parameters
	}
}

// readAddress reads a URL, which null removes.
func readAddress(object *body.Object, field string, isRequired bool, into **string) {
	text := object.URL(field)
	switch {
	case text != "":
		*into = &text
	case object.IsNull(field):
		*into = nil
	case isRequired && object.Value(field) == nil:
		object.Wrong(field, "required", "custom_provider.%s is required for an OAuth provider", field)
	}
}

func readFlag(object *body.Object, field string, into *bool) {
	if flag := object.Bool(field); flag != nil {
		*into = *flag
	}
}

// replaceText replaces a text, unless the new one is empty.
func replaceText(into *string, text string) {
	if text != "" {
		*into = text
	}
}

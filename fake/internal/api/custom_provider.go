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
	if isOAuth {
		requireAddress(object, "authorization_url")
		requireAddress(object, "token_url")
	}
	return &made
}

// changeCustomProvider returns the definition with the changes that a body has.
func changeCustomProvider(object *body.Object, changed pipes.CustomProvider, isOAuth bool) *pipes.CustomProvider {
	readCustomProvider(object, &changed, false, isOAuth)
	return &changed
}

// readCustomProvider reads the fields that a body has. Null is absence, since the Kotlin SDK sends it for each field
// that is not set; but it removes refresh_token_url, the only field that may be null.
func readCustomProvider(object *body.Object, into *pipes.CustomProvider, needsName, isOAuth bool) {
	replaceText(&into.Name, object.FilledText("name", needsName))
	readAddress(object, "authorization_url", isOAuth, &into.AuthorizationURL)
	readAddress(object, "token_url", isOAuth, &into.TokenURL)
	readAddress(object, "refresh_token_url", isOAuth, &into.RefreshTokenURL)
	if object.IsNull("refresh_token_url") {
		into.RefreshTokenURL = nil
	}
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

// readAddress reads a URL. An empty one is absent if the provider does not use OAuth, since the Go SDK always sends the
// addresses (inferred).
func readAddress(object *body.Object, field string, isOAuth bool, into **string) {
	if text, isPresent := object.Text(field); isPresent && text == "" && !isOAuth {
		return
	}
	if text := object.URL(field); text != "" {
		*into = &text
	}
}

func requireAddress(object *body.Object, field string) {
	if !object.Has(field) {
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

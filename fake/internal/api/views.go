package api

import (
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// orEmpty returns a map that is written as {} and not as null.
func orEmpty(values map[string]string) map[string]string {
	if values == nil {
		return map[string]string{}
	}
	return values
}

func connectedAccount(a *model.Account) pipes.ConnectedAccount {
	account := pipes.ConnectedAccount{
		Object:             "connected_account",
		ID:                 a.ID(),
		ConnectionRole:     a.Role(),
		AccountIdentifier:  pipes.TextOrNull(a.Identifier),
		AccountDisplayName: pipes.TextOrNull(a.DisplayName),
		UserID:             pipes.TextOrNull(a.User),
		OrganizationID:     pipes.TextOrNull(a.Organization),
		Scopes:             a.Scopes,
		AuthMethod:         a.AuthMethod,
		Config:             a.Config,
		EstablishedBy:      pipes.TextOrNull(a.EstablishedBy),
		State:              a.State,
		CreatedAt:          pipes.Time(a.Created),
		UpdatedAt:          pipes.Time(a.Updated),
		Warnings:           a.Warnings,
	}
	switch a.AuthMethod {
	case scenarios.APIKey:
		account.APIKeyLast4 = &a.APIKeyLast4
	case scenarios.ClientCredentials:
		account.ClientID, account.ClientSecretLast4 = &a.ClientID, &a.SecretLast4
	}
	return account
}

func dataProvider(o model.DataProvider) pipes.DataProvider {
	provider := pipes.DataProvider{
		Object:             "data_provider",
		ID:                 o.ID,
		Name:               o.Provider.Name,
		Description:        o.Description,
		Slug:               o.Slug,
		IntegrationType:    o.Slug,
		CredentialsType:    o.CredentialsType,
		Scopes:             o.Scopes,
		AuthMethods:        o.Provider.AuthMethods,
		ConnectionOwner:    o.Ownership,
		Ownership:          o.Ownership,
		CreatedAt:          pipes.Time(o.Created),
		UpdatedAt:          pipes.Time(o.Updated),
		OldIntegrationType: o.Slug,
		OldCredentialsType: o.CredentialsType,
		OldCreatedAt:       pipes.Time(o.Created),
		OldUpdatedAt:       pipes.Time(o.Updated),
		ConnectedAccounts:  []pipes.ProviderAccount{},
	}
	if o.Ownership == scenarios.OwnerUser {
		provider.Ownership = pipes.UserlandUser
	}
	if o.Compatibility != nil {
		account := providerAccount(o.Compatibility)
		provider.ConnectedAccount = &account
	}
	for _, account := range o.Accounts {
		provider.ConnectedAccounts = append(provider.ConnectedAccounts, providerAccount(account))
	}
	return provider
}

func providerAccount(a *model.Account) pipes.ProviderAccount {
	account := connectedAccount(a)
	return pipes.ProviderAccount{
		ConnectedAccount:  account,
		UserlandUser:      account.UserID,
		OldUserlandUserID: account.UserID,
		OldOrganizationID: account.OrganizationID,
		OldCreatedAt:      account.CreatedAt,
		OldUpdatedAt:      account.UpdatedAt,
	}
}

// installation returns the part of an account that the creation of an integration shows.
func installation(account pipes.ConnectedAccount) *pipes.Installation {
	return &pipes.Installation{
		ID:                 account.ID,
		ConnectionRole:     account.ConnectionRole,
		AccountIdentifier:  account.AccountIdentifier,
		AccountDisplayName: account.AccountDisplayName,
		UserID:             account.UserID,
		OrganizationID:     account.OrganizationID,
		APIKeyLast4:        account.APIKeyLast4,
	}
}

// dataIntegration returns the view of an integration for clients that reach the server at a URL.
func dataIntegration(i *model.Integration, baseURL string) pipes.DataIntegration {
	integration := pipes.DataIntegration{
		Object:          "data_integration",
		ID:              i.ID,
		Slug:            i.Slug,
		IntegrationType: i.Slug,
		Ownership:       i.Ownership,
		Description:     i.Description,
		Enabled:         i.Provider.Enabled,
		State:           i.Provider.State,
		Scopes:          i.Scopes,
		RedirectURI:     redirectURI(i, baseURL),
		AuthMethods:     i.Provider.AuthMethods,
		Config:          orEmpty(i.Provider.Config),
		CustomProvider:  i.Custom,
		CreatedAt:       pipes.Time(i.Created),
		UpdatedAt:       pipes.Time(i.Updated),
	}
	if i.Credentials != nil {
		integration.Credentials = &pipes.IntegrationCredentials{
			Type:                 i.Credentials.Type,
			ClientID:             pipes.TextOrNull(i.Credentials.ClientID),
			RedactedClientSecret: pipes.TextOrNull(model.Last4(i.Credentials.ClientSecret)),
		}
	}
	return integration
}

// redirectURI returns the URI to register with the provider. Only OAuth has one (source: Node SDK 11).
func redirectURI(i *model.Integration, baseURL string) string {
	if i.Credentials == nil && !i.IsShared() {
		return ""
	}
	return baseURL + "/data-integrations/" + i.Slug + "/" + i.Key + "/callback"
}

// configuration returns the view of an integration as one organization has it.
func configuration(from model.Configuration, baseURL string) pipes.Configuration {
	view := pipes.Configuration{
		Object:         "data_integration_configuration",
		ID:             from.ID,
		OrganizationID: from.Organization,
		Slug:           from.Slug,
		Name:           from.Provider.Name,
		Enabled:        from.Enabled,
		Scopes:         from.Scopes,
		Config:         orEmpty(from.Config),
		CreatedAt:      pipes.Time(from.Created),
		UpdatedAt:      pipes.Time(from.Updated),
	}
	if from.ByOrganizations() {
		view.Credentials = &pipes.ConfigurationCredentials{
			CredentialsType:      from.Credentials.Type,
			HasCredentials:       from.Override.ClientID != "",
			ClientID:             pipes.TextOrNull(from.Override.ClientID),
			ClientSecretLastFour: pipes.TextOrNull(model.Last4(from.Override.ClientSecret)),
			RedirectURI:          redirectURI(from.Integration, baseURL),
		}
	}
	return view
}

func webhookEndpoint(from *model.Endpoint) pipes.WebhookEndpoint {
	status := pipes.Disabled
	if from.Enabled {
		status = pipes.Enabled
	}
	return pipes.WebhookEndpoint{
		Object:      "webhook_endpoint",
		ID:          from.ID,
		EndpointURL: from.URL,
		Secret:      from.Secret,
		Status:      status,
		Events:      from.Events,
		CreatedAt:   pipes.Time(from.Created),
		UpdatedAt:   pipes.Time(from.Updated),
	}
}

// paged returns the view of a page of a list.
func paged[T, W any](page model.Listed[T], view func(T) W) pipes.List[W] {
	list := pipes.List[W]{
		Object: "list",
		Data:   make([]W, len(page.Items)),
		Metadata: pipes.Cursors{
			Before: pipes.TextOrNull(page.Before),
			After:  pipes.TextOrNull(page.After),
		},
	}
	for i, item := range page.Items {
		list.Data[i] = view(item)
	}
	return list
}

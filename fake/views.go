package fake

import (
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// What the environment knows, in WorkOS's words.

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func orEmpty(values map[string]string) map[string]string {
	if values == nil {
		return map[string]string{}
	}
	return values
}

func connectedAccount(a *model.Account) pipes.ConnectedAccount {
	account := pipes.ConnectedAccount{
		Object: "connected_account", ID: a.ID(), ConnectionRole: a.Role(), AccountIdentifier: orNull(a.Identifier), AccountDisplayName: orNull(a.DisplayName),
		UserID: orNull(a.User), OrganizationID: orNull(a.Organization), Scopes: a.Scopes, AuthMethod: a.AuthMethod, Config: a.Config,
		State: a.State, CreatedAt: pipes.Time(a.Created), UpdatedAt: pipes.Time(a.Updated),
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
		Object: "data_provider", ID: o.ID, Name: o.Provider.Name, Description: o.Description, Slug: o.Slug, IntegrationType: o.Slug,
		CredentialsType: o.CredentialsType, Scopes: o.Scopes, AuthMethods: o.Provider.AuthMethods, ConnectionOwner: o.Ownership, Ownership: o.Ownership,
		CreatedAt: pipes.Time(o.Created), UpdatedAt: pipes.Time(o.Updated), ConnectedAccounts: []pipes.ProviderAccount{},
	}
	if o.Ownership == scenarios.OwnerUser {
		provider.Ownership = pipes.UserlandUser
	}
	provider.OldIntegrationType, provider.OldCredentialsType = provider.IntegrationType, provider.CredentialsType
	provider.OldCreatedAt, provider.OldUpdatedAt = provider.CreatedAt, provider.UpdatedAt
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
		ConnectedAccount: account, UserlandUser: account.UserID, OldUserlandUserID: account.UserID, OldOrganizationID: account.OrganizationID,
		OldCreatedAt: account.CreatedAt, OldUpdatedAt: account.UpdatedAt,
	}
}

func (c call) dataIntegration(i *model.Integration) pipes.DataIntegration {
	integration := pipes.DataIntegration{
		Object: "data_integration", ID: i.ID, Slug: i.Slug, IntegrationType: i.Slug, Ownership: i.Ownership, Description: i.Description,
		Enabled: i.Provider.Enabled, State: i.Provider.State, Scopes: i.Scopes, RedirectURI: c.redirectURI(i), AuthMethods: i.Provider.AuthMethods,
		Config: orEmpty(i.Provider.Config), CustomProvider: i.Custom, CreatedAt: pipes.Time(i.Created), UpdatedAt: pipes.Time(i.Updated),
	}
	if i.Credentials != nil {
		integration.Credentials = &pipes.IntegrationCredentials{
			Type: i.Credentials.Type, ClientID: orNull(i.Credentials.ClientID), RedactedClientSecret: orNull(model.Last4(i.Credentials.ClientSecret)),
		}
	}
	return integration
}

// redirectURI is what has to be registered with the provider; only OAuth comes back by one (source: Node SDK 11).
func (c call) redirectURI(i *model.Integration) string {
	if i.Credentials == nil && !i.IsShared() {
		return ""
	}
	return c.base() + "/data-integrations/" + i.Slug + "/" + i.Key + "/callback"
}

func (c call) configuration(from model.Configuration) pipes.Configuration {
	configuration := pipes.Configuration{
		Object: "data_integration_configuration", ID: from.ID, OrganizationID: from.Organization, Slug: from.Slug, Name: from.Provider.Name,
		Enabled: from.Enabled, Scopes: from.Scopes, Config: orEmpty(from.Config), CreatedAt: pipes.Time(from.Created), UpdatedAt: pipes.Time(from.Updated),
	}
	if from.ByOrganizations() {
		configuration.Credentials = &pipes.ConfigurationCredentials{
			CredentialsType: from.Credentials.Type, HasCredentials: from.Override.ClientID != "", ClientID: orNull(from.Override.ClientID),
			ClientSecretLastFour: orNull(model.Last4(from.Override.ClientSecret)), RedirectURI: c.redirectURI(from.Integration),
		}
	}
	return configuration
}

func event(from *model.Event) pipes.Event {
	if why := from.Failure; why != nil {
		return pipes.Event{Object: "event", ID: from.EventID(), Event: from.Name, CreatedAt: pipes.Time(from.At), Data: pipes.EventFailure{
			Object: "connection_failed", DataIntegrationID: from.IntegrationID(), ProviderSlug: from.Provider, UserID: orNull(from.User),
			OrganizationID: orNull(from.Organization), ErrorCode: why.Code, ErrorReason: orNull(why.Reason), ProviderError: orNull(why.ProviderError),
			ProviderErrorDescription: orNull(why.ProviderDescription), CreatedAt: pipes.Time(from.At),
		}}
	}
	return pipes.Event{Object: "event", ID: from.EventID(), Event: from.Name, CreatedAt: pipes.Time(from.At), Data: pipes.EventAccount{
		Object: "connected_account", ID: from.ID(), DataIntegrationID: from.IntegrationID(), ProviderSlug: from.Provider,
		UserID: orNull(from.User), OrganizationID: orNull(from.Organization), Scopes: from.Scopes, State: from.State,
		CreatedAt: pipes.Time(from.Created), UpdatedAt: pipes.Time(from.Updated),
	}}
}

func webhookEndpoint(from *model.Endpoint) pipes.WebhookEndpoint {
	status := pipes.Disabled
	if from.Enabled {
		status = pipes.Enabled
	}
	return pipes.WebhookEndpoint{
		Object: "webhook_endpoint", ID: from.ID, EndpointURL: from.URL, Secret: from.Secret, Status: status, Events: from.Events,
		CreatedAt: pipes.Time(from.Created), UpdatedAt: pipes.Time(from.Updated),
	}
}

// paged is a page of a list on the wire.
func paged[T, W any](page model.Listed[T], view func(T) W) pipes.List[W] {
	list := pipes.List[W]{Object: "list", Data: make([]W, len(page.Items)), Metadata: pipes.Cursors{Before: orNull(page.Before), After: orNull(page.After)}}
	for i, item := range page.Items {
		list.Data[i] = view(item)
	}
	return list
}

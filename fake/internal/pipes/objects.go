package pipes

// The orders of a list, by creation (source: spec).
const (
	Descending = "desc"
	Ascending  = "asc"
	Normal     = "normal"
)

// List is a list of objects. Metadata is nil for lists that do not page.
type List[T any] struct {
	Object   string `json:"object"`
	Data     []T    `json:"data"`
	Metadata any    `json:"list_metadata,omitempty"`
}

// Cursors are the cursors of the previous and the next page, or null where there is no such page.
type Cursors struct {
	Before *string `json:"before"`
	After  *string `json:"after"`
}

// AfterCursor is the only cursor that a list of events has (source: spec).
type AfterCursor struct {
	After *string `json:"after"`
}

// CredentialsResponse is DataIntegrationCredentialsResponse: Credential when Active, else Error.
type CredentialsResponse struct {
	Active     bool   `json:"active"`
	Credential any    `json:"credential,omitempty"` // TokenCredential or APIKeyCredential
	Error      string `json:"error,omitempty"`
}

// APIKeyCredential is a vended API key. Config is newer than the official description (source: Node SDK 11).
type APIKeyCredential struct {
	Object     string            `json:"object"`
	AuthMethod string            `json:"auth_method"`
	Value      string            `json:"value"`
	Config     map[string]string `json:"config"`
}

// TokenCredential is a vended access token, of OAuth or of client credentials. For OAuth, Metadata is newer than the
// official description (source: Python SDK 10.8).
type TokenCredential struct {
	APIKeyCredential
	ExpiresAt     *Time             `json:"expires_at"`
	Scopes        []string          `json:"scopes"`
	MissingScopes []string          `json:"missing_scopes"`
	Metadata      map[string]string `json:"metadata"`
}

// AuthorizeURL is DataIntegrationAuthorizeUrlResponse. State and Completion are newer than the official
// description (source: Python SDK 10.8).
type AuthorizeURL struct {
	URL        string `json:"url"`
	State      string `json:"state"` // identifies the authorization
	Completion string `json:"completion,omitempty"`
}

// FinishRequired is the Completion of an authorization that the application must finish.
const FinishRequired = "finish_required"

// Finished is the response to an application that finishes a connection (source: Python SDK 10.8).
type Finished struct {
	ConnectedAccount ConnectedAccount `json:"connected_account"`
}

// ConnectedAccount is a connection on the wire. ConnectionRole, the names of the account, and Config for every auth
// method are newer than the official description (source: Node SDK 11), and so are EstablishedBy, StateReason and
// Warnings (source: Python SDK 10.8).
type ConnectedAccount struct {
	Object             string            `json:"object"`
	ID                 string            `json:"id"`
	ConnectionRole     string            `json:"connection_role"`
	AccountIdentifier  *string           `json:"account_identifier"`
	AccountDisplayName *string           `json:"account_display_name"`
	UserID             *string           `json:"user_id"`
	OrganizationID     *string           `json:"organization_id"`
	Scopes             []string          `json:"scopes"`
	AuthMethod         string            `json:"auth_method"`
	APIKeyLast4        *string           `json:"api_key_last_4"`
	ClientID           *string           `json:"client_id,omitempty"`
	ClientSecretLast4  *string           `json:"client_secret_last_4,omitempty"`
	Config             map[string]string `json:"config"`
	EstablishedBy      *string           `json:"established_by_user_id"`
	State              string            `json:"state"`
	StateReason        *string           `json:"state_reason"` // null: no membership ends here, the only reason known
	CreatedAt          Time              `json:"created_at"`
	UpdatedAt          Time              `json:"updated_at"`
	Warnings           []Warning         `json:"warnings,omitempty"` // of writes alone
}

// Warning is about a write that was done.
type Warning struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// DuplicateDisplayName is the code of a Warning.
const DuplicateDisplayName = "duplicate_account_display_name"

// The roles of a connection among the connections of its owner.
const (
	Compatibility = "compatibility"
	Standard      = "standard"
)

// ProviderAccount is a connection within a data provider, with the deprecated spellings (source: spec). Node SDK 11
// reads UserlandUser.
type ProviderAccount struct {
	ConnectedAccount
	UserlandUser      *string `json:"userland_user_id"`
	OldUserlandUserID *string `json:"userlandUserId"`
	OldOrganizationID *string `json:"organizationId"`
	OldCreatedAt      Time    `json:"createdAt"`
	OldUpdatedAt      Time    `json:"updatedAt"`
}

// DataProvider is an integration as one owner sees it, with the deprecated spellings (source: spec). ConnectionOwner
// and ConnectedAccounts are newer (source: Node SDK 11).
type DataProvider struct {
	Object             string            `json:"object"`
	ID                 string            `json:"id"`
	Name               string            `json:"name"`
	Description        *string           `json:"description"`
	Slug               string            `json:"slug"`
	IntegrationType    string            `json:"integration_type"`
	CredentialsType    string            `json:"credentials_type"`
	Scopes             []string          `json:"scopes"`
	AuthMethods        []string          `json:"auth_methods"`
	ConnectionOwner    string            `json:"connection_owner"`
	Ownership          string            `json:"ownership"`
	CreatedAt          Time              `json:"created_at"`
	UpdatedAt          Time              `json:"updated_at"`
	OldIntegrationType string            `json:"integrationType"`
	OldCredentialsType string            `json:"credentialsType"`
	OldCreatedAt       Time              `json:"createdAt"`
	OldUpdatedAt       Time              `json:"updatedAt"`
	ConnectedAccount   *ProviderAccount  `json:"connected_account"`
	ConnectedAccounts  []ProviderAccount `json:"connected_accounts"`
}

// UserlandUser is the old name of the ownership "user" (source: spec).
const UserlandUser = "userland_user"

// DataIntegration is a provider that is set up in the environment. Ownership is newer than the official description
// (source: Node SDK 11).
type DataIntegration struct {
	Object          string                  `json:"object"`
	ID              string                  `json:"id"`
	Slug            string                  `json:"slug"`
	IntegrationType string                  `json:"integration_type"`
	Ownership       string                  `json:"ownership"`
	Description     *string                 `json:"description"`
	Enabled         bool                    `json:"enabled"`
	State           string                  `json:"state"`
	Scopes          []string                `json:"scopes"`
	RedirectURI     string                  `json:"redirect_uri"`
	AuthMethods     []string                `json:"auth_methods"`
	Credentials     *IntegrationCredentials `json:"credentials"`
	Installation    *Installation           `json:"installation"`
	Config          map[string]string       `json:"config"`
	CustomProvider  *CustomProvider         `json:"custom_provider"`
	CreatedAt       Time                    `json:"created_at"`
	UpdatedAt       Time                    `json:"updated_at"`
}

// IntegrationCredentials are the credentials of the integration's OAuth application.
type IntegrationCredentials struct {
	Type                 string  `json:"type"`
	ClientID             *string `json:"client_id"`
	RedactedClientSecret *string `json:"redacted_client_secret"`
}

// Installation is the first connection of an integration that was created with an API key.
type Installation struct {
	ID                 string  `json:"id"`
	ConnectionRole     string  `json:"connection_role"`
	AccountIdentifier  *string `json:"account_identifier"`
	AccountDisplayName *string `json:"account_display_name"`
	UserID             *string `json:"user_id"`
	OrganizationID     *string `json:"organization_id"`
	APIKeyLast4        *string `json:"api_key_last_4"`
}

// CustomProvider is the definition of a provider that is not built in.
type CustomProvider struct {
	Name                              string            `json:"name"`
	AuthorizationURL                  *string           `json:"authorization_url"`
	TokenURL                          *string           `json:"token_url"`
	RefreshTokenURL                   *string           `json:"refresh_token_url"`
	PKCEEnabled                       bool              `json:"pkce_enabled"`
	RequestScopeSeparator             string            `json:"request_scope_separator"`
	ScopesRequired                    bool              `json:"scopes_required"`
	ClientSecretRequired              bool              `json:"client_secret_required"`
	AdditionalAuthorizationParameters map[string]string `json:"additional_authorization_parameters"`
	TokenBodyContentType              string            `json:"token_body_content_type"`
	AuthenticateVia                   string            `json:"authenticate_via"`
}

// Configuration is DataIntegrationConfigurationResponse: an integration as one organization has it.
type Configuration struct {
	Object         string                    `json:"object"`
	ID             string                    `json:"id"`
	OrganizationID string                    `json:"organization_id"`
	Slug           string                    `json:"slug"`
	Name           string                    `json:"name"`
	Enabled        bool                      `json:"enabled"`
	Scopes         []string                  `json:"scopes"`
	Config         map[string]string         `json:"config"`
	CreatedAt      Time                      `json:"created_at"`
	UpdatedAt      Time                      `json:"updated_at"`
	Credentials    *ConfigurationCredentials `json:"credentials,omitempty"` // where organizations supply them
}

// ConfigurationCredentials says which credentials an organization supplied.
type ConfigurationCredentials struct {
	CredentialsType      string  `json:"credentials_type"`
	HasCredentials       bool    `json:"has_credentials"`
	ClientID             *string `json:"client_id"`
	ClientSecretLastFour *string `json:"client_secret_last_four"`
	RedirectURI          string  `json:"redirect_uri"`
}

// Event is an event as GET /events lists it and webhooks carry it.
type Event struct {
	Object    string `json:"object"`
	ID        string `json:"id"`
	Event     string `json:"event"`
	Data      any    `json:"data"` // EventAccount or EventFailure
	CreatedAt Time   `json:"created_at"`
}

// EventFailure is the data of connection_failed and add_failed. AccountIdentifier is newer than the official
// description (source: Python SDK 10.8).
type EventFailure struct {
	Object                   string  `json:"object"`
	DataIntegrationID        string  `json:"data_integration_id"`
	ProviderSlug             string  `json:"provider_slug"`
	UserID                   *string `json:"user_id"`
	OrganizationID           *string `json:"organization_id"`
	ErrorCode                string  `json:"error_code"`
	ErrorReason              *string `json:"error_reason"`
	ProviderError            *string `json:"provider_error"`
	ProviderErrorDescription *string `json:"provider_error_description"`
	CreatedAt                Time    `json:"created_at"`
	AccountIdentifier        *string `json:"account_identifier"`
}

// EventAccount is PipesConnectedAccount, the data of the other events.
type EventAccount struct {
	Object            string   `json:"object"`
	ID                string   `json:"id"`
	DataIntegrationID string   `json:"data_integration_id"`
	ProviderSlug      string   `json:"provider_slug"`
	UserID            *string  `json:"user_id"`
	OrganizationID    *string  `json:"organization_id"`
	Scopes            []string `json:"scopes"`
	State             string   `json:"state"`
	CreatedAt         Time     `json:"created_at"`
	UpdatedAt         Time     `json:"updated_at"`
	*EventDetails              // nil for events of states that older versions saved
}

// EventDetails is the part of EventAccount that is newer than the official description (source: Python SDK 10.8).
type EventDetails struct {
	ConnectionRole     string  `json:"connection_role"`
	AccountIdentifier  *string `json:"account_identifier"`
	AccountDisplayName *string `json:"account_display_name"`
	AuthMethod         string  `json:"auth_method"`
	APIKeyLast4        *string `json:"api_key_last_4"`
	EstablishedBy      *string `json:"established_by_user_id"`
	StateReason        *string `json:"state_reason"` // see ConnectedAccount
}

// WebhookEndpoint is a URL that events are sent to.
type WebhookEndpoint struct {
	Object      string   `json:"object"`
	ID          string   `json:"id"`
	EndpointURL string   `json:"endpoint_url"`
	Secret      string   `json:"secret"`
	Status      string   `json:"status"`
	Events      []string `json:"events"`
	CreatedAt   Time     `json:"created_at"`
	UpdatedAt   Time     `json:"updated_at"`
}

// The status of a webhook endpoint.
const (
	Enabled  = "enabled"
	Disabled = "disabled"
)

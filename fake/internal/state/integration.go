package state

import (
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// Integration is a data integration: a provider set up in the environment, for users or for organizations to connect
// to. One that was handed out never changes: an update makes another.
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
	Order           uint64 // its number in the list of integrations
}

// Credentials are those of the integration's own OAuth application.
type Credentials struct {
	Type, ClientID, ClientSecret string // Type is scenarios.CredentialsCustom or CredentialsOrganization
}

// ListNumber returns its number in the list of integrations, for package listing.
func (i *Integration) ListNumber() uint64 { return i.Order }

// ListID returns its ID, for package listing.
func (i *Integration) ListID() string { return i.ID }

// IsShared reports whether the integration uses WorkOS's own OAuth application: calls do not manage such a one.
func (i *Integration) IsShared() bool {
	return i.Credentials == nil && slices.Contains(i.Provider.AuthMethods, scenarios.OAuth)
}

// ByOrganizations reports whether each organization brings its own credentials.
func (i *Integration) ByOrganizations() bool {
	return i.CredentialsType() == scenarios.CredentialsOrganization
}

// CredentialsType returns the type of the integration's credentials, or the empty string if it has none.
func (i *Integration) CredentialsType() string {
	if i.Credentials == nil {
		return ""
	}
	return i.Credentials.Type
}

// OwnershipOf returns the ownership of the integration that a connection belongs to.
func OwnershipOf(key scenarios.Key) string {
	if key.User == "" {
		return scenarios.OwnerOrganization
	}
	return scenarios.OwnerUser
}

// Override holds the settings of one organization that differ from those of the integration.
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

package scenarios

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// The states of an integration, in WorkOS's words.
const (
	Valid     = "valid"
	Invalid   = "invalid"
	Requested = "requested"
)

// Whose OAuth application an integration uses: WorkOS's, the environment's own, or one of each organization.
const (
	CredentialsShared       = "shared"
	CredentialsCustom       = "custom"
	CredentialsOrganization = "organization"
)

// Who owns a connection, and so which integration of a provider it belongs to.
const (
	OwnerUser         = "user"
	OwnerOrganization = "organization"
)

// Where the value of a config field is given.
const (
	FieldOfIntegration  = "integration"
	FieldOfInstallation = "installation"
)

// Provider is a third party as the file describes it, and the integration with it.
type Provider struct {
	Name          string // for people; never empty
	Description   string
	Scopes        []string // nil when the file does not say
	Enabled       bool
	State         string              // Valid, Invalid or Requested
	Credentials   string              // CredentialsShared, CredentialsCustom or CredentialsOrganization
	AuthMethods   []string            // some of OAuth, APIKey and ClientCredentials
	Ownership     []string            // OwnerUser, OwnerOrganization or both: an integration of each
	Fields        map[string]Field    // nil: any field is accepted
	Config        map[string]string   // pinned on the integration
	Metadata      map[string]string   // answered beside a client_credentials token
	Organizations map[string]Override // by organization id
	API           []APICall           // what the provider's side answers
	Position      Position            // zero for an implied one
}

// Field is a config field that a provider declares.
type Field struct {
	Required bool
	Scope    string         // FieldOfIntegration or FieldOfInstallation
	Pattern  *regexp.Regexp // found anywhere in a value; nil: anything
	Secret   bool
}

// Override is what one organization has otherwise than the integration.
type Override struct {
	Enabled                *bool    // nil: inherited
	Scopes                 []string // nil: inherited
	ClientID, ClientSecret string   // both or neither
	Config                 map[string]string
	Position               Position
}

// longestValue bounds a value of config and metadata, in bytes.
const longestValue = 1000

// CheckConfig finds the first wrong field, in sorted order, of what is given as a provider's config: its
// name, and what is wrong, to be read after the name. Both are empty when nothing is.
func (p Provider) CheckConfig(config map[string]string) (field, problem string) {
	for _, name := range slices.Sorted(maps.Keys(config)) {
		if problem := cmp.Or(p.undeclared(name, suggestOne), p.checkValue(name, config[name])); problem != "" {
			return name, problem
		}
	}
	return "", ""
}

func (p Provider) undeclared(name string, suggest suggestion) string {
	if _, ok := p.Fields[name]; ok || p.Fields == nil {
		return ""
	}
	near := suggest(name, func() []string { return slices.Sorted(maps.Keys(p.Fields)) })
	return "is not a config field of this provider" + near
}

func (p Provider) checkValue(name, value string) string {
	pattern := p.Fields[name].Pattern
	switch {
	case len(value) > longestValue:
		return fmt.Sprintf("is %d bytes long; at most %d are allowed", len(value), longestValue)
	case pattern != nil && !pattern.MatchString(value):
		return "does not match its pattern " + oneLine(Abridge(pattern.String()))
	}
	return ""
}

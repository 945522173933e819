package scenarios

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"sync"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
)

// States of an integration, as WorkOS names them.
const (
	Valid     = "valid"
	Invalid   = "invalid"
	Requested = "requested"
)

// Values of Provider.Credentials: whose OAuth application an integration uses.
const (
	CredentialsShared       = "shared"       // WorkOS's
	CredentialsCustom       = "custom"       // the environment's own
	CredentialsOrganization = "organization" // one of each organization
)

// Values of Field.Scope: where the value of a config field is given.
const (
	FieldOfIntegration  = "integration"
	FieldOfInstallation = "installation"
)

// Provider describes a provider and the integration with it.
type Provider struct {
	Name          string // for people; never empty
	Description   string
	Scopes        []string // that the integration asks for; nil: see Set.Scopes
	Enabled       bool
	State         string              // Valid, Invalid or Requested
	Credentials   string              // CredentialsShared, CredentialsCustom or CredentialsOrganization
	AuthMethods   []string            // some of OAuth, APIKey and ClientCredentials
	Ownership     []string            // OwnerUser, OwnerOrganization or both: an integration for each
	Fields        map[string]Field    // nil: any field is accepted
	Config        map[string]string   // set on the integration
	Metadata      map[string]string   // returned together with a client_credentials token
	Organizations map[string]Override // by organization id
	API           []APICall           // the responses of the provider's API
	Position      Position            // zero unless the provider is from a file
}

// Field is a config field of a provider.
type Field struct {
	Required bool           // connections need a value
	Scope    string         // FieldOfIntegration or FieldOfInstallation
	Pattern  *regexp.Regexp // matches anywhere in a value; nil: any value
	Secret   bool           // responses and exports leave the value out
}

// Override describes how an integration differs for one organization.
type Override struct {
	Enabled                *bool    // nil: inherited
	Scopes                 []string // nil: inherited
	ClientID, ClientSecret string   // both or neither
	Config                 map[string]string
	Position               Position
}

// providerMapping describes an entry of providers.
var providerMapping = sync.OnceValue(describeProviders)

func describeProviders() *fields.Mapping[Provider] {
	m := fields.NewMapping("provider", []fields.Field[Provider]{
		fields.Bind("name", fields.FilledText(), func(p *Provider) *string { return &p.Name },
			"The name for people. Left out: the built-in name, else the slug in words."),
		fields.Bind("description", fields.Text(), func(p *Provider) *string { return &p.Description },
			"What the integration is for."),
		fields.Bind("scopes", names.ScopeLists(), func(p *Provider) *[]string { return &p.Scopes },
			"The scopes that the integration asks for. Left out: a built-in table's, else read and write."),
		fields.Bind("enabled", fields.Bool().WithDefault(true), func(p *Provider) *bool { return &p.Enabled },
			"Whether users may connect."),
		fields.Bind("state", fields.Choice(Valid, Invalid, Requested).WithDefault(Valid),
			func(p *Provider) *string { return &p.State },
			"The integration's state."),
		fields.Bind("credentials",
			fields.Choice(CredentialsShared, CredentialsCustom, CredentialsOrganization).WithDefault(CredentialsShared),
			func(p *Provider) *string { return &p.Credentials }, "Whose OAuth application it uses."),
		fields.Bind("auth_methods", fields.Choices(OAuth, APIKey, ClientCredentials).WithDefault([]string{OAuth}),
			func(p *Provider) *[]string { return &p.AuthMethods }, "How connections authenticate."),
		fields.Bind("ownership", fields.Choices(OwnerUser, OwnerOrganization).WithDefault([]string{OwnerUser}),
			func(p *Provider) *[]string { return &p.Ownership }, "Who owns connections. There is an integration for "+
				"each."),
		fields.Declare[Provider]("config_fields", mappingOf("name",
			`{"anyOf": [{"$ref": "#/definitions/config_field"}, {"type": "null"}]}`, "config fields by name"),
			"The fields of config. Left out: any field is accepted.").OrNull(),
		fields.Declare[Provider]("config", valuesShape(), "The values set on the integration.").OrNull(),
		fields.Declare[Provider]("metadata", valuesShape(),
			"Values that are returned together with a client_credentials token, such as instance_url.").OrNull(),
		fields.Declare[Provider]("organizations", mappingOf("id",
			`{"anyOf": [{"$ref": "#/definitions/override"}, {"type": "null"}]}`, "overrides by organization id"),
			"What is different for an organization, by id.").OrNull(),
		fields.Declare[Provider]("api",
			fields.ListOf(fields.Shape{Schema: apiCallMapping().SchemaText()}, "list of API calls"),
			"The responses of the provider's API (/_provider/SLUG/…). The first that matches is used.").OrNull(),
	})
	m.Rules = `{
		"if": {"not": {"required": ["credentials"], "properties": {"credentials": {"const": "organization"}}}},
		"then": {"properties": {"organizations": {"additionalProperties": {
			"properties": {"client_id": false, "client_secret": false, "config": {"type": "null"}}
		}}}}
	}`
	return m
}

// mappingOf is the shape of a mapping with user-provided keys. Keys is a definition of the schema, value a schema.
func mappingOf(keys, value, name string) fields.Shape {
	return fields.Shape{Name: name, Schema: fmt.Sprintf(
		`{"type": "object", "propertyNames": {"$ref": "#/definitions/%s"}, "additionalProperties": %s}`, keys, value)}
}

// valuesShape is the shape of config and metadata.
func valuesShape() fields.Shape {
	shape := mappingOf("name", fmt.Sprintf(`{"type": "string", "maxLength": %d}`, maxValue), "texts by name")
	shape.Ref = "values"
	return shape
}

// configFieldMapping describes an entry of config_fields.
var configFieldMapping = sync.OnceValue(func() *fields.Mapping[Field] {
	return fields.NewMapping("config_field", []fields.Field[Field]{
		fields.Bind("required", fields.Bool().WithDefault(false), func(f *Field) *bool { return &f.Required },
			"Whether connections need a value."),
		fields.Bind("scope", fields.Choice(FieldOfIntegration, FieldOfInstallation).WithDefault(FieldOfInstallation),
			func(f *Field) *string { return &f.Scope }, "Where the value is given."),
		fields.Bind("pattern", fields.Pattern(), func(f *Field) **regexp.Regexp { return &f.Pattern },
			"A regular expression (RE2) that matches anywhere in the value: write ^ and $ for the whole value."),
		fields.Bind("secret", fields.Bool().WithDefault(false), func(f *Field) *bool { return &f.Secret },
			"Whether responses leave the value out."),
	})
})

// overrideMapping describes an entry of organizations.
var overrideMapping = sync.OnceValue(describeOverrides)

func describeOverrides() *fields.Mapping[Override] {
	m := fields.NewMapping("override", []fields.Field[Override]{
		fields.Bind("enabled", fields.Optional(fields.Bool()), func(o *Override) **bool { return &o.Enabled },
			"Whether users of the organization may connect. Left out: as for others."),
		fields.Bind("scopes", names.ScopeLists(), func(o *Override) *[]string { return &o.Scopes },
			"The scopes that it asks for: some of the provider's. Left out: all."),
		pairedField("client_id", fields.FilledText(), func(o *Override) *string { return &o.ClientID },
			"With credentials: organization, the client id of its own OAuth application."),
		pairedField("client_secret", fields.FilledText().Hide(), func(o *Override) *string { return &o.ClientSecret },
			"The secret that belongs to client_id."),
		fields.Declare[Override]("config", valuesShape(), "With credentials: organization, its own values.").OrNull(),
	})
	m.Rules = `{"dependencies": {"client_id": ["client_secret"], "client_secret": ["client_id"]}}`
	return m
}

// pairedField describes client_id or client_secret. Both are hidden in trees, because one of them is secret, and a file
// must not contain one without the other.
func pairedField(key string, t fields.Type[string], keep func(*Override) *string, doc string) fields.Field[Override] {
	f := fields.Custom(key, t.Shape, doc,
		func(r *fields.Reader, n *fields.Node, path string, into *Override) { *keep(into) = t.Read(r, n, path) },
		func(from *Override) (any, bool) {
			return fields.Hidden(from.ClientID + "\n" + from.ClientSecret), from.ClientID != ""
		})
	f.Secret = t.Secret
	return f
}

// maxValue is the maximal length of a value of config or metadata in bytes.
const maxValue = 1000

// CheckConfig returns the first wrong field of a config, in sorted order, and what is wrong with it, to be read after
// the name. Both are empty if nothing is wrong.
func (p Provider) CheckConfig(config map[string]string) (field, problem string) {
	for _, name := range slices.Sorted(maps.Keys(config)) {
		if problem := cmp.Or(p.undeclared(name, suggestOne), p.checkValue(name, config[name])); problem != "" {
			return name, problem
		}
	}
	return "", ""
}

// undeclared returns what is wrong with the name of a config field, or "".
func (p Provider) undeclared(name string, suggest suggestion) string {
	if _, ok := p.Fields[name]; ok || p.Fields == nil {
		return ""
	}
	return "is not a config field of this provider" +
		suggest(name, func() []string { return slices.Sorted(maps.Keys(p.Fields)) })
}

// checkValue returns what is wrong with the value of a config field, or "".
func (p Provider) checkValue(name, value string) string {
	pattern := p.Fields[name].Pattern
	switch {
	case len(value) > maxValue:
		return fmt.Sprintf("is %d bytes long; at most %d are allowed", len(value), maxValue)
	case pattern != nil && !pattern.MatchString(value):
		return "does not match its pattern " + fields.OneLine(fields.Abridge(pattern.String()))
	}
	return ""
}

// Call returns the first entry of API that matches a call, or nil.
func (p Provider) Call(method, path string) *APICall {
	for i := range p.API {
		if one := &p.API[i]; (one.Method == "" || one.Method == method) && one.matches.MatchString(path) {
			return one
		}
	}
	return nil
}

// Tree returns the fields of the provider that differ from the defaults.
func (p Provider) Tree() fields.Tree {
	var declared fields.Tree
	declared.Add(p.Fields != nil, "config_fields", treeOf(p.Fields, configFieldTree))
	declared.Add(len(p.Config) > 0, "config", treeOf(p.Config, p.configValue))
	declared.Add(p.Metadata != nil, "metadata", treeOf(p.Metadata, func(_, value string) any { return value }))
	declared.Add(len(p.API) > 0, "api", trees(p.API, APICall.tree))
	declared.Add(len(p.Organizations) > 0, "organizations", treeOf(p.Organizations, p.overrideTree))
	return providerMapping().Write(&p, declared...)
}

// treeOf returns a tree with the keys of a map, sorted, and what write returns for them.
func treeOf[V any](values map[string]V, write func(key string, value V) any) fields.Tree {
	tree := fields.Tree{}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		tree.Add(true, key, write(key, values[key]))
	}
	return tree
}

func configFieldTree(_ string, field Field) any { return configFieldMapping().Write(&field) }

// configValue returns a value of a config as a tree contains it: secret values are hidden.
func (p Provider) configValue(name, value string) any {
	if p.Fields[name].Secret {
		return fields.Hidden(value)
	}
	return value
}

func (p Provider) overrideTree(_ string, o Override) any {
	var config fields.Tree
	config.Add(len(o.Config) > 0, "config", treeOf(o.Config, p.configValue))
	return overrideMapping().Write(&o, config...)
}

// SaysAs reports whether two providers are described alike, including their secrets.
func (p Provider) SaysAs(other Provider) bool { return reflect.DeepEqual(p.Tree(), other.Tree()) }

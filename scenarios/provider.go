package scenarios

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"

	"example.com/pipesfake/internal/fields"
)

// The states of an integration, as WorkOS names them.
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
	Config        map[string]string   // set on the integration
	Metadata      map[string]string   // answered together with a client_credentials token
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

// Override is what differs from the integration for one organization.
type Override struct {
	Enabled                *bool    // nil: inherited
	Scopes                 []string // nil: inherited
	ClientID, ClientSecret string   // both or neither
	Config                 map[string]string
	Position               Position
}

var providerMapping = describeProviders()

func describeProviders() *fields.Mapping[Provider] {
	m := fields.NewMapping("provider", []fields.Field[Provider]{
		fields.Bind("name", fields.FilledText(), func(p *Provider) *string { return &p.Name },
			"Its name for people. Left out: the built-in one, else the slug in words."),
		fields.Bind("description", fields.Text(), func(p *Provider) *string { return &p.Description },
			"What the integration is for."),
		fields.Bind("scopes", scopeLists(), func(p *Provider) *[]string { return &p.Scopes },
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
			func(p *Provider) *[]string { return &p.Ownership }, "Who owns connections: there is an integration of "+
				"each."),
		fields.Declare[Provider]("config_fields", mappingOf("name",
			`{"anyOf": [{"$ref": "#/definitions/config_field"}, {"type": "null"}]}`, "config fields by name"),
			"The fields of its config. Left out: any field is accepted.").OrNull(),
		fields.Declare[Provider]("config", valuesShape(), "The values set on the integration.").OrNull(),
		fields.Declare[Provider]("metadata", valuesShape(),
			"What the provider answers together with a client_credentials token, such as instance_url.").OrNull(),
		fields.Declare[Provider]("organizations", mappingOf("id",
			`{"anyOf": [{"$ref": "#/definitions/override"}, {"type": "null"}]}`, "overrides by organization id"),
			"What is different for an organization, by its id.").OrNull(),
		fields.Declare[Provider]("api",
			fields.ListOf(fields.Shape{Schema: apiCallMapping.SchemaText()}, "list of API calls"),
			"What the provider's side (/_provider/SLUG/…) answers: the first that matches a call.").OrNull(),
	})
	m.Rules = `{
		"if": {"not": {"required": ["credentials"], "properties": {"credentials": {"const": "organization"}}}},
		"then": {"properties": {"organizations": {"additionalProperties": {
			"properties": {"client_id": false, "client_secret": false, "config": {"type": "null"}}
		}}}}
	}`
	return m
}

// mappingOf is the shape of a mapping whose keys are up to the user.
func mappingOf(keys, value, name string) fields.Shape {
	return fields.Shape{Name: name, Schema: fmt.Sprintf(
		`{"type": "object", "propertyNames": {"$ref": "#/definitions/%s"}, "additionalProperties": %s}`, keys, value)}
}

func valuesShape() fields.Shape {
	shape := mappingOf("name", fmt.Sprintf(`{"type": "string", "maxLength": %d}`, maxValue), "texts by name")
	shape.Ref = "values"
	return shape
}

var configFieldMapping = fields.NewMapping("config_field", []fields.Field[Field]{
	fields.Bind("required", fields.Bool().WithDefault(false), func(f *Field) *bool { return &f.Required },
		"Whether connections need it."),
	fields.Bind("scope", fields.Choice(FieldOfIntegration, FieldOfInstallation).WithDefault(FieldOfInstallation),
		func(f *Field) *string { return &f.Scope }, "Where its value is given."),
	fields.Bind("pattern", patterns(), func(f *Field) **regexp.Regexp { return &f.Pattern },
		"A regular expression (RE2) that its values match somewhere: write ^ and $ for the whole."),
	fields.Bind("secret", fields.Bool().WithDefault(false), func(f *Field) *bool { return &f.Secret },
		"Whether answers leave it out."),
})

var overrideMapping = describeOverrides()

func describeOverrides() *fields.Mapping[Override] {
	m := fields.NewMapping("override", []fields.Field[Override]{
		fields.Bind("enabled", fields.Optional(fields.Bool()), func(o *Override) **bool { return &o.Enabled },
			"Left out: as the integration."),
		fields.Bind("scopes", scopeLists(), func(o *Override) *[]string { return &o.Scopes },
			"Some of the provider's scopes. Left out: all."),
		pairedField("client_id", fields.FilledText(), func(o *Override) *string { return &o.ClientID },
			"Its own OAuth application, with credentials: organization."),
		pairedField("client_secret", fields.FilledText().Hide(), func(o *Override) *string { return &o.ClientSecret },
			"Beside client_id."),
		fields.Declare[Override]("config", valuesShape(), "Its own values, with credentials: organization.").OrNull(),
	})
	m.Rules = `{"dependencies": {"client_id": ["client_secret"], "client_secret": ["client_id"]}}`
	return m
}

// pairedField is client_id or client_secret. Neither is written: one without the other would be a mistake.
func pairedField(key string, t fields.Type[string], keep func(*Override) *string, doc string) fields.Field[Override] {
	f := fields.Custom(key, t.Shape, doc,
		func(r *fields.Reader, n *fields.Node, path string, into *Override) { *keep(into) = t.Read(r, n, path) },
		func(from *Override) (any, bool) {
			return fields.Hidden(from.ClientID + "\n" + from.ClientSecret), from.ClientID != ""
		})
	f.Secret = t.Secret
	return f
}

// maxValue bounds a value of config and metadata, in bytes.
const maxValue = 1000

// CheckConfig returns the name of the first wrong field, in sorted order, of a provider's config, and what is wrong
// with it, to be read after the name. Both are empty when nothing is wrong.
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
	return "is not a config field of this provider" +
		suggest(name, func() []string { return slices.Sorted(maps.Keys(p.Fields)) })
}

func (p Provider) checkValue(name, value string) string {
	pattern := p.Fields[name].Pattern
	switch {
	case len(value) > maxValue:
		return fmt.Sprintf("is %d bytes long; at most %d are allowed", len(value), maxValue)
	case pattern != nil && !pattern.MatchString(value):
		return "does not match its pattern " + fields.OneLine(Abridge(pattern.String()))
	}
	return ""
}

// Call returns the entry of the file for a call of the provider's API: the first that matches. It returns nil if there
// is none.
func (p Provider) Call(method, path string) *APICall {
	for i := range p.API {
		if one := &p.API[i]; (one.Method == "" || one.Method == method) && one.matches.MatchString(path) {
			return one
		}
	}
	return nil
}

// Tree returns what the provider says, in order.
func (p Provider) Tree() fields.Tree {
	var declared fields.Tree
	configFields := fields.Tree{}
	for _, name := range slices.Sorted(maps.Keys(p.Fields)) {
		configFields.Add(true, name, configFieldMapping.Write(new(p.Fields[name])))
	}
	declared.Add(p.Fields != nil, "config_fields", configFields)
	declared.Add(len(p.Config) > 0, "config", p.configTree(p.Config))
	declared.Add(p.Metadata != nil, "metadata", textTree(p.Metadata))
	var calls []fields.Tree
	for i := range p.API {
		calls = append(calls, apiCallMapping.Write(&p.API[i]))
	}
	declared.Add(calls != nil, "api", calls)
	var organizations fields.Tree
	for _, id := range slices.Sorted(maps.Keys(p.Organizations)) {
		override := p.Organizations[id]
		var config fields.Tree
		config.Add(len(override.Config) > 0, "config", p.configTree(override.Config))
		organizations.Add(true, id, overrideMapping.Write(&override, config...))
	}
	declared.Add(organizations != nil, "organizations", organizations)
	return providerMapping.Write(&p, declared...)
}

// configTree returns the values of a config, of which the secret ones are hidden.
func (p Provider) configTree(config map[string]string) fields.Tree {
	tree := textTree(config)
	for i, one := range tree {
		if p.Fields[one.Key].Secret {
			tree[i].Value = fields.Hidden(config[one.Key])
		}
	}
	return tree
}

func textTree(values map[string]string) fields.Tree {
	tree := fields.Tree{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		tree.Add(true, name, values[name])
	}
	return tree
}

// SaysAs reports whether a provider says the same as another one, secrets included.
func (p Provider) SaysAs(other Provider) bool { return reflect.DeepEqual(p.Tree(), other.Tree()) }

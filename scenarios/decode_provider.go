package scenarios

import (
	"slices"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
)

// providers reads the providers of a file.
func (d *decoder) providers(n *fields.Node, path string) {
	d.Entries(n, path, nil, nil, func(key, value *fields.Node, path string) {
		if problem := names.CheckSlug(key.Text); problem != "" {
			d.Mistake(key, path, "provider %s", problem)
			return
		}
		provider := d.set.Implied(key.Text)
		provider.Position = position(key)
		if value.Kind != fields.Null { // github: alone declares it
			d.provider(value, path, key.Text, &provider)
		}
		d.set.providers[key.Text] = provider
		if len(d.set.Scopes(key.Text)) == 0 && (d.set.scopeless == "" || key.Text < d.set.scopeless) {
			d.set.scopeless = key.Text
		}
	})
}

// provider reads an entry of providers.
func (d *decoder) provider(n *fields.Node, path, slug string, p *Provider) {
	v := providerMapping().Read(&d.Reader, n, path, p)
	if v.Node("credentials") != nil && !v.IsGood("credentials") {
		p.Credentials = "" // unknown
	}
	asked := d.set.Scopes(slug)
	if v.Node("scopes") != nil {
		if asked = p.Scopes; !v.IsGood("scopes") {
			asked = nil // unknown
		}
	}
	v.ReadFilled("config_fields", func(n *fields.Node, path string) { p.Fields = d.configFields(n, path) })
	v.ReadFilled("config", func(n *fields.Node, path string) {
		p.Config = d.values(n, path, "a config field", *p)
	})
	v.ReadFilled("metadata", func(n *fields.Node, path string) {
		p.Metadata = d.values(n, path, "a key of metadata", Provider{})
	})
	v.ReadFilled("api", func(n *fields.Node, path string) {
		d.List(n, path, func(item *fields.Node, path string) { p.API = append(p.API, d.apiCall(item, path)) })
	})
	v.ReadFilled("organizations", func(n *fields.Node, path string) {
		p.Organizations = d.overrides(n, path, *p, asked)
	})
}

// apiCall reads an entry of api.
func (d *decoder) apiCall(n *fields.Node, path string) APICall {
	call := APICall{Position: position(n)}
	apiCallMapping().Read(&d.Reader, n, path, &call)
	call.matches = pathPattern(call.Path)
	return call
}

// configFields reads the config fields of a provider. It returns nil if the node is not a mapping.
func (d *decoder) configFields(n *fields.Node, path string) (declared map[string]Field) {
	if n.Kind == fields.Map {
		declared = map[string]Field{}
	}
	d.Entries(n, path, nil, nil, func(key, value *fields.Node, path string) {
		if !d.checkName(key, path, "a config field") {
			return
		}
		field := Field{Scope: FieldOfInstallation}
		if value.Kind != fields.Null { // subdomain: alone declares it
			configFieldMapping().Read(&d.Reader, value, path, &field)
		}
		declared[key.Text] = field
	})
	return declared
}

// values reads config or metadata, and checks it against the config fields of p.
func (d *decoder) values(n *fields.Node, path, thing string, p Provider) map[string]string {
	values := map[string]string{}
	d.Entries(n, path, nil, nil, func(key, value *fields.Node, path string) {
		if !d.checkName(key, path, thing) {
			return
		}
		if problem := p.undeclared(key.Text, d.Suggest); problem != "" {
			d.Mistake(key, path, "%s %s", key.Text, problem)
			return
		}
		text := fields.Text()
		if p.Fields[key.Text].Secret {
			text = text.Hide()
		}
		before := len(d.Mistakes)
		values[key.Text] = text.Parse(&d.Reader, value, path)
		if problem := p.checkValue(key.Text, values[key.Text]); problem != "" && len(d.Mistakes) == before {
			d.Mistake(value, path, "%s %s", key.Text, problem)
		}
	})
	return values
}

// overrides reads the organizations of a provider. Their scopes must be some of those that the provider asks for; nil
// means that these are unknown.
func (d *decoder) overrides(n *fields.Node, path string, p Provider, asked []string) map[string]Override {
	overrides := map[string]Override{}
	d.Entries(n, path, nil, nil, func(key, value *fields.Node, path string) {
		if problem := names.CheckID(key.Text); problem != "" {
			d.Mistake(key, path, "an organization's id %s", problem)
			return
		}
		d.checkMember(key, path, "organization", key.Text, d.set.organizations)
		o := Override{Position: position(key)}
		if value.Kind != fields.Null { // org_acme: alone inherits everything
			d.override(value, path, p, asked, &o)
		}
		overrides[key.Text] = o
	})
	return overrides
}

// override reads an entry of organizations.
func (d *decoder) override(n *fields.Node, path string, p Provider, asked []string, o *Override) {
	v := overrideMapping().Read(&d.Reader, n, path, o)
	if v.IsGood("scopes") && asked != nil {
		d.List(v.Node("scopes"), v.PathOf("scopes"), func(item *fields.Node, path string) {
			if scope := item.Text; !slices.Contains(asked, scope) {
				d.Mistake(item, path, "%s is %q, for which the provider does not ask%s", d.Name(path),
					fields.Abridge(scope), d.Suggest(scope, func() []string { return asked }))
			}
		})
	}
	v.ReadFilled("config", func(n *fields.Node, path string) {
		o.Config = d.values(n, path, "a config field", p)
	})
	if p.Credentials != CredentialsOrganization && p.Credentials != "" {
		for _, key := range []string{"client_id", "client_secret", "config"} {
			if value := v.Filled(key); value != nil {
				d.Mistake(value, v.PathOf(key), "%s has no effect unless the provider has credentials: organization",
					key)
			}
		}
		return
	}
	for key, other := range map[string]string{"client_id": "client_secret", "client_secret": "client_id"} {
		if value := v.Node(key); value != nil && v.Node(other) == nil {
			d.Mistake(value, v.PathOf(key), "%s needs %s too", key, other)
		}
	}
}

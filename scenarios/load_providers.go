package scenarios

import (
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

func (l *loader) providers(n *yaml.Node, path string) {
	l.entries(n, path, nil, func(key, value *yaml.Node, path string) {
		if problem := CheckSlug(key.Value); problem != "" {
			l.wrong(key, path, "provider %s", problem)
			return
		}
		provider := l.set.Implied(key.Value)
		provider.Position = l.position(key)
		if value.ShortTag() != "!!null" { // github: alone declares it
			l.integration(value, path, key.Value, &provider)
		}
		l.set.providers[key.Value] = provider
		if len(l.set.Scopes(key.Value)) == 0 && (l.set.scopeless == "" || key.Value < l.set.scopeless) {
			l.set.scopeless = key.Value
		}
	})
}

// integration reads an entry of providers. What others are checked against comes first.
func (l *loader) integration(n *yaml.Node, path, slug string, p *Provider) {
	f := l.fields(n, path, []string{
		"name", "description", "scopes", "enabled", "state", "credentials", "auth_methods", "ownership",
		"config_fields", "config", "metadata", "organizations", "api",
	})
	asked := l.set.Scopes(slug) // nil: nobody knows
	f.read("scopes", func(n *yaml.Node, path string) {
		before := len(l.problems)
		p.Scopes = l.scopes(n, path)
		if asked = p.Scopes; len(l.problems) > before {
			asked = nil
		}
	})
	f.read("name", func(n *yaml.Node, path string) { p.Name = l.word(n, path) })
	f.read("description", func(n *yaml.Node, path string) { p.Description = l.text(n, path) })
	f.read("enabled", func(n *yaml.Node, path string) { p.Enabled = l.boolean(n, path) })
	f.read("state", func(n *yaml.Node, path string) { p.State = l.choice(n, path, Valid, Invalid, Requested) })
	f.read("credentials", func(n *yaml.Node, path string) {
		p.Credentials = l.choice(n, path, CredentialsShared, CredentialsCustom, CredentialsOrganization)
	})
	f.read("auth_methods", func(n *yaml.Node, path string) {
		p.AuthMethods = l.choices(n, path, OAuth, APIKey, ClientCredentials)
	})
	f.read("ownership", func(n *yaml.Node, path string) {
		p.Ownership = l.choices(n, path, OwnerUser, OwnerOrganization)
	})
	f.readFilled("config_fields", func(n *yaml.Node, path string) { p.Fields = l.configFields(n, path) })
	f.readFilled("config", func(n *yaml.Node, path string) { p.Config = l.config(n, path, *p) })
	f.readFilled("metadata", func(n *yaml.Node, path string) {
		p.Metadata = l.values(n, path, "a key of metadata", Provider{})
	})
	f.readFilled("api", func(n *yaml.Node, path string) {
		l.list(n, path, func(element *yaml.Node, path string) { p.API = append(p.API, l.apiCall(element, path)) })
	})
	f.readFilled("organizations", func(n *yaml.Node, path string) { p.Organizations = l.overrides(n, path, *p, asked) })
}

func (l *loader) scopes(n *yaml.Node, path string) []string {
	before := len(l.problems)
	scopes := l.texts(n, path)
	if problem := CheckScopeList(scopes); problem != "" && len(l.problems) == before {
		l.wrong(n, path, "scopes %s", problem)
	}
	return scopes
}

// configFields reads what a provider declares; nil when it is no mapping.
func (l *loader) configFields(n *yaml.Node, path string) (declared map[string]Field) {
	if n.Kind == yaml.MappingNode {
		declared = map[string]Field{}
	}
	l.entries(n, path, nil, func(key, value *yaml.Node, path string) {
		if !l.name(key, path, "a config field") {
			return
		}
		field := Field{Scope: FieldOfInstallation}
		if value.ShortTag() != "!!null" { // subdomain: alone declares it
			f := l.fields(value, path, []string{"required", "scope", "pattern", "secret"})
			f.read("required", func(n *yaml.Node, path string) { field.Required = l.boolean(n, path) })
			f.read("scope", func(n *yaml.Node, path string) {
				field.Scope = l.choice(n, path, FieldOfIntegration, FieldOfInstallation)
			})
			f.read("pattern", func(n *yaml.Node, path string) { field.Pattern = l.pattern(n, path) })
			f.read("secret", func(n *yaml.Node, path string) { field.Secret = l.boolean(n, path) })
		}
		declared[key.Value] = field
	})
	return declared
}

func (l *loader) pattern(n *yaml.Node, path string) *regexp.Regexp {
	before := len(l.problems)
	text := l.word(n, path)
	if len(l.problems) > before {
		return nil
	}
	pattern, err := regexp.Compile(text)
	if err != nil {
		reason := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
		l.wrong(n, path, "pattern is not a regular expression: %s", oneLine(Abridge(reason)))
	}
	return pattern
}

func (l *loader) config(n *yaml.Node, path string, p Provider) map[string]string {
	return l.values(n, path, "a config field", p)
}

// values reads a mapping of names to texts, and holds them against what the provider declares.
func (l *loader) values(n *yaml.Node, path, thing string, p Provider) map[string]string {
	values := map[string]string{}
	l.entries(n, path, nil, func(key, value *yaml.Node, path string) {
		before := len(l.problems)
		if !l.name(key, path, thing) {
			return
		}
		if problem := p.undeclared(key.Value, l.suggest); problem != "" {
			l.wrong(key, path, "%s %s", key.Value, problem)
			return
		}
		if p.Fields[key.Value].Secret {
			l.secrets = append(l.secrets, hidden{l.position(value), value.Value})
		}
		text := l.text(value, path)
		if problem := p.checkValue(key.Value, text); problem != "" && len(l.problems) == before {
			l.wrong(value, path, "%s %s", key.Value, problem)
		}
		values[key.Value] = text
	})
	return values
}

// overrides reads what organizations have otherwise. Asked are the scopes of which theirs must be some.
func (l *loader) overrides(n *yaml.Node, path string, p Provider, asked []string) map[string]Override {
	overrides := map[string]Override{}
	l.entries(n, path, nil, func(key, value *yaml.Node, path string) {
		if problem := CheckID(key.Value); problem != "" {
			l.wrong(key, path, "an organization's id %s", problem)
			return
		}
		l.member(key, path, "organization", key.Value, l.set.organizations)
		o := Override{Position: l.position(key)}
		if value.ShortTag() != "!!null" { // org_acme: alone inherits everything
			l.override(value, path, p, asked, &o)
		}
		overrides[key.Value] = o
	})
	return overrides
}

func (l *loader) override(n *yaml.Node, path string, p Provider, asked []string, o *Override) {
	f := l.fields(n, path, []string{"enabled", "scopes", "client_id", "client_secret", "config"})
	f.read("enabled", func(n *yaml.Node, path string) {
		enabled := l.boolean(n, path)
		o.Enabled = &enabled
	})
	f.read("scopes", func(n *yaml.Node, path string) {
		before := len(l.problems)
		if o.Scopes = l.scopes(n, path); asked == nil || len(l.problems) > before {
			return
		}
		l.list(n, path, func(element *yaml.Node, path string) {
			if scope := element.Value; !slices.Contains(asked, scope) {
				near := l.suggest(scope, func() []string { return asked })
				l.wrong(element, path, "%s is %q, for which the provider does not ask%s", last(path), Abridge(scope), near)
			}
		})
	})
	f.read("client_id", func(n *yaml.Node, path string) { o.ClientID = l.word(n, path) })
	f.read("client_secret", func(n *yaml.Node, path string) { o.ClientSecret = l.secret(n, path) })
	f.readFilled("config", func(n *yaml.Node, path string) { o.Config = l.config(n, path, p) })

	if p.Credentials != CredentialsOrganization && p.Credentials != "" { // empty: a mistake already
		for _, field := range []string{"client_id", "client_secret", "config"} {
			f.readFilled(field, func(n *yaml.Node, path string) {
				l.wrong(n, path, "%s says nothing unless the provider has credentials: organization", field)
			})
		}
		return
	}
	for field, other := range map[string]string{"client_id": "client_secret", "client_secret": "client_id"} {
		f.read(field, func(n *yaml.Node, path string) {
			if f.values[other] == nil {
				l.wrong(n, path, "%s stands alone: it needs %s beside it", field, other)
			}
		})
	}
}

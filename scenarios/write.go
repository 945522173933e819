package scenarios

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// mapping is one of the language as it is written: in an order, and without what is not said.
type mapping []entry

type entry struct {
	key   string
	value any // text, number, pointer to one of these, bool, []string, mapping, []mapping, secret or nil for null
}

// secret is a value that is not written: the file says it, or nobody.
type secret string

func (m *mapping) say(said bool, key string, value any) {
	if said {
		*m = append(*m, entry{key, value})
	}
}

func (m mapping) said(key string) (value any, said bool) {
	for _, one := range m {
		if one.key == key {
			return one.value, true
		}
	}
	return nil, false
}

// Text is the scenario as ParseReference reads it: its name, or what it says, as JSON.
func (s *Scenario) Text() ([]byte, error) { return json.Marshal(s.written()) }

// ParseReference reads the Text of a scenario of the same set.
func ParseReference(set *Set, text []byte) (*Scenario, error) {
	var name string
	if json.Unmarshal(text, &name) == nil {
		return set.Scenario(name)
	}
	return ParseInline(set, text)
}

// MarshalJSON keeps the order.
func (m mapping) MarshalJSON() ([]byte, error) {
	text := []byte("{")
	for i, one := range m {
		if i > 0 {
			text = append(text, ',')
		}
		key, err := json.Marshal(one.key)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(one.value)
		if err != nil {
			return nil, err
		}
		text = append(append(append(text, key...), ':'), value...)
	}
	return append(text, '}'), nil
}

// node is a value in flow style, on one line.
func node(value any) *yaml.Node {
	switch v := value.(type) {
	case mapping:
		n := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
		for _, one := range v {
			if _, hidden := one.value.(secret); !hidden {
				n.Content = append(n.Content, node(one.key), node(one.value))
			}
		}
		return n
	case []mapping:
		return listOf(v)
	case []string:
		return listOf(v)
	case string:
		n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v}
		if mustBeQuoted(v) {
			n.Style = yaml.DoubleQuotedStyle
		}
		return n
	case *string:
		return node(*v)
	case *int:
		return node(*v)
	case nil:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: "null"}
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprint(value)} // a number, or a truth value
}

func listOf[T any](items []T) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, one := range items {
		n.Content = append(n.Content, node(one))
	}
	return n
}

// mustBeQuoted tells of texts that yaml would write as something else, or in a style that loses a part of them.
func mustBeQuoted(text string) bool {
	return text == "<<" || text != strings.TrimSpace(text) || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

// written is the scenario's name, or what it says.
func (s *Scenario) written() any {
	if s.Name != "" {
		return s.Name
	}
	var m mapping
	m.say(s.Description != "", "description", s.Description)
	m.say(s.Consent != "", "consent", s.Consent)
	if s.Steps == nil {
		return append(m, s.State.written()...)
	}
	steps := []mapping{}
	for _, step := range s.Steps {
		var written mapping
		if step.Scenario != nil {
			written.say(true, "scenario", step.Scenario.written())
		} else {
			written.say(true, "fault", step.Fault.written())
		}
		written.say(step.Times > 0, "times", step.Times)
		written.say(step.For > 0, "for", FormatDuration(step.For))
		steps = append(steps, written)
	}
	m.say(true, "steps", steps)
	m.say(s.Repeat == Forever, "repeat", true)
	m.say(s.Repeat > 0, "repeat", s.Repeat)
	return m
}

func (s State) written() mapping {
	m := mapping{}
	m.say(s.State != "" && s.State != Connected, "state", s.State)
	m.say(s.Scopes != nil, "scopes", s.Scopes)
	m.say(s.MissingScopes != nil, "missing_scopes", s.MissingScopes)
	m.say(s.ExpiresIn != 0, "expires_in", FormatDuration(s.ExpiresIn))
	m.say(s.Refresh != "" && s.Refresh != RefreshWorks, "refresh", s.Refresh)
	m.say(s.AccessToken != "", "access_token", s.AccessToken)
	m.say(s.AuthMethod != "", "auth_method", s.AuthMethod)
	return m
}

// String is what the state says, as in a file but without its secret.
func (s State) String() string {
	parts := []string{}
	for _, one := range s.written() {
		text := fmt.Sprint(one.value)
		if list, is := one.value.([]string); is {
			text = "[" + strings.Join(list, ", ") + "]"
		}
		if one.key == "access_token" {
			text = "…"
		}
		parts = append(parts, one.key+": "+text)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func (p Place) written() (m mapping) {
	m.say(p.Provider != "", "provider", p.Provider)
	m.say(p.User != "", "user_id", p.User)
	m.say(p.Organization != "", "organization_id", p.Organization)
	m.say(p.NoOrganization, "organization_id", nil)
	m.say(p.Shared, "connection_owner", OwnerOrganization)
	return m
}

// Text is the fault as a file has it, on one line.
func (f Fault) Text() string {
	text, err := yaml.Marshal(node(f.written()))
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(text))
}

func (f Fault) written() (m mapping) {
	m.say(f.Status != 0, "status", f.Status)
	m.say(f.RetryAfter != nil, "retry_after", f.RetryAfter)
	m.say(f.Body != nil, "body", f.Body)
	if limit := f.RateLimit; limit != nil {
		l := mapping{{"requests", limit.Requests}, {"per", FormatDuration(limit.Per)}}
		l.say(limit.By != "", "by", limit.By)
		m.say(true, "rate_limit", l)
	}
	m.say(f.Delay.Max == 0 && f.Delay.Min != 0, "delay", FormatDuration(f.Delay.Min))
	if f.Delay.Max != 0 {
		var d mapping
		d.say(f.Delay.Min != 0, "min", FormatDuration(f.Delay.Min))
		m.say(true, "delay", append(d, entry{"max", FormatDuration(f.Delay.Max)}))
	}
	for _, way := range []struct {
		name string
		said bool
	}{{"hang", f.Hang}, {"reset", f.Reset}, {"empty", f.Empty}, {"truncate", f.Truncate}, {"malformed", f.Malformed},
		{"duplicate", f.Duplicate}, {"late", f.Late}, {"bad_signature", f.BadSignature}} {
		m.say(way.said, way.name, true)
	}
	m.say(f.ContentType != "", "content_type", f.ContentType)
	m.say(f.Drip != 0, "drip", FormatDuration(f.Drip))
	m.say(f.OffContract != "", "off_contract", f.OffContract)
	m.say(f.Operation != "", "operation", f.Operation)
	m = append(m, f.Place.written()...)
	m.say(f.Times != 0, "times", f.Times)
	m.say(f.Probability != 0, "probability", f.Probability)
	return m
}

// written is the switch in a file whose age is another one's.
func (s Switch) written(age time.Duration) (m mapping) {
	m = append(s.Place.written(), entry{"scenario", s.Scenario.written()})
	m.say(s.Age != age, "age", FormatDuration(s.Age))
	m.say(s.TTL != 0, "ttl", FormatDuration(s.TTL))
	return m
}

// written is the provider.
func (p Provider) written() (m mapping) {
	m.say(p.Name != "", "name", p.Name)
	m.say(p.Description != "", "description", p.Description)
	m.say(p.Scopes != nil, "scopes", p.Scopes)
	m.say(!p.Enabled, "enabled", false)
	m.say(p.State != Valid, "state", p.State)
	m.say(p.Credentials != CredentialsShared, "credentials", p.Credentials)
	m.say(!slices.Equal(p.AuthMethods, []string{OAuth}), "auth_methods", p.AuthMethods)
	m.say(!slices.Equal(p.Ownership, []string{OwnerUser}), "ownership", p.Ownership)
	var fields mapping
	for _, name := range slices.Sorted(maps.Keys(p.Fields)) {
		var said mapping
		field := p.Fields[name]
		said.say(field.Required, "required", true)
		said.say(field.Scope != FieldOfInstallation, "scope", field.Scope)
		if field.Pattern != nil {
			said.say(true, "pattern", field.Pattern.String())
		}
		said.say(field.Secret, "secret", true)
		fields.say(true, name, said)
	}
	m.say(p.Fields != nil, "config_fields", fields)
	m.say(len(p.Config) > 0, "config", p.values(p.Config))
	m.say(p.Metadata != nil, "metadata", textsOf(p.Metadata))
	calls := []mapping{}
	for _, one := range p.API {
		said := mapping{{"path", one.Path}}
		said.say(one.Method != "", "method", one.Method)
		said.say(one.Scopes != nil, "scopes", one.Scopes)
		said.say(one.Status != 0, "status", one.Status)
		said.say(one.Body != nil, "body", one.Body)
		calls = append(calls, said)
	}
	m.say(len(calls) > 0, "api", calls)
	var organizations mapping
	for _, id := range slices.Sorted(maps.Keys(p.Organizations)) {
		var said mapping
		override := p.Organizations[id]
		if override.Enabled != nil {
			said.say(true, "enabled", *override.Enabled)
		}
		said.say(override.Scopes != nil, "scopes", override.Scopes)
		said.say(override.ClientID != "", "client_id", override.pair())
		said.say(override.ClientID != "", "client_secret", override.pair())
		said.say(len(override.Config) > 0, "config", p.values(override.Config))
		organizations.say(true, id, said)
	}
	m.say(len(organizations) > 0, "organizations", organizations)
	return m
}

// SaysAs reports whether a provider says the same as another one, secrets included.
func (p Provider) SaysAs(other Provider) bool { return reflect.DeepEqual(p.written(), other.written()) }

// pair is a client_id with its secret: neither stands without the other.
func (o Override) pair() secret { return secret(o.ClientID + "\n" + o.ClientSecret) }

// values are those of a config.
func (p Provider) values(config map[string]string) mapping {
	m := textsOf(config)
	for i, one := range m {
		if p.Fields[one.key].Secret {
			m[i].value = secret(config[one.key])
		}
	}
	return m
}

func textsOf(values map[string]string) mapping {
	m := mapping{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		m.say(true, name, values[name])
	}
	return m
}

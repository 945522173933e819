package scenarios

import (
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/pipesfake/internal/fields"
)

// fileMapping describes the top level of a file.
var fileMapping = sync.OnceValue(func() *fields.Mapping[Set] {
	return fields.NewMapping("file", []fields.Field[Set]{
		fields.Declare[Set]("version", fields.Shape{Name: "`1`", Schema: `{"const": 1}`},
			"The version of this language.").Required("write version: 1"),
		fields.Bind("seed", fields.Whole().WithDefault(1), func(s *Set) *int64 { return &s.Seed },
			"Ids and tokens derive from it."),
		fields.Declare[Set]("start", referenceShape(),
			"The scenario in which every connection starts.").DocumentDefault(UsualStart),
		fields.Bind("strict", fields.Bool().WithDefault(false), func(s *Set) *bool { return &s.Strict },
			"Only what this file or a call created exists, and unknown fields are refused."),
		fields.Declare[Set]("providers",
			mappingOf("slug", `{"anyOf": [{"$ref": "#/definitions/provider"}, {"type": "null"}]}`, "providers by slug"),
			"The integrations, by slug.").OrNull(),
		fields.Declare[Set]("users", idListShape(), "With strict: the users that exist. Left out: any.").OrNull(),
		fields.Declare[Set]("organizations", idListShape(),
			"With strict: the organizations that exist. Left out: any.").OrNull(),
		fields.Declare[Set]("scenarios", mappingOf("name", `{"$ref": "#/definitions/scenario"}`, "scenarios by name"),
			"Named states. Built in: active, not_installed, needs_reauthorization, missing_scopes, expired.").OrNull(),
		fields.Bind("age", ages(), func(s *Set) *time.Duration { return &s.Age }, ageDoc),
		fields.Declare[Set]("connections", fields.ListOf(fields.Ref("", "connection"), "list of connections"),
			"The connections that start in another scenario.").OrNull(),
		fields.Declare[Set]("switches", fields.ListOf(fields.Ref("", "switch"), "list of switches"),
			"In force from the start. The last switch that covers a connection decides.").OrNull(),
		fields.Declare[Set]("faults", fields.ListOf(fields.Ref("", "placed_fault"), "list of faults"),
			"Break responses from the start. The last fault that matches a call applies.").OrNull(),
		fields.Bind("consent", consents().WithDefault(Ask), func(s *Set) *string { return &s.Consent },
			"What happens on consent pages."),
		fields.Declare[Set]("redirect_uris", redirectURIsShape(),
			"The addresses that return_to may have in an authorization with code_challenge. Left out: any.").OrNull(),
		fields.Bind("multiple_connections", fields.Bool().WithDefault(true),
			func(s *Set) *bool { return &s.MultipleConnections },
			"Whether an owner may have several connections with a provider."),
		fields.Bind("max_connections", fields.Between(1, 1_000), func(s *Set) *int { return &s.MaxConnections },
			"How many connections an owner may have with a provider. Left out: 1001."),
		fields.Declare[Set]("webhooks", fields.ListOf(fields.Ref("", "webhook"), "list of webhooks"),
			"The endpoints that receive events from the start.").OrNull(),
	}).WithRules(`{"patternProperties": {"^x-": {}}}`)
})

func idListShape() fields.Shape {
	return fields.Shape{
		Name: "list of ids", Ref: "ids",
		Schema: `{"type": "array", "items": {"$ref": "#/definitions/id"}, "uniqueItems": true}`,
	}
}

// newFileDecoder returns a decoder for the file with the name.
func newFileDecoder(name string) *decoder {
	d := newDecoder(Builtin())
	d.set.Name, d.set.connections = name, newConnectionTable()
	return d
}

// file reads the root of a file. It reads what defines names before what refers to them, whatever the file's order.
func (d *decoder) file(root *fields.Node) {
	root = d.withoutExtensions(root)
	v := fileMapping().Read(&d.Reader, root, "", d.set)
	if !v.IsMapping {
		return
	}
	if version := v.Node("version"); version != nil {
		if number, ok := fields.Whole().TryRead(&d.Reader, version, "version"); ok && number != 1 {
			d.Mistake(version, "version", "version %s is unknown: this pipesfake reads version 1",
				fields.Abridge(version.Text))
		}
	}
	v.ReadFilled("users", func(n *fields.Node, path string) { d.set.users = d.ids(n, path) })
	v.ReadFilled("organizations", func(n *fields.Node, path string) { d.set.organizations = d.ids(n, path) })
	v.ReadFilled("providers", d.providers)
	v.ReadFilled("scenarios", d.scenarios)
	if n := v.Node("start"); n != nil {
		d.start(n, "start")
	}
	v.ReadFilled("connections", func(n *fields.Node, path string) { d.List(n, path, d.connection) })
	v.ReadFilled("switches", func(n *fields.Node, path string) { d.List(n, path, d.switchEntry) })
	v.ReadFilled("faults", func(n *fields.Node, path string) { d.shortList(n, path, MaxFaults, d.faultEntry) })
	v.ReadFilled("redirect_uris", d.redirectURIs)
	v.ReadFilled("webhooks", func(n *fields.Node, path string) { d.shortList(n, path, MaxWebhooks, d.webhook) })
}

// isExtension reports whether a key at the top of a file is one that may hold anything, such as anchors.
func isExtension(key string) bool { return strings.HasPrefix(key, "x-") }

// withoutExtensions returns the root of a file without its extensions. It records their secrets, which must not be
// shown, even if no alias uses them.
func (d *decoder) withoutExtensions(root *fields.Node) *fields.Node {
	others, visited := *root, map[*fields.Node]bool{}
	others.Entries = slices.DeleteFunc(slices.Clone(root.Entries), func(entry fields.Entry) bool {
		if isExtension(entry.Key.Text) {
			d.hideSecrets(entry.Value, visited)
			return true
		}
		return false
	})
	return &others
}

// hideSecrets records the values of keys that look secret. It skips visited nodes, which many aliases can share.
func (d *decoder) hideSecrets(n *fields.Node, visited map[*fields.Node]bool) {
	if visited[n] {
		return
	}
	visited[n] = true
	for _, entry := range n.Entries {
		if entry.Value.IsScalar() && looksSecret(entry.Key.Text) {
			d.AddSecret(entry.Value)
		}
		d.hideSecrets(entry.Value, visited)
	}
	for _, item := range n.Items {
		d.hideSecrets(item, visited)
	}
}

// looksSecret reports whether the value of a key is a secret, to judge by its name.
func looksSecret(key string) bool {
	name := strings.ToLower(key)
	return slices.ContainsFunc([]string{"token", "secret", "api_key", "apikey", "password"}, func(word string) bool {
		return strings.Contains(name, word)
	})
}

// shortList reads a list with at most limit items.
func (d *decoder) shortList(n *fields.Node, path string, limit int, read func(item *fields.Node, path string)) {
	if len(n.Items) > limit {
		d.Mistake(n, path, "%s has %d entries; at most %d are allowed: remove some", d.Name(path), len(n.Items), limit)
		return
	}
	d.List(n, path, read)
}

// start reads the scenario in which connections start.
func (d *decoder) start(n *fields.Node, path string) {
	start := d.reference(n, path)
	if start == nil {
		return
	}
	d.set.Start, d.set.StartAt = start, position(n)
	d.checkScopes(n, path, "", start)
}

// ids reads a list of users or organizations. It returns nil if the node is not a list.
func (d *decoder) ids(n *fields.Node, path string) (listed listedIDs) {
	if n.Kind == fields.List {
		listed = listedIDs{}
	}
	d.List(n, path, func(item *fields.Node, path string) {
		id, ok := idType().TryRead(&d.Reader, item, path)
		if !ok {
			return
		}
		if first, ok := listed[id]; ok {
			d.Mistake(item, path, "%q is listed twice (first in line %d)", fields.Abridge(id), first)
			return
		}
		listed[id] = item.Line
	})
	return listed
}

// scenarios reads the scenarios of a file. Steps may name scenarios that come later: they are looked up at the end.
func (d *decoder) scenarios(n *fields.Node, path string) {
	d.readingScenarios = true
	d.Entries(n, path, nil, nil, func(key, value *fields.Node, path string) {
		d.checkName(key, path, "a scenario")
		if value.Kind == fields.Null {
			d.Mistake(value, path, "scenario %s is empty: write {} for a plain connected state",
				fields.Abridge(key.Text))
			return
		}
		scenario := d.scenario(value, path)
		scenario.Name, scenario.Position = key.Text, position(key)
		d.set.define(scenario)
	})
	d.readingScenarios = false
	for _, do := range d.postponed {
		do()
	}
	d.checkNesting(path)
}

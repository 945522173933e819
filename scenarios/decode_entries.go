package scenarios

import (
	"slices"
	"strings"

	"example.com/pipesfake/internal/fields"
)

// connection reads an entry of connections.
func (d *decoder) connection(n *fields.Node, path string) {
	before := len(d.Mistakes)
	c := Connection{Position: position(n), Age: d.set.Age}
	v := connectionMapping().Read(&d.Reader, n, path, &c)
	if !v.IsMapping {
		return
	}
	d.owner(v, n, &c.Key)
	d.checkProvider(v, c.Provider)
	c.Scenario = d.referenceAt(v, "scenario")
	if len(d.Mistakes) > before {
		return
	}
	d.checkScopes(n, path, c.Provider, c.Scenario)
	if first := d.set.connections.add(c); first != nil {
		d.Mistake(n, path, "this connection is listed twice (first in line %d)", first.Position.Line)
	}
}

// owner reads the owner of a connection, and reports missing fields, because the required ones depend on the owner.
func (d *decoder) owner(v *fields.Values, n *fields.Node, key *Key) {
	owner, required, what := OwnerUser, []string{"provider", "user_id", "scenario"}, "a connection"
	if node := v.Node("connection_owner"); node != nil {
		var ok bool
		if owner, ok = ownerType().TryRead(&d.Reader, node, v.PathOf("connection_owner")); !ok {
			owner = ""
		}
	}
	d.checkOrganization(v, key.Organization)
	switch owner {
	case OwnerUser:
		d.userOfConnection(v, key)
	case OwnerOrganization:
		what, required[1] = "a connection that its organization owns", "organization_id"
		if node := v.Node("user_id"); node != nil {
			d.Mistake(node, v.PathOf("user_id"),
				"user_id has no effect when connection_owner is organization: remove it")
		}
		if node := v.Node("organization_id"); node != nil && node.Kind == fields.Null {
			d.Mistake(node, v.PathOf("organization_id"),
				"organization_id must name the organization that owns the connection")
		}
	default: // connection_owner has a mistake: the required id is unknown
		required = slices.Delete(required, 1, 2)
	}
	for _, field := range required {
		if v.Node(field) == nil {
			needs := strings.Join(required[:len(required)-1], ", ")
			d.Mistake(n, v.PathOf(field), "%s is missing: %s needs %s and scenario", field, what, needs)
		}
	}
}

// userOfConnection reads user_id, which is required or forbidden depending on the owner.
func (d *decoder) userOfConnection(v *fields.Values, key *Key) {
	node, path := v.Node("user_id"), v.PathOf("user_id")
	if node == nil {
		return
	}
	var ok bool
	if key.User, ok = idType().TryRead(&d.Reader, node, path); ok {
		d.checkMember(node, path, "user", key.User, d.set.users)
	}
}

// switchEntry reads an entry of switches.
func (d *decoder) switchEntry(n *fields.Node, path string) {
	before := len(d.Mistakes)
	s := Switch{Position: position(n), Age: d.set.Age}
	v := switchMapping().Read(&d.Reader, n, path, &s)
	if !v.IsMapping {
		return
	}
	d.checkPlace(v, &s.Place)
	s.Scenario = d.referenceAt(v, "scenario")
	if v.IsGood("ttl") && s.TTL <= s.Age {
		d.Mistake(v.Node("ttl"), v.PathOf("ttl"),
			"ttl must be longer than the age of %s, and at most a hundred years, not %s",
			FormatDuration(s.Age), FormatDuration(s.TTL))
	}
	if len(d.Mistakes) > before {
		return
	}
	d.reportProblems(v, n, before, s.Place.Check())
	d.checkScopes(n, path, s.Provider, s.Scenario)
	d.set.switches = append(d.set.switches, s)
}

// faultEntry reads an entry of faults.
func (d *decoder) faultEntry(n *fields.Node, path string) {
	before := len(d.Mistakes)
	if fault := d.fault(n, path); len(d.Mistakes) == before {
		d.set.faults = append(d.set.faults, *fault)
	}
}

// webhook reads an entry of webhooks.
func (d *decoder) webhook(n *fields.Node, path string) {
	before := len(d.Mistakes)
	w := Webhook{Position: position(n), Events: ConnectionEvents()}
	v := webhookMapping().Read(&d.Reader, n, path, &w)
	if !v.IsMapping {
		return
	}
	if first, ok := d.webhooks[w.URL]; !ok {
		d.webhooks[w.URL] = w.Position.Line
	} else if len(d.Mistakes) == before {
		d.Mistake(n, path, "this url is listed twice (first in line %d)", first)
	}
	d.set.webhooks = append(d.set.webhooks, w)
}

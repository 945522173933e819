package call

import (
	"cmp"
	"net/url"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/internal/names"
	"example.com/pipesfake/scenarios"
)

// Subject returns what faults and the journal see of a call: its operation, and the connection that it names, as far as
// it names one. It leaves out names that no provider, user or organization can have, so that nothing large is stored
// for refused calls.
func (r *Route) Subject(c *Call) fault.Call {
	subject := fault.Call{Operation: r.Operation, APIKey: c.Request.Header.Get("Authorization")}
	if r.SubjectOf != nil {
		subject.Key, subject.APIKey = r.SubjectOf(c)
	} else {
		subject.Key = keyFromBody(c, KeyFromPath(c.Vars, c.Query))
	}
	subject.Key = ValidKey(subject.Key)
	return subject
}

// KeyFromPath returns the connection that a path and its query name, as far as they do.
func KeyFromPath(vars map[string]string, query url.Values) scenarios.Key {
	return scenarios.Key{
		Provider: vars["slug"], User: vars["user_id"],
		Organization: cmp.Or(vars["organization_id"], query.Get("organization_id")),
	}
}

// keyFromBody fills in what the path leaves open. An organization's own connection has no user.
func keyFromBody(c *Call, key scenarios.Key) scenarios.Key {
	object, err := c.Bodies.Parse(c.Body)
	if err != nil {
		object = new(body.Object)
	}
	key.Provider = cmp.Or(key.Provider, object.FilledText("provider", false))
	key.User = cmp.Or(key.User, object.FilledText("user_id", false))
	key.Organization = cmp.Or(key.Organization, object.FilledText("organization_id", false))
	if object.FilledText("connection_owner", false) == scenarios.OwnerOrganization {
		key.User = ""
	}
	return key
}

// ValidKey returns the key without the names that no provider, user or organization can have.
func ValidKey(key scenarios.Key) scenarios.Key {
	if names.CheckSlug(key.Provider) != "" {
		key.Provider = ""
	}
	if names.CheckID(key.User) != "" {
		key.User = ""
	}
	if names.CheckID(key.Organization) != "" {
		key.Organization = ""
	}
	return key
}

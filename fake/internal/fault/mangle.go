package fault

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"example.com/pipesfake/scenarios"
)

// malformed returns a body of the same length that is not JSON.
func malformed(body []byte) []byte {
	broken := bytes.TrimRight(slices.Clone(body), "\n")
	if len(broken) == 0 {
		return []byte("{")
	}
	broken[len(broken)-1] = ','
	return broken
}

// member is a member of an object somewhere in a response.
type member struct {
	object map[string]any
	name   string
}

// offContract breaks the contract at one member of a body: the first match of the fault at the first member that can be
// broken, the next match at the next one. Extra fields go into every object. A body without such a member stays as it
// is.
func offContract(body []byte, kind string, count int) []byte {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var tree any
	if decoder.Decode(&tree) != nil {
		return body
	}
	members := membersOf(tree, func(m member) bool { return m.canBreak(kind) })
	switch {
	case len(members) == 0:
		return body
	case kind == scenarios.ExtraFields:
		for _, m := range members {
			m.breakContract(kind)
		}
	default:
		members[(count-1)%len(members)].breakContract(kind)
	}
	broken, err := json.Marshal(tree)
	if err != nil {
		return body
	}
	return append(broken, '\n')
}

// canBreak reports whether the contract can be broken in a way at the member.
func (m member) canBreak(kind string) bool {
	switch kind {
	case scenarios.WrongNull:
		object, _ := m.object["object"].(string)
		return m.object[m.name] != nil && !isNullable(object, m.name)
	case scenarios.UnknownEnum:
		_, isText := m.object[m.name].(string)
		return isText && isEnum(m.name)
	}
	return true
}

func (m member) breakContract(kind string) {
	switch kind {
	case scenarios.ExtraFields:
		m.object["pipesfake_extra"] = map[string]any{"of": []any{"a", "newer", "version", nil}}
	case scenarios.WrongNull:
		m.object[m.name] = nil
	case scenarios.UnknownEnum:
		m.object[m.name] = "pipesfake_unknown"
	case scenarios.MissingField:
		delete(m.object, m.name)
	}
}

// membersOf returns the members of a tree that can be broken: those of outer objects first, in the order of their
// names.
func membersOf(tree any, canBreak func(member) bool) (members []member) {
	switch value := tree.(type) {
	case map[string]any:
		names := slices.Sorted(maps.Keys(value))
		for _, name := range names {
			if m := (member{value, name}); canBreak(m) {
				members = append(members, m)
			}
		}
		for _, name := range names {
			members = append(members, membersOf(value[name], canBreak)...)
		}
	case []any:
		for _, element := range value {
			members = append(members, membersOf(element, canBreak)...)
		}
	}
	return members
}

// isEnum reports whether members with a name have one of some values (source: spec; a test compares this with the
// description).
func isEnum(name string) bool {
	switch name {
	case "object", "state", "status", "auth_method", "error", "event", "ownership":
		return true
	}
	return false
}

// isNullable reports whether a member may be null. Only for scopes it matters which object it is in (source: spec; a
// test compares this with the description).
func isNullable(object, name string) bool {
	switch name {
	case "expires_at", "user_id", "organization_id", "organizationId", "userlandUserId", "userland_user_id",
		"description", "api_key_last_4", "account_identifier", "account_display_name", "connected_account",
		"credentials", "installation", "custom_provider", "client_id", "redacted_client_secret",
		"client_secret_last_four", "refresh_token_url", "before", "after", "error_reason", "provider_error",
		"provider_error_description":
		return true
	case "scopes":
		return slices.Contains([]string{"data_provider", "data_integration", "data_integration_configuration"}, object)
	}
	return false
}

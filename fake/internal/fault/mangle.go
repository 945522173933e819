package fault

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"example.com/pipesfake/scenarios"
)

// malformed is a body that no longer is JSON, of the same length.
func malformed(body []byte) []byte {
	broken := bytes.TrimRight(slices.Clone(body), "\n")
	if len(broken) == 0 {
		return []byte("{")
	}
	broken[len(broken)-1] = ','
	return broken
}

// spot is a member of an object somewhere in an answer.
type spot struct {
	object map[string]any
	name   string
}

// offContract breaks the contract at one spot, with each strike at the next one; extra fields stand in every
// object. A body without such a spot stays as it is.
func offContract(body []byte, kind string, count int) []byte {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var tree any
	if decoder.Decode(&tree) != nil {
		return body
	}
	suits := func(spot) bool { return true }
	change := func(s spot) { delete(s.object, s.name) }
	switch kind {
	case scenarios.ExtraFields:
		change = func(s spot) { s.object["pipesfake_extra"] = map[string]any{"of": []any{"a", "newer", "version", nil}} }
	case scenarios.WrongNull:
		suits = func(s spot) bool {
			kind, _ := s.object["object"].(string)
			return s.object[s.name] != nil && !nullable[s.name] && !nullable[kind+"."+s.name]
		}
		change = func(s spot) { s.object[s.name] = nil }
	case scenarios.UnknownEnum:
		suits = func(s spot) bool {
			_, isText := s.object[s.name].(string)
			return isText && enums[s.name]
		}
		change = func(s spot) { s.object[s.name] = "pipesfake_unknown" }
	}
	spots := spotsIn(tree, suits)
	switch {
	case len(spots) == 0:
		return body
	case kind == scenarios.ExtraFields:
		for _, s := range spots {
			change(s)
		}
	default:
		change(spots[(count-1)%len(spots)])
	}
	broken, err := json.Marshal(tree)
	if err != nil {
		return body
	}
	return append(broken, '\n')
}

// spotsIn are the members that suit, the deepest last, in the order of their names.
func spotsIn(tree any, suits func(spot) bool) (spots []spot) {
	switch value := tree.(type) {
	case map[string]any:
		names := slices.Sorted(maps.Keys(value))
		for _, name := range names {
			if s := (spot{value, name}); suits(s) {
				spots = append(spots, s)
			}
		}
		for _, name := range names {
			spots = append(spots, spotsIn(value[name], suits)...)
		}
	case []any:
		for _, element := range value {
			spots = append(spots, spotsIn(element, suits)...)
		}
	}
	return spots
}

// What the description says of members by their names, where it matters after their object's (source: spec;
// a test holds it against that).
var (
	enums    = set("object", "state", "status", "auth_method", "error", "event", "ownership")
	nullable = set("expires_at", "user_id", "organization_id", "organizationId", "userlandUserId", "userland_user_id", "description", "api_key_last_4",
		"account_identifier", "account_display_name", "connected_account", "credentials", "installation", "custom_provider",
		"client_id", "redacted_client_secret", "client_secret_last_four", "refresh_token_url", "before", "after",
		"error_reason", "provider_error", "provider_error_description",
		"data_provider.scopes", "data_integration.scopes", "data_integration_configuration.scopes")
)

func set(names ...string) map[string]bool {
	all := map[string]bool{}
	for _, name := range names {
		all[name] = true
	}
	return all
}

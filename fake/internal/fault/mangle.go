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
	suits := func(name string, value any) bool { return !optional[name] }
	change := func(s spot) { delete(s.object, s.name) }
	switch kind {
	case scenarios.ExtraFields:
		suits = func(string, any) bool { return true }
		change = func(s spot) { s.object["pipesfake_extra"] = map[string]any{"of": []any{"a", "newer", "version", nil}} }
	case scenarios.WrongNull:
		suits = func(name string, value any) bool { return value != nil && !nullable[name] && !optional[name] }
		change = func(s spot) { s.object[s.name] = nil }
	case scenarios.UnknownEnum:
		suits = func(name string, value any) bool {
			_, isText := value.(string)
			return isText && enums[name]
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
func spotsIn(tree any, suits func(name string, value any) bool) (spots []spot) {
	switch value := tree.(type) {
	case map[string]any:
		names := slices.Sorted(maps.Keys(value))
		for _, name := range names {
			if suits(name, value[name]) {
				spots = append(spots, spot{value, name})
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

// What the description says of members by their names (source: spec; a test holds it against that).
var (
	enums    = set("object", "state", "status", "auth_method", "error", "event", "ownership")
	nullable = set("expires_at")
	optional = set("config")
)

func set(names ...string) map[string]bool {
	all := map[string]bool{}
	for _, name := range names {
		all[name] = true
	}
	return all
}

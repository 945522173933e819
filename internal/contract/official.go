package contract

import (
	"encoding/json"
	"fmt"
	"strings"
)

// LoadOfficial reads the official description, and adds the events that are newer than it: those for clients that know
// several connections of an owner have the data of those that it has (source: Python SDK 10.8).
func LoadOfficial(data []byte) (*Contract, error) {
	var document map[string]any
	if err := json.Unmarshal(data, &document); err != nil {
		return nil, err
	}
	components, _ := document["components"].(map[string]any)
	schemas, _ := components["schemas"].(map[string]any)
	event, _ := schemas["EventSchema"].(map[string]any)
	known, _ := event["oneOf"].([]any)
	all := known
	for _, change := range []struct{ old, newer string }{
		{"connected", "connected"},
		{"connection_failed", "connection_failed"},
		{"connection_failed", "add_failed"},
		{"disconnected", "disconnected"},
		{"reauthorization_needed", "reauthorization_needed"},
	} {
		made, err := renamed(known, "pipes.connected_account."+change.old, "pipes.account_connection."+change.newer)
		if err != nil {
			return nil, err
		}
		all = append(all, made)
	}
	event["oneOf"] = all
	extended, err := json.Marshal(document)
	if err != nil {
		return nil, err
	}
	return Load("official.json", extended)
}

// renamed returns the schema of an event under another name.
func renamed(schemas []any, old, newer string) (schema any, err error) {
	for _, one := range schemas {
		text, err := json.Marshal(one)
		if err != nil {
			return nil, err
		}
		if made := strings.Replace(string(text), `"`+old+`"`, `"`+newer+`"`, 1); made != string(text) {
			err := json.Unmarshal([]byte(made), &schema)
			return schema, err
		}
	}
	return nil, fmt.Errorf("the official description has no event %s", old)
}

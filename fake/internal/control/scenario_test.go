package control

import (
	"net/url"
	"testing"

	"example.com/pipesfake/scenarios"
)

func TestReadConnectionKey(t *testing.T) {
	t.Parallel()
	const required = " is required: this names one connection (GET /_control/state shows all)"
	for query, c := range map[string]struct {
		key   scenarios.Key
		wrong string
	}{
		"provider=github&user_id=alice": {key: scenarios.Key{Provider: "github", User: "alice"}},
		"provider=github&user_id=alice&organization_id=acme": {
			key: scenarios.Key{Provider: "github", User: "alice", Organization: "acme"},
		},
		"provider=github&user_id=alice&organization_id=none": {key: scenarios.Key{Provider: "github", User: "alice"}},
		"provider=github&user_id=alice&organization_id=acme&connection_owner=organization": {
			key: scenarios.Key{Provider: "github", Organization: "acme"},
		},
		"":                {wrong: "provider: provider" + required + "\nuser_id: user_id" + required},
		"provider=github": {wrong: "user_id: user_id" + required},
		"provider=github&connection_owner=organization": {wrong: "organization_id: organization_id" + required},
		"provider=github&user_id=alice&connection_owner=me": {
			wrong: "connection_owner: connection_owner must be user or organization",
		},
		"provider=github&user_id=a%00b&organization_id=%00": {
			wrong: "user_id: user_id has a control character in it\n" +
				"organization_id: organization_id has a control character in it",
		},
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		key, wrong := readConnectionKey(values)
		if got := listed(wrong); got != c.wrong {
			t.Errorf("%s: the mistakes are\n%s, want\n%s", query, got, c.wrong)
		}
		if c.wrong == "" && key != c.key {
			t.Errorf("%s: the connection is %v, want %v", query, key, c.key)
		}
	}
}

package fake_test

import (
	"fmt"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

const custom = `"credentials": {"type": "custom", "client_id": "id", "client_secret": "secret-6789"}`

func TestDataIntegrations(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	w.tries(
		try{"none", "GET /data-integrations", "", 200, `"data":[]`},
		try{"any slug connects", "POST /data-integrations/github/token", `{"user_id": "alice"}`, 200, `"active":true`},
		try{"but none is managed", "GET /data-integrations/github", "", 404, "declare it under providers"},
		try{"nor updated", "PUT /data-integrations/github", `{}`, 404, ""},
		try{"nor deleted", "DELETE /data-integrations/github", "", 404, ""},
		try{
			"create", "POST /data-integrations",
			`{"provider": "github", "scopes": ["repo"], ` + custom + `}`,
			201, `"redacted_client_secret":"6789"`,
		},
		try{"not enabled unless said", "GET /data-integrations/github", "", 200, `"enabled":false`},
		try{
			"no secret is shown", "GET /data-integrations/github", "",
			200, `"credentials":{"type":"custom","client_id":"id","redacted_client_secret":"6789"}`,
		},
		try{"a callback", "GET /data-integrations/github", "", 200, "/data-integrations/github/dik_"},
		try{
			"its scopes are asked for", "POST /data-integrations/github/token", `{"user_id": "alice"}`,
			200, `"scopes":["repo"],"missing_scopes":[]`,
		},
		try{"again", "POST /data-integrations", `{"provider": "github", ` + custom + `}`, 409, "exists already"},
		try{
			"for organizations, too", "POST /data-integrations",
			`{"provider": "github", "ownership": "organization", ` + custom + `}`,
			201, `"ownership":"organization"`,
		},
		try{"both are listed", "GET /data-integrations?order=asc", "", 200, `"ownership":"user"`},
		try{
			"by ownership",
			"GET /data-integrations?ownership=organization&limit=1", "",
			200, `"list_metadata":{"before":null,"after":null}`,
		},
		try{"that one", "GET /data-integrations/github/organization", "", 200, `"ownership":"organization"`},
		try{"update it", "PUT /data-integrations/github/organization", `{"enabled": true}`, 200, `"enabled":true`},
		try{"and not the users'", "GET /data-integrations/github", "", 200, `"enabled":false`},
		try{
			"update", "PUT /data-integrations/github",
			`{"description": "ours", "enabled": true, "scopes": null}`,
			200, `"description":"ours","enabled":true,"state":"valid","scopes":null`,
		},
		try{
			"more than alice granted", "POST /data-integrations/github/token", `{"user_id": "alice"}`,
			200, `"scopes":["repo"],"missing_scopes":["user:email","read:org"]`,
		},
		try{"she grants it", "PUT /_control/scenario", `{"scenario": "active", "user_id": "alice"}`, 200, ""},
		try{
			"its own scopes again", "POST /data-integrations/github/token", `{"user_id": "alice"}`,
			200, `"scopes":["repo","user:email","read:org"]`,
		},
		try{
			"rotate the secret", "PUT /data-integrations/github",
			`{"credentials": {"type": "custom", "client_id": "id2", "client_secret": "abcd9999"}}`,
			200, `"client_id":"id2","redacted_client_secret":"9999"`,
		},
		try{"no description", "PUT /data-integrations/github", `{"description": null}`, 200, `"description":null`},
		try{"delete the organizations'", "DELETE /data-integrations/github/organization", "", 204, ""},
		try{"the users' is left", "GET /data-integrations/github", "", 200, ""},
		try{"delete", "DELETE /data-integrations/github", "", 204, ""},
		try{"gone", "GET /data-integrations/github", "", 404, ""},
		try{"for tokens, too", "POST /data-integrations/github/token", `{"user_id": "alice"}`, 404, "was deleted"},
		try{"for credentials, too", "POST /data-integrations/github/credentials", `{"user_id": "alice"}`, 404, ""},
		try{"for pages, too", "POST /data-integrations/github/authorize", `{"user_id": "alice"}`, 404, ""},
		try{"for accounts, too", "GET " + alice, "", 404, ""},
		try{"for imports, too", "POST " + alice, "{}", 404, ""},
		try{"for keys, too", "PUT /data-integrations/github/api-key", `{"user_id": "alice", "secret": "s"}`, 404, ""},
		try{
			"and for switches", "PUT /_control/scenario",
			`{"scenario": "active", "provider": "github"}`,
			422, "was deleted",
		},
		try{"create it again", "POST /data-integrations", `{"provider": "github", ` + custom + `}`, 201, ""},
		try{
			"its connections are gone", "POST /data-integrations/github/token", `{"user_id": "alice"}`,
			200, "not_installed",
		},
		try{
			"also those nobody asked about", "POST /data-integrations/github/token", `{"user_id": "bob"}`,
			200, "not_installed",
		},
	)
	expect(t, "events", w.eventsInWords(), "disconnected alice")
	w.Use("active")
	expect(t, "a switch gives new ones", w.token("github", "bob").Active, true)
}

func TestDeletingAnIntegrationDeletesItsConnections(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon), fake.WithScenario("not_installed"))
	w.tries(
		try{"create", "POST /data-integrations", `{"provider": "github", ` + custom + `}`, 201, ""},
		try{"import", "POST " + alice, `{"access_token": "t", "connection_intent": "add"}`, 201, ""},
		try{"import another", "POST " + alice, `{"access_token": "t2", "connection_intent": "add"}`, 201, ""},
	)
	old := w.account("alice", "github").ID
	w.tries(
		try{"delete", "DELETE /data-integrations/github", "", 204, ""},
		try{"create again", "POST /data-integrations", `{"provider": "github", ` + custom + `}`, 201, ""},
		try{
			"nothing is left", "POST /data-integrations/github/token",
			`{"user_id": "alice", "supports_multiple_connections": true}`,
			200, "not_installed",
		},
		try{"import again", "POST " + alice, `{"access_token": "t"}`, 201, ""},
	)
	if again := w.account("alice", "github").ID; again == old {
		t.Error("the new connection has the id of the deleted one")
	}
	expect(t, "events", w.eventsInWords(),
		"connected alice, connected alice, disconnected alice, disconnected alice, connected alice")
}

func TestPagesOfLists(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon))
	var made []string
	for i := range 7 {
		a := w.do("POST", "/data-integrations", fmt.Sprintf(`{"provider": "p%d", %s}`, i, custom))
		made = append(made, decode[struct{ ID string }](t, a, 201).ID)
	}
	page := func(query string) listed[struct{ ID, Slug string }] {
		t.Helper()
		return decode[listed[struct{ ID, Slug string }]](t, w.do("GET", "/data-integrations?limit=3"+query, ""), 200)
	}
	slugs := func(query string) string {
		t.Helper()
		p := page(query)
		words := []string{}
		for _, one := range p.Data {
			words = append(words, one.Slug)
		}
		for _, cursor := range []struct {
			name string
			id   *string
		}{{"before", p.ListMetadata.Before}, {"after", p.ListMetadata.After}} {
			if cursor.id != nil {
				for i, id := range made {
					if id == *cursor.id {
						words = append(words, fmt.Sprintf("%s=p%d", cursor.name, i))
					}
				}
			}
		}
		return strings.Join(words, " ")
	}
	for query, want := range map[string]string{
		"":                                      "p6 p5 p4 after=p4",
		"&order=desc&after=" + made[4]:          "p3 p2 p1 before=p3 after=p1",
		"&after=" + made[1]:                     "p0 before=p0",
		"&before=" + made[0]:                    "p3 p2 p1 before=p3 after=p1",
		"&before=" + made[4]:                    "p6 p5 after=p5",
		"&order=asc":                            "p0 p1 p2 after=p2",
		"&order=asc&after=" + made[2]:           "p3 p4 p5 before=p3 after=p5",
		"&order=asc&before=" + made[5]:          "p2 p3 p4 before=p2 after=p4",
		"&order=normal":                         "p6 p5 p4 before=p4",
		"&order=normal&before=" + made[4]:       "p3 p2 p1 before=p1 after=p3",
		"&order=normal&after=" + made[2]:        "p5 p4 p3 before=p3 after=p5",
		"&after=" + made[0]:                     "",
		"&after=&before=&ownership=&order=&x=1": "p6 p5 p4 after=p4",
	} {
		expect(t, query, slugs(query), want)
	}
	w.tries(try{"delete", "DELETE /data-integrations/p4", "", 204, ""})
	expect(t, "after one that is gone", slugs("&after="+made[4]), "p3 p2 p1 before=p3 after=p1")
}

// If the first key of an integration cannot be installed, the integration is not created.
func TestIntegrationWithAnInvalidKeyIsNotCreated(t *testing.T) {
	t.Parallel()
	create := func(user string) string {
		return `{"provider": "crm", "auth_methods": ["api_key"], "custom_provider": {"name": "CRM"}, ` +
			`"api_key": {"secret": "12345678", "user_id": "` + user + `"}}`
	}
	strict := withFile(t, "version: 1\nstrict: true\nusers: [ann]\nproviders: {github: {}}\n")
	strict.tries(
		try{"of nobody", "POST /data-integrations", create("nobody"), 404, "User not found"},
		try{"none is there", "GET /data-integrations", "", 200, `"data":[]`},
		try{"nor for tokens", "POST /data-integrations/crm/token", `{"user_id": "ann"}`, 404, ""},
		try{"of a user", "POST /data-integrations", create("ann"), 201, `"slug":"crm"`},
		try{"now it is", "GET /data-integrations", "", 200, `"crm"`},
	)
	w := start(t, fake.WithTime(noon))
	w.tries(
		try{
			"another method by switch", "PUT /_control/scenario",
			`{"scenario": {"auth_method": "oauth", "expires_in": "5m", "refresh": "fails"}, "user_id": "ann"}`,
			200, "",
		},
		try{"which has no key", "POST /data-integrations", create("ann"), 400, "auth method is oauth"},
		try{"none is there", "GET /data-integrations/crm", "", 404, ""},
		try{
			"its connection stands as before", "POST /data-integrations/crm/token", `{"user_id": "ann"}`,
			200, `"active":true`,
		},
		try{"and dies as before", "POST /_control/clock/advance", `{"by": "5m"}`, 200, ""},
	)
	expect(t, "events", w.eventsInWords(), "reauthorization_needed ann")
	w.tries(
		try{"an id is not used up", "POST /data-integrations", create("bob"), 201, ""},
		try{"and is one of the list", "GET /data-integrations?order=asc", "", 200, `"crm"`},
	)
}

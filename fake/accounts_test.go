package fake_test

import (
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

const alice = "/user_management/users/alice/connected_accounts/github"

func TestEveryEndpointShowsTheSameConnection(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon), fake.WithScenario("not_installed"))
	w.tries(
		try{
			"there is none", "GET " + alice, "",
			404, "none with github (not_installed by the start that WithScenario gave)",
		},
		try{"nor to update", "PUT " + alice, `{}`, 404, "entity_not_found"},
		try{"nor to delete", "DELETE " + alice, "", 404, "entity_not_found"},
		try{"import", "POST " + alice, `{"access_token": "mine", "scopes": ["repo"]}`, 201, `"scopes":["repo"]`},
		try{"served", "POST /data-integrations/github/token", `{"user_id": "alice"}`, 200, `"access_token":"mine"`},
		try{"vended", "POST /data-integrations/github/credentials", `{"user_id": "alice"}`, 200, `"value":"mine"`},
		try{
			"what it lacks", "POST /data-integrations/github/token", `{"user_id": "alice"}`,
			200, `"missing_scopes":["user:email","read:org"]`,
		},
		try{"listed", "GET /user_management/users/alice/data_providers", "", 200, `"scopes":["repo"]`},
		try{"twice", "POST " + alice, `{"access_token": "t"}`, 409, "imported over the API"},
		try{"in an organization it is another", "GET " + alice + "?organization_id=acme", "", 404, ""},
		try{
			"imported there", "POST " + alice + "?organization_id=acme", `{"access_token": "theirs"}`,
			201, `"organization_id":"acme"`,
		},
		try{
			"served there", "POST /data-integrations/github/token",
			`{"user_id": "alice", "organization_id": "acme"}`,
			200, "theirs",
		},
		try{"rotate", "PUT " + alice, `{"access_token": "new"}`, 200, `"connected"`},
		try{
			"served at once", "POST /data-integrations/github/token", `{"user_id": "alice"}`,
			200, `"access_token":"new","expires_at":null,"scopes":["repo"]`,
		},
		try{"grant more", "PUT " + alice, `{"scopes": ["repo", "user:email", "read:org"]}`, 200, ""},
		try{"complete", "POST /data-integrations/github/token", `{"user_id": "alice"}`, 200, `"missing_scopes":[]`},
		try{"by hand", "PUT " + alice, `{"state": "needs_reauthorization"}`, 200, `"needs_reauthorization"`},
		try{
			"in the token", "POST /data-integrations/github/token", `{"user_id": "alice"}`,
			200, `{"active":false,"error":"needs_reauthorization"}`,
		},
		try{
			"in the credentials", "POST /data-integrations/github/credentials", `{"user_id": "alice"}`,
			200, `{"active":false,"error":"needs_reauthorization"}`,
		},
		try{"good tokens connect", "PUT " + alice, `{"access_token": "good"}`, 200, `"connected"`},
		try{
			"called something", "PUT " + alice,
			`{"account_display_name": "Work", "account_identifier": "octocat"}`,
			200, `"account_identifier":"octocat","account_display_name":"Work"`,
		},
		try{
			"the rest stays", "PUT " + alice, `{"account_display_name": null}`,
			200, `"account_identifier":"octocat","account_display_name":null`,
		},
		try{"delete", "DELETE " + alice, "", 204, ""},
		try{"gone", "GET " + alice, "", 404, "deleted over the API"},
		try{"gone for good", "DELETE " + alice, "", 404, ""},
		try{"the token knows", "POST /data-integrations/github/token", `{"user_id": "alice"}`, 200, "not_installed"},
	)
	expect(t, "events", w.eventsInWords(),
		"connected alice, connected alice, reauthorization_needed alice, connected alice, disconnected alice")
}

func TestSwitchesKeepImportedTokens(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon), fake.WithScenario("not_installed"))
	first := decode[account](t, w.do("POST", alice, `{"access_token": "mine", "scopes": ["repo"]}`), 201)
	w.Use("needs_reauthorization")
	expect(t, "state", w.account("alice", "github").State, "needs_reauthorization")
	w.Use("active")
	expect(t, "token", w.token("github", "alice").AccessToken.AccessToken, "mine")
	w.Use("not_installed")
	expect(t, "hidden", w.do("GET", alice, "").status, 404)
	w.Use("active")
	expect(t, "the same again", w.account("alice", "github").ID, first.ID)
	w.UseState(fake.State{AccessToken: "named"})
	expect(t, "named", w.token("github", "alice").AccessToken.AccessToken, "named")
	w.Use("active")
	w.Advance(time.Hour)
	if refreshed := w.token("github", "alice").AccessToken.AccessToken; refreshed == "mine" {
		t.Error("the refreshed token is the imported one")
	}
	w.tries(try{"delete", "DELETE " + alice, "", 204, ""})
	w.Use("active")
	if again := w.account("alice", "github").ID; again == first.ID {
		t.Error("the connection after a deletion has the id of the one before")
	}
}

func TestConnectionOwnedByAnOrganization(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon), fake.WithScenario("not_installed"))
	const (
		acme   = "/organizations/acme/connected_accounts/slack"
		shared = `"organization_id": "acme", "connection_owner": "organization"`
	)
	w.tries(
		try{"none", "GET " + acme, "", 404, ""},
		try{"somebody acts", "POST " + acme, `{"access_token": "t"}`, 422, "user_id is required"},
		try{
			"a user in the SDK's words", "POST /data-integrations/slack/token", `{"userId": "bob"}`,
			400, `user_id is required: write it in place of \"userId\"`,
		},
		try{
			"a user misspelt", "POST /data-integrations/slack/token", `{"user": "bob"}`,
			400, `user_id is required: write it in place of \"user\"`,
		},
		try{
			"import", "POST " + acme,
			`{"access_token": "shared", "user_id": "admin"}`,
			201, `"user_id":null,"organization_id":"acme"`,
		},
		try{
			"any member uses it", "POST /data-integrations/slack/token", `{"user_id": "bob", ` + shared + `}`,
			200, `"access_token":"shared"`,
		},
		try{
			"nobody owns it", "POST /data-integrations/slack/token",
			`{"user_id": "admin", "organization_id": "acme"}`,
			200, "not_installed",
		},
		try{
			"it has an organization", "POST /data-integrations/slack/token",
			`{"user_id": "bob", "connection_owner": "organization"}`,
			400, "organization_id is required",
		},
		try{
			"owners", "POST /data-integrations/slack/token",
			`{"user_id": "bob", "connection_owner": "team"}`,
			400, "not one of user, organization",
		},
		try{"vended", "POST /data-integrations/slack/credentials", `{"user_id": "bob", ` + shared + `}`, 200, "shared"},
		try{
			"listed", "GET /organizations/acme/data_providers", "",
			200, `"slug":"slack","integration_type":"slack","credentials_type":"shared"`,
		},
		try{
			"its users' are not", "GET /organizations/acme/data_providers", "",
			200, `"connection_owner":"organization","ownership":"organization"`,
		},
		try{
			"update", "PUT " + acme,
			`{"state": "needs_reauthorization", "user_id": "admin"}`,
			200, "needs_reauthorization",
		},
		try{"delete", "DELETE " + acme, "", 204, ""},
		try{"gone", "DELETE " + acme, "", 404, ""},
	)
	expect(t, "events", w.eventsInWords(), "connected acme, reauthorization_needed acme, disconnected acme")
	w.Use("active", fake.User("bob"))
	expect(t, "a user's switch leaves it", w.do("GET", acme, "").status, 404)
	w.Use("expired", fake.OrganizationOwned(), fake.Organization("acme"))
	expect(t, "its own does not", w.do("GET", acme, "").status, 200)
	expect(t, "and leaves users", w.token("slack", "carol", "acme").Error, "not_installed")
	w.put(`{"scenario": "not_installed", "connection_owner": "organization"}`)
	expect(t, "nor over HTTP", w.do("GET", acme, "").status, 404)
	why := string(
		w.control("GET", "scenario?provider=slack&organization_id=acme&connection_owner=organization", "").body)
	if !strings.Contains(why, `"user_id": null`) || !strings.Contains(why, "owned by the organization") {
		t.Errorf("why: %s", why)
	}
}

func TestSeveralConnectionsWithOneProvider(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon), fake.WithScenario("not_installed"))
	first := decode[account](t, w.do("POST", alice, `{"access_token": "first", "connection_intent": "add"}`), 201)
	expect(t, "the first fills the slot", first.ConnectionRole, "compatibility")
	second := decode[account](t, w.do("POST", alice, `{"access_token": "second", "connection_intent": "add"}`), 201)
	expect(t, "the second is beside it", second.ConnectionRole, "standard")
	token := func(more string) string { return `{"user_id": "alice"` + more + `}` }
	const plural = `, "supports_multiple_connections": true`
	chosen := `, "connected_account_id": "` + second.ID + `"`
	w.tries(
		try{"without new fields", "POST /data-integrations/github/token", token(""), 200, `"access_token":"first"`},
		try{"which one", "POST /data-integrations/github/token", token(plural), 409, "account_selection_required"},
		try{
			"which one, vended", "POST /data-integrations/github/credentials", token(plural),
			409, "account_selection_required",
		},
		try{
			"which one, shown",
			"GET " + alice + "?supports_multiple_connections=true", "",
			409, "account_selection_required",
		},
		try{
			"which one, deleted",
			"DELETE " + alice + "?supports_multiple_connections=true", "",
			409, "account_selection_required",
		},
		try{"this one", "POST /data-integrations/github/token", token(chosen), 200, `"access_token":"second"`},
		try{
			"this one, plural", "POST /data-integrations/github/token", token(plural + chosen),
			200, `"access_token":"second"`,
		},
		try{
			"another's", "POST /data-integrations/github/token", `{"user_id": "bob"` + chosen + `}`,
			404, "this owner has no",
		},
		try{
			"both listed",
			"GET /user_management/users/alice/data_providers?supports_multiple_connections=true", "",
			200, second.ID,
		},
		try{
			"update this one",
			"PUT " + alice + "?connection_intent=reauthorize&connected_account_id=" + second.ID,
			`{"state": "needs_reauthorization"}`,
			200, `"standard"`,
		},
		try{
			"update the first, also from clients that know of several",
			"PUT " + alice + "?supports_multiple_connections=true", `{"account_display_name": "A"}`,
			200, `"connection_role":"compatibility"`,
		},
		try{
			"update which",
			"PUT " + alice + "?connection_intent=reauthorize", "{}",
			400, "connected_account_id is required",
		},
		try{"an update adds nothing", "PUT " + alice + "?connection_intent=add", "{}", 400, "belongs to an import"},
		try{"the first stays", "POST /data-integrations/github/token", token(""), 200, `"access_token":"first"`},
		try{"delete the first", "DELETE " + alice, "", 204, ""},
		try{"an empty slot", "POST /data-integrations/github/token", token(""), 200, "not_installed"},
		try{"the one left", "POST /data-integrations/github/token", token(plural), 200, "needs_reauthorization"},
		try{"delete it", "DELETE " + alice + "?connected_account_id=" + second.ID, "", 204, ""},
		try{"none left", "DELETE " + alice + "?supports_multiple_connections=true", "", 404, ""},
		try{"a strange flag", "GET " + alice + "?supports_multiple_connections=yes", "", 400, "must be true or false"},
	)
	w.put(`{"scenario": "active"}`)
	w.tries(try{
		"add beside a scenario's", "POST " + alice,
		`{"access_token": "third", "connection_intent": "add"}`,
		201, `"standard"`,
	})
	third := decode[account](t, w.do("GET", alice+"?connected_account_id="+w.lastOf("alice", "github"), ""), 200)
	if third.ID == second.ID {
		t.Error("the id of a deleted connection came back")
	}
	w.put(`{"scenario": "needs_reauthorization", "user_id": "alice"}`)
	w.tries(try{
		"a switch covers all", "POST /data-integrations/github/token",
		token(`, "connected_account_id": "` + third.ID + `"`),
		200, "needs_reauthorization",
	})
}

// lastOf returns the id of the newest of a user's connections with a provider.
func (w world) lastOf(user, provider string) (id string) {
	w.t.Helper()
	providers := decode[listed[struct {
		Slug              string
		ConnectedAccounts []account `json:"connected_accounts"`
	}]](w.t, w.do("GET", "/user_management/users/"+user+"/data_providers?supports_multiple_connections=true", ""), 200)
	for _, one := range providers.Data {
		if one.Slug == provider {
			id = one.ConnectedAccounts[len(one.ConnectedAccounts)-1].ID
		}
	}
	return id
}

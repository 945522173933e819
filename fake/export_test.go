package fake_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"

	"pgregory.net/rapid"
)

// What calls changed of a provider is written into what the file says of it: the rest stays, secrets and comments included.
func TestAnExportKeepsWhatTheFileSays(t *testing.T) {
	t.Parallel()
	w := withFile(t, `version: 1
providers:
  salesforce: # the CRM
    credentials: organization
    config_fields: {key: {secret: true}, region: {}}
    organizations:
      org_demo: {client_id: of-the-file, client_secret: secret-of-the-file} # theirs
      org_both: {client_id: both, client_secret: secret-of-both, config: {key: key-of-the-file, region: eu}}
  github: &git {scopes: [repo, gist]}
  gitlab: *git
`, fake.WithTime(noon))
	w.do("PUT", "/organizations/org_other/data_integration_configurations/salesforce", `{"enabled": false}`)
	w.do("PUT", "/organizations/org_both/data_integration_configurations/salesforce", `{"enabled": false, "config": {"key": "key-of-the-file", "region": "us"}}`)
	w.do("PUT", "/organizations/org_new/data_integration_configurations/salesforce", `{"client_id": "i", "client_secret": "secret-of-a-call"}`)
	w.do("PUT", "/organizations/org_demo/data_integration_configurations/github", `{"enabled": false}`)
	exported := string(w.Export())
	for _, keeps := range []string{
		"# the CRM", "org_demo: {client_id: of-the-file, client_secret: secret-of-the-file} # theirs", "org_other: {enabled: false}",
		"client_id: both, client_secret: secret-of-both, config: {key: key-of-the-file, region: us}, enabled: false",
		"Left out: the client_id and client_secret that organization \"org_new\" gave for salesforce.", "gitlab: {scopes: [repo, gist]}",
	} {
		if !strings.Contains(exported, keeps) {
			t.Errorf("the export lacks %q:\n%s", keeps, exported)
		}
	}
	if strings.Contains(exported, "secret-of-a-call") {
		t.Errorf("the export has a secret:\n%s", exported)
	}
	again := withFile(t, exported, fake.WithTime(noon))
	for _, organization := range []string{"org_demo", "org_both", "org_other"} {
		path := "/organizations/" + organization + "/data_integration_configurations"
		got, want := string(again.do("GET", path, "").body), string(w.do("GET", path, "").body)
		sameText(t, organization, strings.ReplaceAll(got, again.URL(), ""), strings.ReplaceAll(want, w.URL(), ""))
	}
}

// places are the connections that TestRandomSessions plays with.
func places() (queries []string) {
	for _, provider := range []string{"github", "slack"} {
		for _, user := range []string{"alice", "bob"} {
			query := "provider=" + provider + "&user_id=" + user
			queries = append(queries, query, query+"&organization_id=acme")
		}
	}
	return queries
}

// standing is how a connection stands, without what an export may change.
type standing struct {
	State, Because string
	Scopes         []string
	MissingScopes  []string `json:"missing_scopes"`
	ExpiresAt      *string  `json:"expires_at"`
	AuthMethod     string   `json:"auth_method"`
}

func (w world) standing(query string) (says, because string) {
	w.t.Helper()
	s := decode[standing](w.t, w.control("GET", "scenario?"+query, ""), 200)
	if s.State == "not_installed" {
		s.AuthMethod = "" // it has none that anybody sees
	}
	return fmt.Sprint(s.State, s.Scopes, s.MissingScopes, orNever(s.ExpiresAt), s.AuthMethod), s.Because
}

// Whatever happened, an export loads to the same state, and goes on in the same way as time passes and ttls end.
func TestRandomSessions(t *testing.T) {
	t.Parallel()
	set := parse(t, sessionFile)
	rapid.Check(t, func(rt *rapid.T) {
		begin := func(set *scenarios.Set, at time.Time) world {
			server, err := fake.New(fake.WithScenarios(set), fake.WithTime(at))
			if err != nil {
				rt.Fatal(err)
			}
			return world{Server: server, t: t, client: server.Client(), key: server.APIKey()}
		}
		w := begin(set, noon)
		defer w.Close()
		var did []string
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			query, err := url.ParseQuery(rapid.SampledFrom(places()).Draw(rt, "whose"))
			if err != nil {
				rt.Fatal(err)
			}
			provider, user, organization := query.Get("provider"), query.Get("user_id"), query.Get("organization_id")
			account := accountPath(user, provider)
			if organization != "" {
				account += "?organization_id=" + organization
			}
			call := func(method, path, body string) {
				did = append(did, method+" "+path+" "+body)
				w.do(method, path, body)
			}
			switch rapid.SampledFrom([]string{"ask", "ask", "switch", "switch", "switch", "advance", "import", "update", "delete"}).Draw(rt, "what") {
			case "ask":
				body, _ := json.Marshal(map[string]string{"user_id": user, "organization_id": organization})
				call("POST", "/data-integrations/"+provider+"/token", strings.ReplaceAll(string(body), `"organization_id":"",`, ""))
			case "switch":
				parts := []string{rapid.SampledFrom([]string{`"active"`, `"expired"`, `"not_installed"`, `"needs_reauthorization"`, `"missing_scopes"`, `"dies"`, `"flaky"`, `"loop"`,
					`{"expires_in": "20m"}`, `{"access_token": "token-of-a-call"}`, `{"auth_method": "api_key"}`}).Draw(rt, "scenario")}
				parts[0] = `"scenario": ` + parts[0]
				for field, value := range map[string]string{"provider": provider, "user_id": user, "organization_id": organization} {
					if value != "" && rapid.Bool().Draw(rt, "narrow by "+field) {
						parts = append(parts, fmt.Sprintf("%q: %q", field, value))
					}
				}
				if ttl := rapid.SampledFrom([]string{"", "4m", "10m", "2h"}).Draw(rt, "ttl"); ttl != "" {
					parts = append(parts, `"ttl": "`+ttl+`"`)
				}
				call("PUT", "/_control/scenario", "{"+strings.Join(parts, ", ")+"}")
			case "advance":
				by := rapid.SampledFrom([]time.Duration{time.Second, 3 * time.Minute, 58 * time.Minute, 3 * time.Hour}).Draw(rt, "by")
				did = append(did, by.String())
				w.Advance(by)
			case "import":
				call("POST", account, rapid.SampledFrom([]string{`{}`, `{"access_token": "token-imported", "expires_at": "2026-11-23T14:00:00Z", "refresh_token": "r"}`}).Draw(rt, "tokens"))
			case "update":
				call("PUT", account, rapid.SampledFrom([]string{`{"scopes": ["gist"]}`, `{"state": "needs_reauthorization"}`, `{"access_token": "token-updated"}`}).Draw(rt, "tokens"))
			case "delete":
				call("DELETE", account, "")
			}
		}
		exported := w.Export()
		loaded, err := scenarios.Parse("the export", exported)
		if err != nil {
			rt.Fatalf("%v\n%s", err, exported)
		}
		if said := string(exported); regexp.MustCompile("token-(of-a-call|imported|updated)").MatchString(said) {
			rt.Fatalf("it has a secret:\n%s", said)
		}
		again := begin(loaded, w.Now())
		defer again.Close()
		for _, later := range []time.Duration{0, 3 * time.Minute, 5 * time.Minute, 50 * time.Minute, 2 * time.Hour} {
			w.Advance(later)
			again.Advance(later)
			for _, query := range places() {
				is, because := w.standing(query)
				got, now := again.standing(query)
				if is != got {
					rt.Fatalf("%s, %s later: %s (%s), loaded: %s (%s), after\n%s\n%s", query, later, is, because, got, now, strings.Join(did, "\n"), exported)
				}
			}
		}
	})
}

// What is left out is told, all that comes from calls and is secret included.
func TestWhatAnExportLeavesOut(t *testing.T) {
	t.Parallel()
	w := withFile(t, `version: 1
seed: 3
providers:
  linear: {auth_methods: [client_credentials], config_fields: {key: {secret: true}, region: {}}}
  acme: {credentials: custom}
scenarios:
  ours: {access_token: token-of-the-file}
`, fake.WithTime(noon))
	w.put(`{"scenario": "ours", "user_id": "u1"}`)
	w.put(`{"scenario": {"access_token": "secret-of-a-switch"}, "user_id": "u2"}`)
	w.put(`{"scenario": {"steps": [{"scenario": {"access_token": "secret-of-a-step"}, "times": 3}, {"scenario": "ours"}]}, "user_id": "u3"}`)
	w.put(`{"scenario": {"access_token": "secret-of-another"}, "user_id": "u4"}`)
	for _, user := range []string{"u1", "u2", "u3", "u4", "u5"} {
		w.token("github", user)
	}
	w.do("PUT", accountPath("u4", "github"), `{"scopes": ["repo"]}`)
	w.put(`{"scenario": "not_installed", "user_id": "u5", "provider": "slack"}`)
	w.do("POST", accountPath("u5", "slack"), `{"access_token": "secret-of-an-import", "account_identifier": "u5@example.com", "account_display_name": "Five"}`)
	w.do("PUT", "/data-integrations/linear/client-credentials", `{"user_id": "u6", "client_id": "i", "client_secret": "secret-of-a-client", "config": {"region": "eu"}}`)
	w.do("PUT", "/data-integrations/acme", `{"credentials": {"type": "custom", "client_id": "i", "client_secret": "secret-of-an-integration"}}`)
	w.do("POST", "/data-integrations/github/authorize", `{"user_id": "u7"}`)
	w.Advance(5 * time.Minute)
	w.do("POST", "/_control/faults", `{"status": 503, "operation": "list_events", "probability": 0.5}`)
	w.do("POST", "/_control/faults", `{"rate_limit": {"requests": 2, "per": "1h"}, "operation": "list_events"}`)
	w.do("GET", "/events", "")
	exported := string(w.Export())
	for _, says := range []string{
		`Left out: an access_token of switch 2, for user "u2".`, `Left out: an access_token of switch 3, for user "u3".`, `Left out: an access_token of switch 4, for user "u4".`,
		`Left out: the secret that was given for provider "github", user "u4".`, `Left out: the secret that was given for provider "slack", user "u5".`,
		`Left out: the account_identifier and account_display_name of provider "slack", user "u5".`, `Left out: the client_id and client_secret that were given for provider "linear", user "u6".`,
		`Left out: the config of provider "linear", user "u6".`, "Left out: the client_id and client_secret of the data integration acme of ownership user.",
		"Left out: consent pages that wait", "Left out: that the clock stands still, at 2026-11-23T12:05:00.000Z.", "Otherwise than here: the fault fault_1 (status) begins anew", "the fault fault_2 (rate_limit) begins anew",
		"Otherwise than here: which tokens come next", "scenarios:\n  ours: {access_token: token-of-the-file}", "{user_id: u1, scenario: ours}", "{user_id: u2, scenario: {}}",
	} {
		if !strings.Contains(exported, says) {
			t.Errorf("the export lacks %q:\n%s", says, exported)
		}
	}
	if strings.Contains(exported, "secret-of") {
		t.Errorf("the export has a secret:\n%s", exported)
	}
	w.control("PUT", "clock", `{"frozen": false}`)
	w.Advance(time.Hour)
	if exported := string(w.Export()); !strings.Contains(exported, " real time.") {
		t.Errorf("nobody is told of the clock:\n%s", exported)
	}
}

// A token that an export pins is not given again by the refresh that replaces it.
func TestARefreshAfterAnExport(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\n", fake.WithTime(noon))
	w.token("github", "alice")
	w.Advance(time.Hour)
	pinned := w.token("github", "alice").AccessToken.AccessToken
	again := withFile(t, string(w.Export()), fake.WithTime(w.Now()))
	expect(t, "the token", again.token("github", "alice").AccessToken.AccessToken, pinned)
	w.Advance(time.Hour)
	again.Advance(time.Hour)
	next := w.token("github", "alice").AccessToken.AccessToken
	expect(t, "the next one", again.token("github", "alice").AccessToken.AccessToken, next)
	expect(t, "whether it is another", next != pinned, true)
}

// Ids and texts that YAML would take for something else come through.
func TestAnExportOfOddTexts(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"\n", "\n\n", "\na", "a\n", "<<", "\x00", "\u2028", " ", "null", "é"} {
		w := withFile(t, "version: 1\n", fake.WithTime(noon))
		quoted, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		isID := !strings.ContainsFunc(text, unicode.IsControl)
		if isID {
			w.put(`{"scenario": "expired", "user_id": ` + string(quoted) + `}`)
		}
		w.do("POST", "/_control/faults", `{"status": 503, "body": `+string(quoted)+`, "operation": "list_events"}`)
		again := withFile(t, string(w.Export()), fake.WithTime(noon))
		if isID {
			expect(t, string(quoted)+" as a user", again.token("github", text).AccessToken.ExpiresAt.Before(noon), true)
		}
		expect(t, string(quoted)+" as a body", string(again.do("GET", "/events", "").body), text)
	}
}

package fake_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"

	"example.com/pipesfake/fake"
)

// Changes that calls made to a provider are written into the provider's entry of the file. The rest of the entry
// stays, with its secrets and comments.
func TestExportKeepsWhatTheFileSays(t *testing.T) {
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
	w.do("PUT", "/organizations/org_both/data_integration_configurations/salesforce",
		`{"enabled": false, "config": {"key": "key-of-the-file", "region": "us"}}`)
	w.do("PUT", "/organizations/org_new/data_integration_configurations/salesforce",
		`{"client_id": "i", "client_secret": "secret-of-a-call"}`)
	w.do("PUT", "/organizations/org_demo/data_integration_configurations/github", `{"enabled": false}`)
	exported := string(w.Export())
	for _, keeps := range []string{
		"# the CRM", "org_demo: {client_id: of-the-file, client_secret: secret-of-the-file} # theirs",
		"org_other: {enabled: false}",
		"client_id: both, client_secret: secret-of-both, config: {key: key-of-the-file, region: us}, " +
			"enabled: false",
		"Left out: the client_id and client_secret that organization \"org_new\" gave for salesforce.",
		"gitlab: {scopes: [repo, gist]}",
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

// The export lists everything that it leaves out, including the secrets that calls sent.
func TestExportListsWhatItLeavesOut(t *testing.T) {
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
	w.put(`{"scenario": {"steps": [{"scenario": {"access_token": "secret-of-a-step"}, "times": 3}, ` +
		`{"scenario": "ours"}]}, "user_id": "u3"}`)
	w.put(`{"scenario": {"access_token": "secret-of-another"}, "user_id": "u4"}`)
	for _, user := range []string{"u1", "u2", "u3", "u4", "u5"} {
		w.token("github", user)
	}
	w.do("PUT", accountPath("u4", "github"), `{"scopes": ["repo"]}`)
	w.put(`{"scenario": "not_installed", "user_id": "u5", "provider": "slack"}`)
	w.do("POST", accountPath("u5", "slack"), `{"access_token": "secret-of-an-import", `+
		`"account_identifier": "u5@example.com", "account_display_name": "Five"}`)
	w.do("PUT", "/data-integrations/linear/client-credentials", `{"user_id": "u6", "client_id": "i", `+
		`"client_secret": "secret-of-a-client", "config": {"region": "eu"}}`)
	w.do("PUT", "/data-integrations/acme",
		`{"credentials": {"type": "custom", "client_id": "i", "client_secret": "secret-of-an-integration"}}`)
	w.do("POST", "/data-integrations/github/authorize", `{"user_id": "u7"}`)
	w.Advance(5 * time.Minute)
	w.do("POST", "/_control/faults", `{"status": 503, "operation": "list_events", "probability": 0.5}`)
	w.do("POST", "/_control/faults", `{"rate_limit": {"requests": 2, "per": "1h"}, "operation": "list_events"}`)
	w.do("GET", "/events", "")
	exported := string(w.Export())
	for _, says := range []string{
		`Left out: an access_token of switch 2, for user "u2".`,
		`Left out: an access_token of switch 3, for user "u3".`,
		`Left out: an access_token of switch 4, for user "u4".`,
		`Left out: the secret that was given for provider "github", user "u4".`,
		`Left out: the secret that was given for provider "slack", user "u5".`,
		`Left out: the account_identifier and account_display_name of provider "slack", user "u5".`,
		`Left out: the client_id and client_secret that were given for provider "linear", user "u6".`,
		`Left out: the config of provider "linear", user "u6".`,
		"Left out: the client_id and client_secret of the data integration acme of ownership user.",
		"Left out: consent pages that wait",
		"Left out: that the clock is stopped at 2026-11-23T12:05:00.000Z.",
		"Different: the fault fault_1 (status) starts again",
		"the fault fault_2 (rate_limit) starts again", "Different: the next tokens",
		"scenarios:\n  ours: {access_token: token-of-the-file}", "{user_id: u1, scenario: ours}",
		"{user_id: u2, scenario: {}}",
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
		t.Errorf("the export does not mention the clock:\n%s", exported)
	}
}

// A token that an export contains is not issued again by the refresh that replaces it.
func TestRefreshAfterAnExport(t *testing.T) {
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

// Ids and texts that YAML could read as something else are exported correctly.
func TestExportOfUnusualTexts(t *testing.T) {
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

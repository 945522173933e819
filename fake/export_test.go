package fake_test

import (
	"strings"
	"testing"

	"example.com/pipesfake/fake"
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

package api

import (
	"slices"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

func TestMistakesInABodyThatMakesAnIntegration(t *testing.T) {
	t.Parallel()
	const byOrganizations = `"provider":"github","credentials":{"type":"organization"}`
	testMistakes(t, func(o *body.Object) { readIntegration(o) }, []bodyCase{
		{"organizations supply the credentials", `{` + byOrganizations + `}`, ""},
		{"custom credentials",
			`{"provider":"github","credentials":{"type":"custom","client_id":"i","client_secret":"s"}}`, ""},
		{"nothing", `{}`, "provider required, credentials required"},
		{"a provider that is no slug", `{"provider":"Git Hub","credentials":{"type":"organization"}}`,
			"provider invalid"},
		{"credentials without a type", `{"provider":"github","credentials":{}}`, "credentials.type required"},
		{"credentials of an unknown type", `{"provider":"github","credentials":{"type":"x"}}`,
			"credentials.type invalid"},
		{"custom credentials without an id", `{"provider":"github","credentials":{"type":"custom"}}`,
			"credentials.client_id required"},
		{"custom credentials without a secret",
			`{"provider":"github","credentials":{"type":"custom","client_id":"i"}}`,
			"credentials.client_secret required"},
		{"custom credentials of a provider without secrets", `{"provider":"own","custom_provider":{"name":"Own",` +
			`"authorization_url":"https://own.test/a","token_url":"https://own.test/t",` +
			`"client_secret_required":false},"credentials":{"type":"custom","client_id":"i"}}`, ""},
		{"credentials of organizations with an id",
			`{"provider":"github","credentials":{"type":"organization","client_id":"i"}}`,
			"credentials.client_id invalid"},
		{"an API key instead of credentials", `{"provider":"linear","auth_methods":["api_key"]}`, ""},
		{"an API key with a first connection",
			`{"provider":"linear","auth_methods":["api_key"],"api_key":{"secret":"12345","user_id":"u"}}`, ""},
		{"a first connection without an owner",
			`{"provider":"linear","auth_methods":["api_key"],"api_key":{"secret":"12345"}}`,
			"api_key.user_id required"},
		{"a first connection with a short key",
			`{"provider":"linear","auth_methods":["api_key"],"api_key":{"secret":"1234","user_id":"u"}}`,
			"api_key.secret invalid"},
		{"a first connection of no organization", `{"provider":"linear","ownership":"organization",` +
			`"auth_methods":["api_key"],"api_key":{"secret":"12345","user_id":"u"}}`,
			"api_key.organization_id required"},
		{"a first connection by OAuth", `{` + byOrganizations + `,"api_key":{"secret":"12345","user_id":"u"}}`,
			"api_key invalid"},
		{"two methods", `{` + byOrganizations + `,"auth_methods":["oauth","api_key"]}`, "auth_methods invalid"},
		{"no method", `{` + byOrganizations + `,"auth_methods":[]}`, "auth_methods invalid"},
		{"an unknown method", `{` + byOrganizations + `,"auth_methods":["apikey"]}`, "auth_methods invalid"},
		{"a custom provider without what OAuth needs", `{` + byOrganizations + `,"custom_provider":{}}`,
			"custom_provider.name required, custom_provider.authorization_url required, " +
				"custom_provider.token_url required"},
		{"a custom provider by API key needs a name only",
			`{"provider":"own","auth_methods":["api_key"],"custom_provider":{}}`, "custom_provider.name required"},
		{"an address that is no URL", `{` + byOrganizations + `,"custom_provider":{"name":"Own",` +
			`"authorization_url":"x","token_url":"https://own.test/t"}}`, "custom_provider.authorization_url invalid"},
	})
}

// Credentials belong to OAuth: integrations by other methods do not use those that a body has.
func TestIntegrationOfABody(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, body string
		check      func(made model.Integration, key *model.Install) bool
	}{
		{"OAuth by default, owned by users", `{"provider":"github","credentials":{"type":"organization"}}`,
			func(made model.Integration, key *model.Install) bool {
				return slices.Equal(made.Provider.AuthMethods, []string{scenarios.OAuth}) &&
					made.Ownership == scenarios.OwnerUser && made.Credentials != nil && key == nil
			}},
		{"an API key drops credentials",
			`{"provider":"linear","auth_methods":["api_key"],"credentials":{"type":"organization"}}`,
			func(made model.Integration, _ *model.Install) bool { return made.Credentials == nil }},
		{"the first key of a user", `{"provider":"linear","auth_methods":["api_key"],` +
			`"api_key":{"secret":"12345","user_id":"u","organization_id":"o"}}`,
			func(_ model.Integration, key *model.Install) bool {
				want := scenarios.Key{Provider: "linear", User: "u", Organization: "o"}
				return key.Key == want && key.ActingUser == ""
			}},
		{"the first key of an organization", `{"provider":"linear","ownership":"organization",` +
			`"auth_methods":["api_key"],"api_key":{"secret":"12345","user_id":"u","organization_id":"o"}}`,
			func(_ model.Integration, key *model.Install) bool {
				want := scenarios.Key{Provider: "linear", Organization: "o"}
				return key.Key == want && key.ActingUser == "u"
			}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			object := objectOf(t, test.body)
			made, key := readIntegration(object)
			if err := object.Err(); err != nil || !test.check(made, key) {
				t.Errorf("%+v with %+v (%v)", made, key, err)
			}
		})
	}
}

func TestUpdateOfAnIntegration(t *testing.T) {
	t.Parallel()
	oauth := model.Integration{
		Slug: "github", Description: new("before"), Scopes: []string{"repo"}, Credentials: new(model.Credentials),
		Provider: scenarios.Provider{AuthMethods: []string{scenarios.OAuth}, Enabled: true},
	}
	apiKey := model.Integration{Slug: "linear", Provider: scenarios.Provider{AuthMethods: []string{scenarios.APIKey}}}
	own := pipes.CustomProvider{
		Name: "Own", TokenURL: new("https://own.test/t"), RefreshTokenURL: new("https://own.test/r"),
	}
	custom := model.Integration{
		Slug: "own", Custom: &own,
		Provider: scenarios.Provider{AuthMethods: []string{scenarios.OAuth}},
	}
	for _, test := range []struct {
		name, body string
		before     model.Integration
		mistake    string
		check      func(model.Integration) bool
	}{
		{"nothing changes", `{}`, oauth, "", func(i model.Integration) bool {
			return *i.Description == "before" && len(i.Scopes) == 1 && i.Provider.Enabled
		}},
		{"null removes the description", `{"description":null}`, oauth, "",
			func(i model.Integration) bool { return i.Description == nil }},
		{"null brings the provider's scopes back", `{"scopes":null}`, oauth, "",
			func(i model.Integration) bool { return i.Scopes == nil }},
		{"no scopes", `{"scopes":[]}`, oauth, "",
			func(i model.Integration) bool { return i.Scopes != nil && len(i.Scopes) == 0 }},
		{"disabled", `{"enabled":false}`, oauth, "", func(i model.Integration) bool { return !i.Provider.Enabled }},
		{"credentials are replaced", `{"credentials":{"type":"organization"}}`, oauth, "",
			func(i model.Integration) bool { return i.Credentials.Type == scenarios.CredentialsOrganization }},
		{"credentials of an integration that has none", `{"credentials":{"type":"organization"}}`, apiKey,
			"credentials invalid", nil},
		{"the definition of a provider that is built in", `{"custom_provider":{"name":"x"}}`, oauth,
			"custom_provider invalid", nil},
		{"the name of a custom provider", `{"custom_provider":{"name":"New"}}`, custom, "",
			func(i model.Integration) bool {
				return i.Custom.Name == "New" && i.Provider.Name == "New" && i.Custom.TokenURL != nil
			}},
		{"null keeps an address that an OAuth provider needs", `{"custom_provider":{"token_url":null}}`, custom, "",
			func(i model.Integration) bool { return i.Custom.TokenURL != nil && i.Custom.Name == "Own" }},
		{"null removes the address for refreshes", `{"custom_provider":{"refresh_token_url":null}}`, custom, "",
			func(i model.Integration) bool { return i.Custom.RefreshTokenURL == nil && i.Custom.TokenURL != nil }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			object := objectOf(t, test.body)
			changed := test.before
			changeIntegration(object, &changed)
			if got := mistakes(t, object.Err()); got != test.mistake {
				t.Errorf("mistakes %q, want %q", got, test.mistake)
			}
			if test.check != nil && !test.check(changed) {
				t.Errorf("the integration became %+v", changed)
			}
		})
	}
	if custom.Custom.Name != "Own" || custom.Custom.RefreshTokenURL == nil {
		t.Error("an update changes the definition that others have")
	}
}

func TestMistakesInABodyThatConfiguresAnOrganization(t *testing.T) {
	t.Parallel()
	testMistakes(t, func(o *body.Object) { readOverrideChange(o) }, []bodyCase{
		{"nothing", `{}`, "body required"},
		{"null scopes are a change", `{"scopes":null}`, ""},
		{"enabled", `{"enabled":false}`, ""},
		{"a client", `{"client_id":"i","client_secret":"s"}`, ""},
		{"half a client", `{"client_id":"i"}`, "client_id required"},
		{"the other half", `{"client_secret":"s"}`, "client_id required"},
		{"config", `{"config":{}}`, ""},
	})
}

func TestChangeOfAnOverride(t *testing.T) {
	t.Parallel()
	before := scenarios.Override{Enabled: new(true), Scopes: []string{"repo"}, ClientID: "i", ClientSecret: "s"}
	for _, test := range []struct {
		name, body string
		check      func(scenarios.Override) bool
	}{
		{"what is absent stays", `{"config":{"a":"b"}}`, func(o scenarios.Override) bool {
			keepsClient := o.ClientID == "i" && o.ClientSecret == "s"
			return *o.Enabled && len(o.Scopes) == 1 && keepsClient && o.Config["a"] == "b"
		}},
		{"null scopes are inherited", `{"scopes":null}`, func(o scenarios.Override) bool { return o.Scopes == nil }},
		{"no scopes", `{"scopes":[]}`,
			func(o scenarios.Override) bool { return o.Scopes != nil && len(o.Scopes) == 0 }},
		{"a client", `{"client_id":"j","client_secret":"t"}`,
			func(o scenarios.Override) bool { return o.ClientID == "j" && o.ClientSecret == "t" }},
		{"disabled", `{"enabled":false}`, func(o scenarios.Override) bool { return !*o.Enabled }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			changed := before
			readOverrideChange(objectOf(t, test.body)).applyTo(&changed)
			if !test.check(changed) {
				t.Errorf("the override became %+v", changed)
			}
		})
	}
}

func TestRangesOfEvents(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	after := func(d time.Duration) *time.Time { return new(noon.Add(d)) }
	for _, test := range []struct {
		name   string
		page   model.Page
		filter model.EventFilter
		want   string
	}{
		{"none", model.Page{}, model.EventFilter{}, ""},
		{"open at the end", model.Page{}, model.EventFilter{From: &noon}, ""},
		{"30 days", model.Page{}, model.EventFilter{From: &noon, Until: after(maxRange)}, ""},
		{"more than 30 days", model.Page{}, model.EventFilter{From: &noon, Until: after(maxRange + 1)},
			"range_end invalid"},
		{"it ends before it begins", model.Page{}, model.EventFilter{From: &noon, Until: after(-1)},
			"range_end invalid"},
		{"a cursor has a beginning, too", model.Page{After: "event_1"}, model.EventFilter{From: &noon},
			"range_start invalid"},
		{"a cursor with an end", model.Page{After: "event_1"}, model.EventFilter{Until: &noon}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := mistakes(t, checkRange(test.page, test.filter)); got != test.want {
				t.Errorf("mistakes %q, want %q", got, test.want)
			}
		})
	}
}

func TestNamesOfEvents(t *testing.T) {
	t.Parallel()
	p := &call.Parameters{Values: map[string][]string{
		"events":   {" user.created, ,user.updated", ""},
		"events[]": {"user.deleted"},
	}}
	want := []string{"user.created", "user.updated", "user.deleted"}
	if got := readEventNames(p); !slices.Equal(got, want) || p.Err() != nil {
		t.Errorf("%q (%v), want %q", got, p.Err(), want)
	}
	wrong := &call.Parameters{Values: map[string][]string{"events": {"user.create"}}}
	readEventNames(wrong)
	if got := mistakes(t, wrong.Err()); got != "events invalid" {
		t.Errorf("an unknown event: %q", got)
	}
}

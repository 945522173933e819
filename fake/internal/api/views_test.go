package api

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// nullsOf returns the names of the members of a view that are null.
func nullsOf(t *testing.T, view any) string {
	t.Helper()
	var nulls []string
	for name, value := range membersOf(t, view) {
		if string(value) == "null" {
			nulls = append(nulls, name)
		}
	}
	slices.Sort(nulls)
	return strings.Join(nulls, " ")
}

func membersOf(t *testing.T, view any) (members map[string]json.RawMessage) {
	t.Helper()
	text, err := json.Marshal(view)
	if err == nil {
		err = json.Unmarshal(text, &members)
	}
	if err != nil {
		t.Fatal(err)
	}
	return members
}

// account returns a connected account of user_1 at github.
func account(method string) *model.Account {
	a := &model.Account{APIKeyLast4: "1234", ClientID: "client_1", SecretLast4: "5678", Config: map[string]string{}}
	a.Key = scenarios.Key{Provider: "github", User: "user_1"}
	a.State, a.AuthMethod, a.Token = scenarios.Connected, method, "token_1"
	a.Scopes, a.MissingScopes = []string{"repo"}, []string{}
	return a
}

func TestWhichFieldsOfAnAccountAreNull(t *testing.T) {
	t.Parallel()
	named := account(scenarios.OAuth)
	named.Identifier, named.DisplayName, named.Organization = "alice", "Alice", "org_1"
	named.EstablishedBy = "user_1"
	shared := account(scenarios.OAuth)
	shared.User, shared.Organization = "", "org_1"
	for _, test := range []struct {
		name    string
		account *model.Account
		want    string
	}{
		{"by OAuth", account(scenarios.OAuth), "account_display_name account_identifier api_key_last_4 " +
			"established_by_user_id organization_id state_reason"},
		{"by API key", account(scenarios.APIKey),
			"account_display_name account_identifier established_by_user_id organization_id state_reason"},
		{"by client credentials", account(scenarios.ClientCredentials),
			"account_display_name account_identifier api_key_last_4 established_by_user_id " +
				"organization_id state_reason"},
		{"with names, in an organization", named, "api_key_last_4 state_reason"},
		{"owned by an organization", shared,
			"account_display_name account_identifier api_key_last_4 established_by_user_id state_reason user_id"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			view := connectedAccount(test.account)
			if got := nullsOf(t, view); got != test.want {
				t.Errorf("null: %q, want %q", got, test.want)
			}
			_, hasClient := membersOf(t, view)["client_id"]
			if want := test.account.AuthMethod == scenarios.ClientCredentials; hasClient != want {
				t.Errorf("it has a client_id: %v, want %v", hasClient, want)
			}
		})
	}
}

// integrationBy returns an integration of github. By OAuth it has credentials of its own.
func integrationBy(method string) *model.Integration {
	i := &model.Integration{Slug: "github", Ownership: scenarios.OwnerUser, ID: "data_integration_1", Key: "dik_1"}
	i.Provider.AuthMethods = []string{method}
	if method == scenarios.OAuth {
		i.Credentials = &model.Credentials{Type: scenarios.CredentialsCustom, ClientID: "i", ClientSecret: "a secret"}
	}
	return i
}

func TestViewOfAnIntegration(t *testing.T) {
	t.Parallel()
	shared := integrationBy(scenarios.OAuth)
	shared.Credentials = nil
	described := integrationBy(scenarios.OAuth)
	described.Description, described.Scopes = new("Ours"), []string{"repo"}
	described.Custom = new(pipes.CustomProvider)
	const callback = "http://fake.test/data-integrations/github/dik_1/callback"
	for _, test := range []struct {
		name        string
		integration *model.Integration
		nulls       string
		redirectURI string
	}{
		{"by OAuth with its own credentials", integrationBy(scenarios.OAuth),
			"custom_provider description installation scopes", callback},
		{"by OAuth with WorkOS's credentials", shared,
			"credentials custom_provider description installation scopes", callback},
		{"with every field", described, "installation", callback},
		{"by API key", integrationBy(scenarios.APIKey),
			"credentials custom_provider description installation scopes", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			view := dataIntegration(test.integration, "http://fake.test")
			if got := nullsOf(t, view); got != test.nulls || view.RedirectURI != test.redirectURI {
				t.Errorf("null: %q, redirect URI %q; want %q, %q", got, view.RedirectURI, test.nulls, test.redirectURI)
			}
			if got := string(membersOf(t, view)["config"]); got != "{}" {
				t.Errorf("config is %s, want {}", got)
			}
		})
	}
	secret := dataIntegration(described, "").Credentials.RedactedClientSecret
	if secret == nil || *secret != "cret" {
		t.Errorf("the redacted secret is %v, want its last four characters", secret)
	}
}

// Only an integration whose organizations supply credentials shows which one an organization supplied.
func TestViewOfAConfiguration(t *testing.T) {
	t.Parallel()
	byOrganizations := integrationBy(scenarios.OAuth)
	byOrganizations.Credentials = &model.Credentials{Type: scenarios.CredentialsOrganization}
	own := model.Configuration{Integration: integrationBy(scenarios.OAuth), Organization: "org_1"}
	without := model.Configuration{Integration: byOrganizations, Organization: "org_1"}
	with := without
	with.Override.ClientID, with.Override.ClientSecret = "i", "a secret"
	if _, has := membersOf(t, configuration(own, "http://fake.test"))["credentials"]; has {
		t.Error("an integration with its own credentials shows credentials of organizations")
	}
	for _, test := range []struct {
		name  string
		from  model.Configuration
		nulls string
		has   bool
	}{
		{"an organization that supplied none", without, "client_id client_secret_last_four", false},
		{"an organization that supplied some", with, "", true},
	} {
		view := configuration(test.from, "http://fake.test").Credentials
		if got := nullsOf(t, view); got != test.nulls || view.HasCredentials != test.has {
			t.Errorf("%s: null %q, has credentials %v", test.name, got, view.HasCredentials)
		}
	}
}

func TestViewOfADataProvider(t *testing.T) {
	t.Parallel()
	connected := account(scenarios.OAuth)
	ofOrganization := integrationBy(scenarios.OAuth)
	ofOrganization.Ownership = scenarios.OwnerOrganization
	for _, test := range []struct {
		name      string
		offer     model.DataProvider
		ownership string
		nulls     string
		accounts  string
	}{
		{"not connected", model.DataProvider{Integration: integrationBy(scenarios.OAuth)}, "userland_user",
			"auth_methods connected_account description scopes", "[]"},
		{"of organizations", model.DataProvider{Integration: ofOrganization}, "organization",
			"auth_methods connected_account description scopes", "[]"},
		{"connected", model.DataProvider{
			Integration:   integrationBy(scenarios.OAuth),
			Compatibility: connected,
			Accounts:      []*model.Account{connected},
		}, "userland_user", "auth_methods description scopes", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.offer.Provider.AuthMethods = nil
			view := dataProvider(test.offer)
			if got := nullsOf(t, view); got != test.nulls || view.Ownership != test.ownership {
				t.Errorf("null %q, ownership %q; want %q, %q", got, view.Ownership, test.nulls, test.ownership)
			}
			accounts := string(membersOf(t, view)["connected_accounts"])
			if test.accounts != "" && accounts != test.accounts {
				t.Errorf("connected accounts %s, want %s", accounts, test.accounts)
			}
			if test.accounts == "" && nullsOf(t, view.ConnectedAccounts[0]) != nullsOf(t, view.ConnectedAccount) {
				t.Error("the account is shown in two ways")
			}
		})
	}
}

func TestTokenResponsePerState(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	connection := func(state, method string) model.View {
		a := account(method)
		a.State = state
		return a.View
	}
	expiring := connection(scenarios.Connected, scenarios.OAuth)
	expiring.ExpiresAt, expiring.MissingScopes = at, []string{"user"}
	const never = `{"active":true,"access_token":{"object":"access_token","access_token":"token_1",` +
		`"expires_at":null,"scopes":["repo"],"missing_scopes":[]}}`
	for _, test := range []struct {
		name       string
		connection model.View
		want       string // the response, or the code of the error
	}{
		{"connected, a token that does not expire", connection(scenarios.Connected, scenarios.OAuth), never},
		{"connected, a token that expires and lacks a scope", expiring,
			strings.NewReplacer("null", `"2026-01-15T12:00:00.000Z"`, "[]", `["user"]`).Replace(never)},
		{"not installed", connection(scenarios.NotInstalled, scenarios.OAuth),
			`{"active":false,"error":"not_installed"}`},
		{"needs reauthorization", connection(scenarios.NeedsReauthorization, scenarios.OAuth),
			`{"active":false,"error":"needs_reauthorization"}`},
		{"an API key is no token", connection(scenarios.Connected, scenarios.APIKey), "auth_method_mismatch"},
		{"an API key is no token in any state", connection(scenarios.NeedsReauthorization, scenarios.APIKey),
			"auth_method_mismatch"},
		{"not installed, whatever the method", connection(scenarios.NotInstalled, scenarios.APIKey),
			`{"active":false,"error":"not_installed"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			response, err := tokenResponse(&test.connection)
			got := ""
			if err != nil {
				got = string(call.AsError(err).Code)
			} else {
				got = string(response.AppendJSON(nil))
			}
			if got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestCredentialsResponsePerStateAndMethod(t *testing.T) {
	t.Parallel()
	inState := func(state, method string) *model.Account {
		a := account(method)
		a.State = state
		return a
	}
	configured := account(scenarios.APIKey)
	configured.IntegrationConfig = map[string]string{"a": "integration", "b": "integration"}
	configured.Config = map[string]string{"b": "connection"}
	const oauth = `{"active":true,"credential":{"object":"credential","auth_method":"oauth","value":"token_1",` +
		`"config":{},"expires_at":null,"scopes":["repo"],"missing_scopes":[],"metadata":{}}}`
	for _, test := range []struct {
		name    string
		account *model.Account
		want    string
	}{
		{"by OAuth", account(scenarios.OAuth), oauth},
		{"by client credentials", account(scenarios.ClientCredentials),
			strings.ReplaceAll(oauth, `"oauth"`, `"client_credentials"`)},
		{"by API key, which has neither scopes nor a date", account(scenarios.APIKey),
			`{"active":true,"credential":{"object":"credential","auth_method":"api_key","value":"token_1",` +
				`"config":{}}}`},
		{"the connection's config overrides the integration's", configured,
			`{"active":true,"credential":{"object":"credential","auth_method":"api_key","value":"token_1",` +
				`"config":{"a":"integration","b":"connection"}}}`},
		{"not installed", inState(scenarios.NotInstalled, scenarios.OAuth), `{"active":false,"error":"not_installed"}`},
		{"needs reauthorization", inState(scenarios.NeedsReauthorization, scenarios.APIKey),
			`{"active":false,"error":"needs_reauthorization"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			before := maps.Clone(test.account.IntegrationConfig)
			got, err := json.Marshal(credentialsResponse(test.account))
			if err != nil || string(got) != test.want {
				t.Errorf("%s (%v), want %s", got, err, test.want)
			}
			if !maps.Equal(before, test.account.IntegrationConfig) {
				t.Error("the response changes the config of the integration")
			}
		})
	}
}

func TestCursorsOfAPage(t *testing.T) {
	t.Parallel()
	double := func(n int) int { return 2 * n }
	for _, test := range []struct {
		name string
		page model.Listed[int]
		want string
	}{
		{"an empty list", model.Listed[int]{},
			`{"object":"list","data":[],"list_metadata":{"before":null,"after":null}}`},
		{"a page in the middle", model.Listed[int]{Items: []int{1, 2}, Before: "a", After: "b"},
			`{"object":"list","data":[2,4],"list_metadata":{"before":"a","after":"b"}}`},
	} {
		if got, err := json.Marshal(paged(test.page, double)); err != nil || string(got) != test.want {
			t.Errorf("%s: %s (%v), want %s", test.name, got, err, test.want)
		}
	}
}

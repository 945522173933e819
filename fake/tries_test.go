package fake_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// TestMain finds leaked goroutines, and prints which of the documented statuses the tests produced (with -v, and
// after a failure).
func TestMain(m *testing.M) {
	playFewer()
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if all, err := contracts(); err == nil {
			fmt.Println("\noperation × documented status")
			all[len(all)-1].Coverage(os.Stdout)
		}
		os.Exit(code)
	}))
}

// playFewer halves the sequences of each property test, unless a flag or a variable says how many. The model test plays
// fifteen hundred of them in .ci/run.
func playFewer() {
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue && checks.DefValue == "100" {
		_ = checks.Value.Set("50")
	}
}

// try is a call, with the expected status and a text of the expected response.
type try struct {
	does   string
	call   string // method and path
	body   string
	status int
	says   string // some of the answer's text
}

// tries makes calls one after another, and checks their responses.
func (w world) tries(tries ...try) {
	w.t.Helper()
	for _, one := range tries {
		method, path, _ := strings.Cut(one.call, " ")
		a := w.do(method, path, one.body)
		if a.status != one.status || !strings.Contains(string(a.body), one.says) {
			w.t.Errorf("%s: %s %s\nanswers %d %s\nnot %d with %s", one.does, one.call, one.body, a.status,
				a.body, one.status, one.says)
		}
	}
}

// account is a connected account in a response.
type account struct {
	ID                string
	UserID            *string `json:"user_id"`
	OrganizationID    *string `json:"organization_id"`
	Scopes            []string
	AuthMethod        string            `json:"auth_method"`
	APIKeyLast4       *string           `json:"api_key_last_4"`
	ClientID          string            `json:"client_id"`
	ClientSecretLast4 string            `json:"client_secret_last_4"`
	ConnectionRole    string            `json:"connection_role"`
	AccountIdentifier string            `json:"account_identifier"`
	Config            map[string]string `json:"config"`
	State             string
	CreatedAt         string `json:"created_at"`
	UpdatedAt         string `json:"updated_at"`
}

func accountPath(user, provider string) string {
	return "/user_management/users/" + user + "/connected_accounts/" + provider
}

// account returns a user's connected account. It fails if there is none.
func (w world) account(user, provider string) account {
	w.t.Helper()
	return decode[account](w.t, w.do("GET", accountPath(user, provider), ""), 200)
}

// credential is the response of the credentials endpoint.
type credential struct {
	Active     bool
	Error      string
	Credential struct {
		AuthMethod    string `json:"auth_method"`
		Value         string
		ExpiresAt     *string `json:"expires_at"`
		Scopes        []string
		MissingScopes []string `json:"missing_scopes"`
		Metadata      map[string]string
		Config        map[string]string
	}
}

func (w world) credential(provider, body string) credential {
	w.t.Helper()
	return decode[credential](w.t, w.do("POST", "/data-integrations/"+provider+"/credentials", body), 200)
}

// listed is a list in a response.
type listed[T any] struct {
	Data         []T
	ListMetadata struct{ Before, After *string } `json:"list_metadata"`
}

// happened is an event in a response.
type happened struct {
	ID        string
	Event     string
	CreatedAt string `json:"created_at"`
	Data      struct {
		ID             string
		ProviderSlug   string  `json:"provider_slug"`
		ProviderError  string  `json:"provider_error"`
		UserID         *string `json:"user_id"`
		OrganizationID *string `json:"organization_id"`
		State          string
		Scopes         []string
		ConnectionRole string `json:"connection_role"`
		AuthMethod     string `json:"auth_method"`
		CreatedAt      string `json:"created_at"`
	}
}

func (w world) happened(query string) listed[happened] {
	w.t.Helper()
	return decode[listed[happened]](w.t, w.do("GET", "/events?limit=100&order=asc"+query, ""), 200)
}

// eventsInWords returns the events that clients of one connection receive, in words: the last part of the name, and the
// owner of the connection.
func (w world) eventsInWords() string {
	w.t.Helper()
	var words []string
	for _, one := range w.happened("").Data {
		if !strings.HasPrefix(one.Event, "pipes.connected_account.") {
			continue
		}
		owner := "nobody"
		switch {
		case one.Data.UserID != nil:
			owner = *one.Data.UserID
		case one.Data.OrganizationID != nil:
			owner = *one.Data.OrganizationID
		}
		words = append(words, one.Event[strings.LastIndexByte(one.Event, '.')+1:]+" "+owner)
	}
	return strings.Join(words, ", ")
}

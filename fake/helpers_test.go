package fake_test

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/internal/contract"
	"example.com/pipesfake/scenarios"
)

// contracts returns the descriptions that every response in every test must match: the project's own, the control
// plane's, and the official one if its file exists.
var contracts = sync.OnceValues(func() ([]*contract.Contract, error) {
	own, err := contract.Pipes()
	if err != nil {
		return nil, err
	}
	server, err := fake.New()
	if err != nil {
		return nil, err
	}
	defer server.Close()
	response, err := server.Client().Get(server.URL() + "/_control/openapi.json")
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	description, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	control, err := contract.Load("control.json", description)
	if err != nil {
		return nil, err
	}
	all := []*contract.Contract{own, control}
	official, err := os.ReadFile("../../shared/contract/pipes-openapi.json")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return all, nil
	case err != nil:
		return nil, err
	}
	described, err := contract.LoadOfficial(official)
	return append(all, described), err
})

// loadContracts loads the contracts, which a bubble cannot do: they are used by tests outside of it as well.
func loadContracts(t testing.TB) {
	t.Helper()
	if _, err := contracts(); err != nil {
		t.Fatal(err)
	}
}

// world is a server with a client that checks every response against the contracts.
type world struct {
	*fake.Server
	t      testing.TB
	client *http.Client
	key    string
}

func start(t testing.TB, opts ...fake.Option) world {
	t.Helper()
	return worldOf(t, fake.Start(t, opts...))
}

func worldOf(t testing.TB, server *fake.Server) world {
	t.Helper()
	known, err := contracts()
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: contract.Transport(t, server.Client().Transport, known...)}
	return world{Server: server, t: t, client: client, key: server.APIKey()}
}

// noon is where the clock of many tests starts, and stands still.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// parse returns the scenarios of a scenario file, which must be valid.
func parse(t testing.TB, text string) *scenarios.Set {
	t.Helper()
	set, err := scenarios.Parse("test.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// withFile starts a server with a scenario file of this text.
func withFile(t testing.TB, text string, opts ...fake.Option) world {
	t.Helper()
	return start(t, append([]fake.Option{fake.WithScenarios(parse(t, text))}, opts...)...)
}

// bubble runs a test in a testing/synctest bubble with a server in memory: time passes when every goroutine waits.
func bubble(t *testing.T, test func(t *testing.T, w world), opts ...fake.Option) {
	t.Helper()
	loadContracts(t)
	synctest.Test(t, func(t *testing.T) {
		server, err := fake.New(opts...)
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		test(t, worldOf(t, server))
	})
}

// in returns the world for use in a subtest.
func (w world) in(t testing.TB) world { return worldOf(t, w.Server).as(w.key) }

func (w world) as(key string) world {
	w.key = key
	return w
}

// do makes a call with the world's API key. Headers are names and values in turn.
func (w world) do(method, path, body string, headers ...string) answer {
	w.t.Helper()
	var usual []string
	if w.key != "" {
		usual = append(usual, "Authorization", "Bearer "+w.key)
	}
	if body != "" {
		usual = append(usual, "Content-Type", "application/json")
	}
	request := newRequest(w.t, method, w.URL()+path, strings.NewReader(body), append(usual, headers...)...)
	return exchange(w.t, w.client, request)
}

// Token is the response of the token endpoint.
type Token struct {
	Active      bool
	Error       string
	AccessToken struct {
		AccessToken   string     `json:"access_token"`
		ExpiresAt     *time.Time `json:"expires_at"`
		Scopes        []string
		MissingScopes []string `json:"missing_scopes"`
	} `json:"access_token"`
}

// token requests a user's token, in an organization if one is given. It fails unless the status is 200.
func (w world) token(provider, user string, organization ...string) Token {
	w.t.Helper()
	body := map[string]string{"user_id": user}
	if len(organization) > 0 {
		body["organization_id"] = organization[0]
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	return decode[Token](w.t, w.do("POST", "/data-integrations/"+provider+"/token", string(encoded)), 200)
}

// says returns the response in short: active, the missing scopes, or the error.
func (k Token) says() string {
	switch {
	case !k.Active:
		return k.Error
	case len(k.AccessToken.MissingScopes) > 0:
		return "missing " + strings.Join(k.AccessToken.MissingScopes, " ")
	}
	return "active"
}

// control makes a control call. It fails unless the status is 200.
func (w world) control(method, path, body string) answer {
	w.t.Helper()
	a := w.do(method, "/_control/"+path, body)
	if a.status != 200 {
		w.t.Fatalf("%s /_control/%s answers %d: %s", method, path, a.status, a.body)
	}
	return a
}

// put makes a switch over HTTP.
func (w world) put(body string) answer {
	w.t.Helper()
	return w.control("PUT", "scenario", body)
}

// expect fails unless two values are equal.
func expect[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

package fake_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"example.com/pipesfake/fake"
)

// ask stands for the application under test: it requests a token and prints the response.
func ask(client *http.Client, url, key, user string) {
	request, err := http.NewRequest("POST", url+"/data-integrations/github/token",
		strings.NewReader(`{"user_id": "`+user+`"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	request.Header.Set("Authorization", "Bearer "+key)
	response, err := client.Do(request)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		fmt.Println(err)
		return
	}
	if len(body) > 100 { // too long for a line
		var indented bytes.Buffer
		_ = json.Indent(&indented, body, "", "  ")
		body = indented.Bytes()
	}
	fmt.Print(string(body))
}

// In a test, Start(t) is shorter: it listens on a free port, and closes the server when the test ends.
func ExampleNew() {
	server, err := fake.New(fake.WithTime(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	ask(server.Client(), server.URL(), server.APIKey(), "user_alice")
	server.Use("needs_reauthorization", fake.User("user_alice"))
	ask(server.Client(), server.URL(), server.APIKey(), "user_alice")
	// Output:
	// {
	//   "active": true,
	//   "access_token": {
	//     "object": "access_token",
	//     "access_token": "gho_fake_471994177516934978710346",
	//     "expires_at": "2026-11-23T13:00:00.000Z",
	//     "scopes": [
	//       "repo",
	//       "user:email",
	//       "read:org"
	//     ],
	//     "missing_scopes": []
	//   }
	// }
	// {"active":false,"error":"needs_reauthorization"}
}

func ExampleEnvironment_UseState() {
	server, err := fake.New(fake.WithTime(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	server.UseState(fake.State{ExpiresIn: 5 * time.Minute, Refresh: "fails"}, fake.Provider("github"))
	server.Advance(5 * time.Minute)
	ask(server.Client(), server.URL(), server.APIKey(), "user_alice")
	// Output:
	// {"active":false,"error":"needs_reauthorization"}
}

func ExampleEnvironment_Fault() {
	server, err := fake.New(fake.WithTime(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	server.Fault(fake.Fault{Status: 503, RetryAfter: new(0), Times: 2}, fake.User("user_alice"))
	lift := server.Fault(fake.Fault{RateLimit: &fake.RateLimit{Requests: 1, Per: time.Minute}, Operation: "token"})
	ask(server.Client(), server.URL(), server.APIKey(), "user_bob")
	ask(server.Client(), server.URL(), server.APIKey(), "user_bob")
	lift()
	ask(server.Client(), server.URL(), server.APIKey(), "user_alice")
	// Output:
	// {
	//   "active": true,
	//   "access_token": {
	//     "object": "access_token",
	//     "access_token": "gho_fake_471994176133625010366835",
	//     "expires_at": "2026-11-23T13:00:00.000Z",
	//     "scopes": [
	//       "repo",
	//       "user:email",
	//       "read:org"
	//     ],
	//     "missing_scopes": []
	//   }
	// }
	// {"code":"rate_limit_exceeded","message":"Too many requests."}
	// {"code":"service_unavailable","message":"Service Unavailable (pipesfake: fault_1)."}
}

func ExampleEnvironment_Decide() {
	server, err := fake.New(fake.WithScenario("not_installed"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	// The application asks where to send the user's browser; consentPage calls authorize in its place.
	consentURL := consentPage(server, "user_alice", "https://app.example.com/connected")
	redirect := server.Decide(consentURL, fake.Approve, "repo", "user:email") // the user unchecks read:org
	fmt.Println(redirect)
	connection := server.Explain(fake.Provider("github"), fake.User("user_alice"))
	fmt.Println(connection.State, connection.Scopes, "without", connection.MissingScopes)
	// Output:
	// https://app.example.com/connected
	// connected [repo user:email] without [read:org]
}

// consentPage stands for the application under test: it returns the URL of a consent page.
func consentPage(server *fake.Server, user, returnTo string) string {
	body := fmt.Sprintf(`{"user_id": %q, "return_to": %q}`, user, returnTo)
	request, err := http.NewRequest("POST", server.URL()+"/data-integrations/github/authorize", strings.NewReader(body))
	if err != nil {
		return err.Error()
	}
	request.Header.Set("Authorization", "Bearer "+server.APIKey())
	response, err := server.Client().Do(request)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	var page struct{ URL string }
	if err := json.NewDecoder(response.Body).Decode(&page); err != nil {
		return err.Error()
	}
	return page.URL
}

func ExampleEnvironment_AddEndpoint() {
	server, err := fake.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	app := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})) // takes every webhook
	defer app.Close()

	endpoint := server.AddEndpoint(app.URL + "/webhooks")
	server.Use("needs_reauthorization", fake.Provider("github"), fake.User("user_alice"))
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	delivered := fake.Called{Webhook: "pipes.connected_account.reauthorization_needed"}
	if err := server.WaitFor(ctx, delivered); err != nil {
		fmt.Println(err)
	}
	for _, webhook := range server.Webhooks() {
		fmt.Println(webhook.Event, webhook.User, webhook.State, webhook.EndpointID == endpoint.ID)
	}
	// Output:
	// pipes.connected_account.reauthorization_needed user_alice delivered true
}

func ExampleEnvironment_Coverage() {
	server, err := fake.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	for _, scenario := range []string{"not_installed", "needs_reauthorization"} {
		server.Use(scenario)
		ask(server.Client(), server.URL(), server.APIKey(), "user_alice")
	}
	coverage := server.Coverage()
	github := coverage.Providers[0]
	fmt.Printf("%d%%; %s was never %v\n", coverage.Percent, github.Provider, github.Missing)
	// Output:
	// {"active":false,"error":"not_installed"}
	// {"active":false,"error":"needs_reauthorization"}
	// 40%; github was never [active missing_scopes expired]
}

func ExampleServer_Environment() {
	server, err := fake.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	server.Environment("checkout").Use("not_installed")
	ask(server.Client(), server.URL(), server.Environment("checkout").APIKey(), "user_alice")
	ask(server.Client(), server.URL(), server.Environment("checkout").APIKey(), "user_bob")
	// Output:
	// {"active":false,"error":"not_installed"}
	// {"active":false,"error":"not_installed"}
}

// A TestMain makes the server, and closes it after m.Run. The tests of the package may run in parallel: each has an
// environment of its own.
func ExampleWithServer() {
	shared, err := fake.New(fake.WithAddress("127.0.0.1:0"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer shared.Close()

	for _, t := range []*named{{name: "TestReconnect"}, {name: "TestInstall"}} { // each is a test's *testing.T
		server := fake.Start(t, fake.WithServer(shared))
		if t.Name() == "TestReconnect" {
			server.Use("needs_reauthorization")
		} else {
			server.Use("not_installed")
		}
		fmt.Println(server.APIKey())
		ask(http.DefaultClient, server.URL(), server.APIKey(), "user_alice")
		t.close() // as a test does at its end
	}
	// Output:
	// sk_env_test-TestReconnect
	// {"active":false,"error":"needs_reauthorization"}
	// sk_env_test-TestInstall
	// {"active":false,"error":"not_installed"}
}

// Beside WithServer, options for the time, the seed and the scenarios apply to the test's own environment.
func ExampleWithServer_options() {
	shared, err := fake.New(fake.WithAddress("127.0.0.1:0"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer shared.Close()

	t := &named{name: "TestExpiry"} // a test's *testing.T
	defer t.close()                 // as a test does at its end
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	server := fake.Start(t, fake.WithServer(shared), fake.WithTime(noon), fake.WithScenario("needs_reauthorization"))
	fmt.Println(server.Now().Format(time.TimeOnly))
	ask(http.DefaultClient, server.URL(), server.APIKey(), "user_alice")
	fmt.Println("elsewhere:", shared.Explain(fake.Provider("github"), fake.User("user_alice")).State)
	// Output:
	// 12:00:00
	// {"active":false,"error":"needs_reauthorization"}
	// elsewhere: connected
}

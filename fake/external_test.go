package fake_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// Consent pages have the address by which the client reaches the server, and their forms are sent to it.
func TestAddressesOfConsentPages(t *testing.T) {
	t.Parallel()
	mounted := func(server *fake.Server) http.Handler { return http.StripPrefix("/workos", server) }
	plain := func(server *fake.Server) http.Handler { return server }
	const client = "HOST" // where the test server listens
	for name, c := range map[string]struct {
		options []fake.Option
		handler func(*fake.Server) http.Handler
		isTLS   bool
		path    string // that the server is mounted under
		headers []string
		want    string // what the addresses begin with
	}{
		"plain":                    {nil, plain, false, "", nil, "http://" + client},
		"behind TLS":               {nil, plain, true, "", nil, "https://" + client},
		"under a path":             {nil, mounted, false, "/workos", nil, "http://" + client + "/workos"},
		"under a path, behind TLS": {nil, mounted, true, "/workos", nil, "https://" + client + "/workos"},
		"an external URL with a path": {
			[]fake.Option{fake.WithExternalURL("https://h.example/workos/")}, plain, false, "", nil,
			"https://h.example/workos",
		},
		"a proxy that is not trusted": {
			nil, plain, false, "", []string{"X-Forwarded-Proto", "https", "X-Forwarded-Host", "h.example"},
			"http://" + client,
		},
		"a trusted proxy": {
			[]fake.Option{fake.WithTrustedProxy()}, plain, false, "",
			[]string{"X-Forwarded-Proto", "https", "X-Forwarded-Host", "h.example:8443"}, "https://h.example:8443",
		},
		"trusted proxies in a row": {
			[]fake.Option{fake.WithTrustedProxy()}, plain, false, "",
			[]string{"X-Forwarded-Proto", "https, http", "X-Forwarded-Host", "h.example, inner"}, "https://h.example",
		},
		"a trusted proxy that says nonsense": {
			[]fake.Option{fake.WithTrustedProxy()}, plain, false, "",
			[]string{"X-Forwarded-Proto", "javascript", "X-Forwarded-Host", "h.example/path"}, "http://" + client,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, err := fake.New(c.options...)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(server.Close)
			outside := httptest.NewUnstartedServer(c.handler(server))
			if c.isTLS {
				outside.StartTLS()
			} else {
				outside.Start()
			}
			t.Cleanup(outside.Close)
			want := strings.Replace(c.want, client, outside.Listener.Addr().String(), 1)
			send := func(method, path, body string) string {
				request, err := http.NewRequestWithContext(t.Context(), method, outside.URL+path,
					strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				request.Header.Set("Authorization", "Bearer "+server.APIKey())
				for i := 0; i < len(c.headers); i += 2 {
					request.Header.Set(c.headers[i], c.headers[i+1])
				}
				response, err := outside.Client().Do(request)
				if err != nil {
					t.Fatal(err)
				}
				defer response.Body.Close()
				text, err := io.ReadAll(response.Body)
				if err != nil {
					t.Fatal(err)
				}
				return string(text)
			}
			var page struct{ URL string }
			answered := send("POST", c.path+"/data-integrations/github/authorize", `{"user_id": "alice"}`)
			if err := json.Unmarshal([]byte(answered), &page); err != nil {
				t.Fatal(err)
			}
			path, isThere := strings.CutPrefix(page.URL, want)
			if !isThere || !strings.HasPrefix(path, "/data-integrations/") {
				t.Fatalf("the page is at %s, not at %s/…", page.URL, want)
			}
			action := regexp.MustCompile(`<form method="post" action="([^"]*)"`)
			form := action.FindStringSubmatch(send("GET", c.path+path, ""))
			if len(form) != 2 || form[1] != page.URL {
				t.Errorf("its form is sent to %q, not to %s", form, page.URL)
			}
		})
	}
}

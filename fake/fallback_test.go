package fake_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// elsewhere starts another server, such as one that logs users in. It responds with the request that it received.
func elsewhere(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Elsewhere", "yes")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, r.Method+" "+r.URL.String()+" "+r.Header.Get("Authorization")+" "+string(body))
	}))
	t.Cleanup(server.Close)
	return server
}

// plain makes a call without checking the contract, which does not describe responses of other servers.
func plain(t *testing.T, server *fake.Server, method, path, body string) answer {
	t.Helper()
	return exchange(t, server.Client(),
		newRequest(t, method, server.URL()+path, strings.NewReader(body), "Authorization", "Bearer sk_test"))
}

func TestFallback(t *testing.T) {
	t.Parallel()
	other := elsewhere(t)
	server := fake.Start(t, fake.WithFallback(other.URL+"/base"))
	a := plain(t, server, "POST", "/user_management/authenticate?x=1", `{"code": "c"}`)
	expect(t, "status", a.status, http.StatusTeapot)
	expect(t, "header", a.header.Get("X-Elsewhere"), "yes")
	expect(t, "the id in the journal", a.header.Get("X-Request-Id"), server.Requests()[0].ID)
	expect(t, "as it came", string(a.body), `POST /base/user_management/authenticate?x=1 Bearer sk_test {"code": "c"}`)
	for path, want := range map[string]int{
		"/data-integrations":                      200,
		"/data-integrations/github/token":         405,
		"/user_management/users/u":                http.StatusTeapot,
		"/organizations/o":                        http.StatusTeapot,
		"/user_management/users/u/data_providers": 200,
		"/_control/nothing":                       501,
		"/_widgets/settings":                      http.StatusTeapot,
		"/data-integrations/":                     http.StatusTeapot,
		"/_ui/nothing/":                           404,
		"/_provider":                              501,
		"/health":                                 200,
	} {
		expect(t, path, plain(t, server, "GET", path, "").status, want)
	}
}

// Headers that are meant for this server are not forwarded.
func TestFallbackDoesNotReceiveTheControlToken(t *testing.T) {
	t.Parallel()
	asked := make(chan http.Header, 1)
	other := httptest.NewServer(
		http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked <- r.Header.Clone() }))
	t.Cleanup(other.Close)
	server := fake.Start(t, fake.WithFallback(other.URL), fake.WithControlToken("sesame"))
	for _, c := range []struct{ sent, arrives string }{
		{"pipesfake_token=sesame", ""},
		{`a=b; pipesfake_token=sesame; c="d e"`, `a=b; c="d e"`},
		{"pipesfake_token=sesame; not_pipesfake_token=x", "not_pipesfake_token=x"},
		{"session=abc", "session=abc"},
	} {
		exchange(t, server.Client(), newRequest(t, "GET", server.URL()+"/user_management/users/u", nil,
			"Cookie", c.sent, "X-Pipesfake-Token", "sesame", "X-App", "app"))
		header := <-asked
		expect(t, c.sent, header.Get("Cookie"), c.arrives)
		expect(t, "the token", header.Get("X-Pipesfake-Token"), "")
		expect(t, "what is the application's", header.Get("X-App"), "app")
	}
}

func TestFailingFallback(t *testing.T) {
	t.Parallel()
	other := elsewhere(t)
	other.Close()
	server := fake.Start(t, fake.WithFallback(other.URL))
	a := plain(t, server, "GET", "/user_management/users/u", "")
	f := decode[failure](t, a, http.StatusBadGateway)
	expect(t, "code", f.Code, "fallback_failed")
	expect(t, "request id", a.header.Get("X-Request-Id") != "", true)

	var itself *fake.Server
	loop := httptest.NewServer(
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { itself.ServeHTTP(w, r) }))
	t.Cleanup(loop.Close)
	itself = fake.Start(t, fake.WithFallback(loop.URL))
	f = decode[failure](t, plain(t, itself, "GET", "/user_management/users/u", ""), http.StatusBadGateway)
	if !strings.Contains(f.Message, "leads back") {
		t.Errorf("the message is %q", f.Message)
	}
	for _, bad := range []string{"", "app:3000", "ftp://app", "http://", "http://app?x=1"} {
		if _, err := fake.New(fake.WithFallback(bad)); err == nil {
			t.Errorf("%q is accepted as a fallback", bad)
		}
	}
	for _, bad := range []string{
		"http://user:VERYSECRET@app?x=1", "user:VERYSECRET@app", "http://user:VERYSECRET%zz@app",
		"http://a:b@VERYSECRET@app:x",
	} {
		for what, option := range map[string]fake.Option{
			"fallback":     fake.WithFallback(bad),
			"external URL": fake.WithExternalURL(bad),
		} {
			if _, err := fake.New(option); err == nil || strings.Contains(err.Error(), "VERYSECRET") {
				t.Errorf("the %s: %v", what, err)
			}
		}
	}
}

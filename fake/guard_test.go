package fake_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

func TestControlPlaneChecksHostAndOrigin(t *testing.T) {
	t.Parallel()
	plain := start(t)
	named := start(t, fake.WithAllowedHosts("Fake.Example.COM"), fake.WithExternalURL("https://pipes.example.com:8443"))
	open := start(t, fake.WithAllowedHosts("*"))
	for name, c := range map[string]struct {
		w       world
		headers []string
		status  int
	}{
		"an address":              {plain, []string{"Host", "192.168.1.7:4101"}, 200},
		"an IPv6 address":         {plain, []string{"Host", "[::1]:4101"}, 200},
		"localhost":               {plain, []string{"Host", "localhost:9"}, 200},
		"a name without a dot":    {plain, []string{"Host", "pipesfake"}, 200},
		"the docker host":         {plain, []string{"Host", "host.docker.internal:4101"}, 200},
		"a public name":           {plain, []string{"Host", "evil.example.com"}, 403},
		"a name like an address":  {plain, []string{"Host", "127.0.0.1.example.com"}, 403},
		"a name with a final dot": {plain, []string{"Host", "evil.com."}, 403},
		"an allowed name":         {named, []string{"Host", "fake.example.com:4101"}, 200},
		"the external name":       {named, []string{"Host", "pipes.example.com"}, 200},
		"another name":            {named, []string{"Host", "example.com"}, 403},
		"any name":                {open, []string{"Host", "whatever.example.com"}, 200},
		"its own page":            {plain, []string{"Host", "localhost:4101", "Origin", "http://localhost:4101"}, 200},
		"another port":            {plain, []string{"Host", "localhost:4101", "Origin", "http://localhost:3000"}, 403},
		"a foreign page": {
			plain,
			[]string{"Host", "localhost:4101", "Origin", "https://evil.example.com"},
			403,
		},
		"a page without origin": {plain, []string{"Origin", "null"}, 403},
		"a secure page of it":   {plain, []string{"Host", "localhost:4101", "Origin", "https://localhost:4101"}, 403},
		"more than an origin":   {plain, []string{"Host", "localhost:4101", "Origin", "http://localhost:4101/"}, 403},
		"somebody at it":        {plain, []string{"Host", "localhost:4101", "Origin", "http://a@localhost:4101"}, 403},
		"an allowed, with more": {named, []string{"Host", "localhost", "Origin", "https://fake.example.com/x"}, 403},
		"two origins": {
			plain,
			[]string{
				"Host", "localhost:4101", "Origin", "http://localhost:4101", "Origin",
				"https://evil.example.com",
			},
			403,
		},
		"an image elsewhere": {
			plain,
			[]string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image"},
			403,
		},
		"one of another port": {plain, []string{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "no-cors"}, 403},
		"a link elsewhere": {
			plain,
			[]string{
				"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document",
			},
			403,
		},
		"its own image":   {plain, []string{"Sec-Fetch-Site", "same-origin"}, 200},
		"the address bar": {plain, []string{"Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "navigate"}, 200},
		"an allowed elsewhere": {
			named,
			[]string{"Host", "localhost", "Sec-Fetch-Site", "cross-site", "Origin", "https://fake.example.com"},
			200,
		},
		"any image":            {open, []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"}, 200},
		"a page of an allowed": {named, []string{"Host", "localhost", "Origin", "https://fake.example.com"}, 200},
		"any page":             {open, []string{"Origin", "https://whatever.example.com"}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := c.w.in(t)
			switched := w.do("PUT", "/_control/scenario",
				`{"scenario": "not_installed", "user_id": "nobody"}`, c.headers...)
			expect(t, "a switch", switched.status, c.status)
			expect(t, "a look", w.do("GET", "/_control/state", "", c.headers...).status, c.status)
			expect(t, "the API checks no host",
				w.do("POST", "/data-integrations/github/token", `{"user_id": "a"}`, c.headers...).status, 200)
			expect(t, "nor does health", w.do("GET", "/health", "", c.headers...).status, 200)
		})
	}
}

// Other sites may link to the page, but may not show it or use it in any other way.
func TestPageOnOtherSites(t *testing.T) {
	t.Parallel()
	w := start(t)
	for name, c := range map[string]struct {
		call    string
		headers []string
		status  int
	}{
		"a link": {
			"GET /_ui/requests",
			[]string{
				"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document",
			},
			200,
		},
		"a short one": {
			"GET /_ui",
			[]string{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"},
			200,
		},
		"a frame": {
			"GET /_ui/",
			[]string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"},
			403,
		},
		"an image": {
			"GET /_ui/",
			[]string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image"},
			403,
		},
		"a form": {
			"POST /_ui/do/reset",
			[]string{
				"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document",
			},
			403,
		},
		"a script": {
			"GET /_ui/static/app.js",
			[]string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "script"},
			403,
		},
		"another verb": {"DELETE /_ui/", nil, 405},
		"no such part": {"GET /_ui/nothing", nil, 404},
		"a wrong name": {"GET /_ui/?environment=a/b", nil, 422},
		"no query":     {"GET /_ui/?%zz", nil, 422},
	} {
		method, path, _ := strings.Cut(c.call, " ")
		a := w.do(method, path, "", c.headers...)
		expect(t, name, a.status, c.status)
		expect(t, name+": nothing runs",
			strings.Contains(a.header.Get("Content-Security-Policy"), "default-src 'none'"), true)
		expect(t, name+": it is what it says", a.header.Get("X-Content-Type-Options"), "nosniff")
	}
}

// After signing in, a browser has a cookie that proves it, not the token itself.
func TestSigningInToThePage(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithControlToken("sesame; öffne=dich"))
	for _, path := range []string{"/_ui", "/_ui/", "/_ui/requests"} {
		a := w.do("GET", path, "")
		expect(t, path, a.status, 401)
		expect(t, path+" asks", a.says(`type="password"`), true)
	}
	client := *w.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	sign := func(token string) *http.Response {
		response, err := client.PostForm(w.URL()+"/_ui/signin", url.Values{"token": {token}})
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response
	}
	expect(t, "a wrong one", sign("sesame").StatusCode, 401)
	cookies := sign("sesame; öffne=dich").Cookies()
	if len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteStrictMode {
		t.Fatalf("the cookies are %v", cookies)
	}
	value := cookies[0].Value
	expect(t, "the token is not in it", strings.Contains(value, "sesame"), false)
	expect(t, "it opens the page", w.do("GET", "/_ui/", "", "Cookie", "a=b; pipesfake_token="+value).status, 200)
	expect(t, "another does not", w.do("GET", "/_ui/", "", "Cookie", "pipesfake_token="+value[1:]).status, 401)
	expect(t, "nor the token there", w.do("GET", "/_ui/", "", "Cookie", "pipesfake_token=sesame").status, 401)
	expect(t, "it is no token", w.do("GET", "/_control/state", "", "X-Pipesfake-Token", value).status, 401)
}

func TestControlPlaneRequiresItsToken(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithControlToken("secret"))
	for name, c := range map[string]struct {
		headers []string
		status  int
	}{
		"none":  {nil, 401},
		"wrong": {[]string{"X-Pipesfake-Token", "secre"}, 401},
		"right": {[]string{"X-Pipesfake-Token", "secret"}, 200},
	} {
		expect(t, name, w.do("GET", "/_control/state", "", c.headers...).status, c.status)
	}
	expect(t, "the API wants none", w.token("github", "alice").says(), "active")
}

func TestControlPlaneRefusesInvalidKeys(t *testing.T) {
	t.Parallel()
	w := start(t)
	expect(t, "no key", w.as("").do("GET", "/_control/state", "").status, 200)
	expect(t, "a live key", w.as("sk_live_1").do("GET", "/_control/state", "").status, 403)
	expect(t, "nonsense", w.as("nonsense").do("GET", "/_control/state", "").status, 401)
}

func TestControlPlaneApart(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithControlApart())
	expect(t, "on the API's address", w.do("GET", "/_control/state", "").status, 501)
	control := httptest.NewServer(w.ControlHandler())
	t.Cleanup(control.Close)
	for path, status := range map[string]int{
		"/_control/state":                 200,
		"/health":                         200,
		"/data-integrations/github/token": 501,
	} {
		response, err := http.Get(control.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		expect(t, path, response.StatusCode, status)
	}
	if start(t).ControlHandler() != nil {
		t.Error("a server without WithControlApart has a ControlHandler")
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	w := start(t).as("")
	expect(t, "GET", string(w.do("GET", "/health", "").body),
		"{\n  \"status\": \"ok\",\n  \"name\": \"pipesfake\",\n  \"version\": \"(devel)\",\n"+
			"  \"scenarios\": \"built-in\",\n  \"refused_reload\": null\n}\n")
	expect(t, "HEAD", w.do("HEAD", "/health", "").status, 200)
	refused := w.do("POST", "/health", "")
	expect(t, "POST", refused.status, 405)
	expect(t, "Allow", refused.header.Get("Allow"), "GET, HEAD")
}

// The response to an unknown path says where to go instead.
func TestUnknownPathsSuggestAnother(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.tries(
		try{
			"a path whose slashes differ", "GET /events/", "",
			501, "Did you mean /events? Its slashes differ.",
		},
		try{
			"a control call", "GET /_control/x", "",
			501, "GET /_control/openapi.json lists them, and the page is at /_ui/",
		},
		try{
			"an old path", "POST /v1/data-integrations/github/token", "{}",
			501, "without /v1: ask for /data-integrations/github/token",
		},
	)
	apart := start(t, fake.WithControlApart())
	apart.tries(
		try{"the control plane", "GET /_control/", "", 501, "--control-addr names that"},
	)
	w.key = ""
	for header, says := range map[string]string{
		"Bearer":     "The API key is empty",
		"Bearer ":    "The API key is empty",
		"Bearer sk_": "ends after sk_",
		"Bearer x":   "does not begin with sk_",
	} {
		if a := w.do("GET", "/events", "", "Authorization", header); a.status != 401 || !a.says(says) {
			t.Errorf("%q: %d %s", header, a.status, a.body)
		}
	}
}

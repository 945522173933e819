package fake_test

import (
	"context"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

const (
	appOrigin  = "http://localhost:3000"
	evilOrigin = "https://evil.example.com"
)

// preflight is the question that a browser asks before it makes a call for a page of an origin.
func (w world) preflight(path, origin string, headers ...string) answer {
	w.t.Helper()
	asked := []string{"Origin", origin, "Access-Control-Request-Method", "PUT"}
	return w.as("").do("OPTIONS", path, "", append(asked, headers...)...)
}

// TestPreflights asks before control calls, and other calls, of allowed and other origins.
func TestPreflights(t *testing.T) {
	t.Parallel()
	allowing := start(t, fake.WithAllowedOrigins("https://staging.example.com:8443", appOrigin))
	for name, c := range map[string]struct {
		w            world
		path, origin string
		headers      []string
		status       int
		allowed      string
	}{
		"a switch":              {allowing, "/_control/scenario", appOrigin, nil, 204, appOrigin},
		"another origin of two": {allowing, "/_control/wait", "https://staging.example.com:8443", nil, 204, "the same"},
		"with a query":          {allowing, "/_control/wait?timeout=1s&environment=b", appOrigin, nil, 204, appOrigin},
		"the list of calls":     {allowing, "/_control", appOrigin, nil, 204, appOrigin},
		"an unknown call":       {allowing, "/_control/nothing", appOrigin, nil, 204, appOrigin},
		"a foreign host": {
			allowing, "/_control/state", appOrigin, []string{"Host", "evil.example"}, 204, appOrigin,
		},
		"another port":   {allowing, "/_control/scenario", "http://localhost:3001", nil, 405, ""},
		"another scheme": {allowing, "/_control/scenario", "https://localhost:3000", nil, 405, ""},
		"another site":   {allowing, "/_control/scenario", evilOrigin, nil, 405, ""},
		"a site that contains it": {
			allowing, "/_control/scenario", appOrigin + ".evil.example.com", nil, 405, "",
		},
		"a sandboxed page": {allowing, "/_control/scenario", "null", nil, 405, ""},
		"two origins": {
			allowing, "/_control/scenario", appOrigin, []string{"Origin", evilOrigin}, 405, "",
		},
		"the API":        {allowing, "/data-integrations/github/token", appOrigin, nil, 405, ""},
		"the page":       {allowing, "/_ui/do/reset", appOrigin, nil, 405, ""},
		"a similar path": {allowing, "/_controls", appOrigin, nil, 501, ""},
		"health":         {allowing, "/health", appOrigin, nil, 405, ""},
		"by default":     {start(t), "/_control/scenario", appOrigin, nil, 405, ""},
		"an allowed host": {
			start(t, fake.WithAllowedHosts("localhost")), "/_control/scenario", appOrigin, nil, 405, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := c.w.in(t).preflight(c.path, c.origin, c.headers...)
			if c.allowed == "the same" {
				c.allowed = c.origin
			}
			expect(t, "status", got.status, c.status)
			expect(t, "origin", got.header.Get("Access-Control-Allow-Origin"), c.allowed)
			if c.status == 204 {
				expect(t, "Vary", got.header.Get("Vary"), "Origin")
				methods := got.header.Get("Access-Control-Allow-Methods")
				expect(t, "methods", methods, "GET, HEAD, POST, PUT, PATCH, DELETE")
				expect(t, "headers", got.header.Get("Access-Control-Allow-Headers"),
					"Authorization, Content-Type, X-Pipesfake-Token")
				expect(t, "age", got.header.Get("Access-Control-Max-Age"), "600")
				return
			}
			for name := range got.header {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("it has the header %s", name)
				}
			}
		})
	}
	only := allowing.as("").do("OPTIONS", "/_control/scenario", "", "Origin", appOrigin)
	expect(t, "OPTIONS that is no preflight", only.status, 405)
	asked := allowing.preflight("/_control/state", appOrigin, "Access-Control-Request-Private-Network", "true")
	expect(t, "from a public network", asked.header.Get("Access-Control-Allow-Private-Network"), "true")
	plain := allowing.preflight("/_control/state", appOrigin)
	expect(t, "from the same network", plain.header.Get("Access-Control-Allow-Private-Network"), "")
}

// TestCallsOfAllowedOrigins makes control calls as pages of allowed and other origins do. A browser shows the page an
// error only if the error, too, names the origin.
func TestCallsOfAllowedOrigins(t *testing.T) {
	t.Parallel()
	w, secured := start(t, fake.WithAllowedOrigins(appOrigin)),
		start(t, fake.WithAllowedOrigins(appOrigin), fake.WithControlToken("secret"))
	apart := start(t, fake.WithAllowedOrigins(appOrigin), fake.WithControlApart())
	const switched = `{"scenario": "expired"}`
	for name, c := range map[string]struct {
		w                  world
		method, path, body string
		origin             string
		headers            []string
		status             int
		isShared           bool
	}{
		"a switch": {w, "PUT", "/_control/scenario", switched, appOrigin, nil, 200, true},
		"a look":   {w, "GET", "/_control/state", "", appOrigin, nil, 200, true},
		"HEAD":     {w, "HEAD", "/_control/state", "", appOrigin, nil, 200, true},
		"a browser's": {
			w, "GET", "/_control/state", "", appOrigin, fetch("cross-site", "cors", "empty"), 200, true,
		},
		"invalid input":    {w, "PUT", "/_control/scenario", `{"scenario": "x"}`, appOrigin, nil, 422, true},
		"not JSON":         {w, "PUT", "/_control/scenario", `{`, appOrigin, nil, 400, true},
		"nothing there":    {w, "GET", "/_control/nothing", "", appOrigin, nil, 501, true},
		"a wrong method":   {w, "PATCH", "/_control/scenario", "", appOrigin, nil, 405, true},
		"a foreign host":   {w, "GET", "/_control/state", "", appOrigin, []string{"Host", "evil.example"}, 403, true},
		"a live key":       {w.as("sk_live_x"), "GET", "/_control/state", "", appOrigin, nil, 403, true},
		"a failed verify":  {w, "POST", "/_control/verify", `{"user_id": "x"}`, appOrigin, nil, 409, true},
		"a wait that ends": {w, "GET", "/_control/wait?user_id=x&timeout=1ms", "", appOrigin, nil, 409, true},
		"no token":         {secured, "GET", "/_control/state", "", appOrigin, nil, 401, true},
		"the token": {
			secured, "GET", "/_control/state", "", appOrigin, []string{"X-Pipesfake-Token", "secret"}, 200, true,
		},
		"not here": {apart, "GET", "/_control/state", "", appOrigin, nil, 501, true},

		"another origin":   {w, "PUT", "/_control/scenario", switched, evilOrigin, nil, 403, false},
		"a sandboxed page": {w, "PUT", "/_control/scenario", switched, "null", nil, 403, false},
		"one of two": {
			w, "GET", "/_control/state", "", evilOrigin, []string{"Origin", appOrigin}, 403, false,
		},
		"an image": {
			w, "GET", "/_control/state", "", "", fetch("same-site", "no-cors", "image"), 403, false,
		},
		"the page":             {w, "GET", "/_ui/", "", appOrigin, nil, 403, false},
		"a button of the page": {w, "POST", "/_ui/do/reset", "", appOrigin, nil, 403, false},
		"no browser":           {w, "GET", "/_control/state", "", "", nil, 200, false},
		"its own page":         {w, "GET", "/_control/state", "", w.URL(), nil, 200, false},
		"the API":              {w, "GET", "/events", "", appOrigin, nil, 200, false},
		"health":               {w, "GET", "/health", "", appOrigin, nil, 200, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			headers := c.headers
			if c.origin != "" {
				headers = append([]string{"Origin", c.origin}, headers...)
			}
			got := c.w.in(t).do(c.method, c.path, c.body, headers...)
			expect(t, "status", got.status, c.status)
			origin, exposed, credentials := "", "", ""
			if c.isShared {
				origin, exposed = appOrigin, "Allow, X-Request-Id"
			}
			if c.isShared && c.w.Server == secured.Server {
				credentials = "true"
			}
			expect(t, "origin", got.header.Get("Access-Control-Allow-Origin"), origin)
			expect(t, "headers", got.header.Get("Access-Control-Expose-Headers"), exposed)
			expect(t, "credentials", got.header.Get("Access-Control-Allow-Credentials"), credentials)
			if strings.HasPrefix(c.path, "/_control") {
				expect(t, "Vary", got.header.Get("Vary"), "Origin")
			}
		})
	}
}

// TestStreamForAnAllowedOrigin reads the live stream as the EventSource of a page does.
func TestStreamForAnAllowedOrigin(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithAllowedOrigins(appOrigin))
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	request := newRequest(t, "GET", w.URL()+"/_control/events", nil, "Origin", appOrigin)
	response, err := w.Client().Do(request.WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	expect(t, "status", response.StatusCode, 200)
	expect(t, "type", response.Header.Get("Content-Type"), "text/event-stream")
	expect(t, "origin", response.Header.Get("Access-Control-Allow-Origin"), appOrigin)
	expect(t, "Vary", response.Header.Get("Vary"), "Origin")
}

// TestRefusedPagesChangeNothing switches from a page of another origin, which the error tells how to allow.
func TestRefusedPagesChangeNothing(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithAllowedOrigins(appOrigin))
	refused := w.do("PUT", "/_control/scenario", `{"scenario": "not_installed"}`, "Origin", evilOrigin)
	if got := decode[failure](t, refused, 403); got.Code != "foreign_origin" ||
		!strings.Contains(got.Message, evilOrigin) || !strings.Contains(got.Message, "--allow-origin") {
		t.Errorf("got %+v", got)
	}
	expect(t, "after a refused switch", w.token("github", "alice").says(), "active")
	w.do("PUT", "/_control/scenario", `{"scenario": "not_installed"}`, "Origin", appOrigin)
	expect(t, "after an allowed switch", w.token("github", "alice").says(), "not_installed")
}

// TestEndpointsForAnAllowedOrigin lists webhook endpoints for a page of another origin, which needs no secrets.
func TestEndpointsForAnAllowedOrigin(t *testing.T) {
	t.Parallel()
	const path, address = "/_control/webhook_endpoints", "http://app.test/hook?token=tok_very_secret"
	w := start(t, fake.WithAllowedOrigins(appOrigin))
	made := decode[struct{ ID, Secret string }](t, w.do("POST", path, `{"endpoint_url": "`+address+`", "events": []}`,
		"Origin", appOrigin), 201)
	if !strings.HasPrefix(made.Secret, "whsec_") {
		t.Errorf("whoever adds an endpoint needs its secret, and gets %+v", made)
	}
	for name, c := range map[string]struct {
		origin, method, path, body string
		isShown                    bool
	}{
		"a page lists":    {appOrigin, "GET", path, "", false},
		"a page updates":  {appOrigin, "PATCH", path + "/" + made.ID, `{"status": "disabled"}`, false},
		"its own page":    {w.URL(), "GET", path, "", true},
		"no page":         {"", "GET", path, "", true},
		"no page updates": {"", "PATCH", path + "/" + made.ID, `{"status": "enabled"}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			var headers []string
			if c.origin != "" {
				headers = []string{"Origin", c.origin}
			}
			got := w.in(t).do(c.method, c.path, c.body, headers...)
			expect(t, "status", got.status, 200)
			for _, secret := range []string{made.Secret, "tok_very_secret"} {
				expect(t, "shows "+secret, strings.Contains(string(got.body), secret), c.isShown)
			}
			expect(t, "shows the host", strings.Contains(string(got.body), "app.test"), true)
		})
	}
}

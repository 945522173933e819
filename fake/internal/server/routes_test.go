package server

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// serveOne returns the response of a server to a request.
func serveOne(s *Server, r *http.Request) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, r)
	return recorder
}

func TestWhichRouteAPathIs(t *testing.T) {
	t.Parallel()
	type vars = map[string]string
	s := newServer(t, Config{})
	for _, one := range []struct {
		request   string
		operation string // "control" on the control plane
		vars      vars
	}{
		{"POST /data-integrations/github/token", "token", vars{"slug": "github"}},
		{"POST /data-integrations//token", "token", vars{"slug": ""}},
		{"POST /data-integrations/a%2Fb/token", "token", vars{"slug": "a%2Fb"}},
		{"GET /data-integrations", "list_data_integrations", nil},
		{"HEAD /data-integrations", "list_data_integrations", nil},
		{"GET /data-integrations/github", "get_data_integration", vars{"slug": "github"}},
		{"GET /data-integrations/github/organization", "get_organization_data_integration", vars{"slug": "github"}},
		{"POST /data-integrations/finish", "finish_connection", nil},
		{"GET /data-integrations/abc/authorize-redirect", "consent", vars{"opaque": "abc"}},
		{"POST /data-integrations/abc/authorize-redirect", "consent", vars{"opaque": "abc"}},
		{
			"GET /user_management/users/u/connected_accounts/github", "get_connected_account",
			vars{"user_id": "u", "slug": "github"},
		},
		{
			"PUT /organizations/o/connected_accounts/github", "update_organization_connected_account",
			vars{"organization_id": "o", "slug": "github"},
		},
		{"PATCH /webhook_endpoints/we_1", "update_webhook_endpoint", vars{"id": "we_1"}},
		{"GET /events", "list_events", nil},
		{"BREW /relay", "relay", nil},
		{"GET /_control/state", "control", nil},
		{"DELETE /_control/faults/fault_1", "control", vars{"id": "fault_1"}},
		{"GET /_ui/", "control", vars{"rest": ""}},
		{"POST /_ui/do/reset", "control", vars{"rest": "do/reset"}},
	} {
		method, path, _ := strings.Cut(one.request, " ")
		for range 2 { // the second match comes from those that are remembered
			found, err := s.api.find(newRequest(method, path))
			route, vars := found.route, found.vars
			if err != nil {
				t.Errorf("%s: %v", one.request, err)
				continue
			}
			if got := route.Operation; got != one.operation && !(route.Control && one.operation == "control") {
				t.Errorf("%s: got %q, want %q", one.request, got, one.operation)
			}
			if len(vars) != len(one.vars) {
				t.Errorf("%s: got the variables %q, want %q", one.request, vars, one.vars)
			}
			for name, want := range one.vars {
				if vars[name] != want {
					t.Errorf("%s: %s is %q, want %q", one.request, name, vars[name], want)
				}
			}
		}
	}
}

func TestPathsWithoutARoute(t *testing.T) {
	t.Parallel()
	fallback := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
	}))
	t.Cleanup(fallback.Close)
	behind, _ := url.Parse(fallback.URL)
	for _, one := range []struct {
		request      string
		status       int
		allow        string // the header, for 405
		says         string
		withFallback int // the status with a fallback
	}{
		{"DELETE /data-integrations/github/token", 405, "POST", "allowed: POST", 405},
		{"DELETE /events", 405, "GET, HEAD", "DELETE is not allowed here", 405},
		{"POST /_control/state", 405, "GET, HEAD", "allowed: GET, HEAD", 405},
		{"PUT /_ui/", 405, "GET, HEAD, POST", "", 405},
		{"GET /organizations", 501, "", "does not implement GET /organizations", 418},
		{"GET /v1/events", 501, "", "without /v1: ask for /events", 418},
		{"GET /", 200, "", `"page": "http://example.com/_ui/"`, 418},
		{"HEAD /", 200, "", "", 418},
		{"POST /", 501, "", "does not implement POST /", 418},
		{"GET /favicon.ico", 200, "", "PNG", 418},
		{"GET /_control/nothing", 501, "", "openapi.json lists them", 501},
		{"GET /_widgets/x", 501, "", "does not implement", 418},
		{"GET /_provider", 501, "", "", 501},
		{"GET /events/", 501, "", "Did you mean /events? Its slashes differ.", 418},
		{"GET //events", 501, "", "Did you mean /events?", 418},
		{"POST /data-integrations//github/token/", 501, "", "Did you mean /data-integrations/github/token?", 418},
		{"GET /nothing/", 501, "", "It answers the operations", 418},
	} {
		method, path, _ := strings.Cut(one.request, " ")
		got := serveOne(newServer(t, Config{}), newRequest(method, path))
		allow, body := got.Header().Get("Allow"), got.Body.String()
		if got.Code != one.status || allow != one.allow || !strings.Contains(body, one.says) {
			t.Errorf("%s: got %d, Allow: %q, %s", one.request, got.Code, allow, body)
		}
		got = serveOne(newServer(t, Config{Fallback: behind}), newRequest(method, path))
		if got.Code != one.withFallback {
			t.Errorf("%s with a fallback: got %d, want %d", one.request, got.Code, one.withFallback)
		}
	}
}

func TestMethodsThatAreNone(t *testing.T) {
	t.Parallel()
	for method, isMethod := range map[string]bool{
		"GET": true, "get": true, "M-SEARCH": true, "VERSION-CONTROL": true, strings.Repeat("A", 32): true,
		strings.Repeat("A", 33): false, "GET POST": false, "GET\n": false, "GÉT": false, "GET/": false,
	} {
		if problem := checkMethod(method); (problem == "") != isMethod {
			t.Errorf("%q: %q", method, problem)
		}
	}
}

func TestControlCallsServedApartAreNotInTheAPI(t *testing.T) {
	t.Parallel()
	s := newServer(t, Config{ControlApart: true})
	got := serveOne(s, newRequest("GET", "/_control/state"))
	if got.Code != 501 || !strings.Contains(got.Body.String(), "--control-addr") {
		t.Errorf("the API: %d %s", got.Code, got.Body)
	}
	recorder := httptest.NewRecorder()
	s.ControlHandler().ServeHTTP(recorder, newRequest("GET", "http://localhost/_control/state"))
	if recorder.Code != 200 {
		t.Errorf("the control plane: %d %s", recorder.Code, recorder.Body)
	}
}

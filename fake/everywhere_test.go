package fake_test

import (
	"strings"
	"testing"
)

// operations lists all calls of the API with their status for unreadable input; zero means that a call has no body.
func operations() map[string]int {
	return map[string]int{
		"POST /data-integrations":                                        400,
		"GET /data-integrations":                                         0,
		"GET /data-integrations/github":                                  0,
		"PUT /data-integrations/github":                                  400,
		"DELETE /data-integrations/github":                               0,
		"GET /data-integrations/github/organization":                     0,
		"PUT /data-integrations/github/organization":                     400,
		"DELETE /data-integrations/github/organization":                  0,
		"PUT /data-integrations/github/api-key":                          400,
		"POST /data-integrations/github/api-key":                         400,
		"PUT /data-integrations/github/client-credentials":               400,
		"POST /data-integrations/github/client-credentials":              400,
		"POST /data-integrations/finish":                                 400,
		"POST /data-integrations/github/authorize":                       400,
		"POST /data-integrations/github/credentials":                     400,
		"POST /data-integrations/github/token":                           400,
		"GET /organizations/acme/data_integration_configurations":        0,
		"PUT /organizations/acme/data_integration_configurations/github": 400,
		"GET /organizations/acme/connected_accounts/github":              0,
		"POST /organizations/acme/connected_accounts/github":             422,
		"PUT /organizations/acme/connected_accounts/github":              400,
		"DELETE /organizations/acme/connected_accounts/github":           0,
		"GET /organizations/acme/data_providers":                         0,
		"GET /user_management/users/alice/connected_accounts/github":     0,
		"POST /user_management/users/alice/connected_accounts/github":    422,
		"PUT /user_management/users/alice/connected_accounts/github":     400,
		"DELETE /user_management/users/alice/connected_accounts/github":  0,
		"GET /user_management/users/alice/data_providers":                0,
		"GET /events":                    0,
		"GET /webhook_endpoints":         0,
		"POST /webhook_endpoints":        422,
		"PATCH /webhook_endpoints/we_x":  422,
		"DELETE /webhook_endpoints/we_x": 0,
	}
}

func TestInvalidInputOfEveryOperation(t *testing.T) {
	t.Parallel()
	w := start(t)
	large := `{"user_id": "` + strings.Repeat("a", 1<<20) + `"}`
	for call, unreadable := range operations() {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			w := w.in(t)
			method, path, _ := strings.Cut(call, " ")
			expect(t, "no key", w.as("").do(method, path, "").status, 401)
			expect(t, "no API key", w.as("pk_test").do(method, path, "").status, 401)
			expect(t, "a live key", w.as("sk_live_x").do(method, path, "").status, 403)
			wrong := w.do("OPTIONS", path, "")
			expect(t, "another method", wrong.status, 405)
			if allowed := wrong.header.Get("Allow"); !strings.Contains(allowed, method) {
				t.Errorf("Allow is %q", allowed)
			}
			if unreadable == 0 {
				return
			}
			expect(t, "a large body", w.do(method, path, large).status, 413)
			for what, body := range map[string]string{
				"no body":     "",
				"no JSON":     "{",
				"no object":   "[]",
				"two objects": "{}{}",
				"a key twice": `{"a": 1, "a": 1}`,
				"bad UTF-8":   "{\"a\": \"\xff\"}",
			} {
				if a := w.do(method, path, body); a.status != unreadable {
					t.Errorf("%s: %d %s, not %d", what, a.status, a.body, unreadable)
				}
			}
		})
	}
}

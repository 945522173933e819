package fake_test

import (
	"fmt"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// A loop that switches ever more places gets an error before memory runs out.
func TestSwitchesAreBounded(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nswitches:\n  - {scenario: expired, user_id: of_the_file}\n", fake.WithTime(noon))
	const most = 100_000
	for i := range most {
		w.Use("active", fake.User(fmt.Sprintf("user_%d", i)))
	}
	w.tries(try{"one too many", "PUT /_control/scenario", `{"scenario": "active", "user_id": "one_more"}`, 409,
		"too_many_switches"})
	expect(t, "nothing changed", w.why("github", "one_more", "").Scenario, "active")
	w.tries(
		try{"the same place again", "PUT /_control/scenario", `{"scenario": "expired", "user_id": "user_7"}`, 409,
			"DELETE /_control/scenario"},
		try{"taken back", "DELETE /_control/scenario", "", 200, fmt.Sprintf(`"remaining": %d`, most)},
		try{"then there is room", "PUT /_control/scenario", `{"scenario": "active", "ttl": "1m"}`, 200, "everybody"},
		try{"for one", "PUT /_control/scenario", `{"scenario": "active"}`, 409, "too_many_switches"},
		try{"until a ttl", "POST /_control/clock/advance", `{"by": "2m"}`, 200, ""},
		try{"ends", "PUT /_control/scenario", `{"scenario": "active"}`, 200, "everybody"},
	)
	state := w.control("GET", "state?limit=1", "").body
	if len(state) > 2_000_000 {
		t.Errorf("the state has %d bytes", len(state))
	}
	w.Reset()
	w.tries(try{"a reset makes room", "PUT /_control/scenario", `{"scenario": "active", "user_id": "one_more"}`, 200,
		"one_more"})
}

// The size of inline scenarios is limited, too: a few of them can be as large as many switches.
func TestTotalSizeOfInlineScenariosIsBounded(t *testing.T) {
	t.Parallel()
	w := start(t)
	step := `{"scenario": {"access_token": "` + strings.Repeat("t", 8000) + `"}, "times": 1}, `
	body := func(user int) string {
		return fmt.Sprintf(`{"user_id": "user_%d", "scenario": {"steps": [%s{"scenario": "active"}]}}`, user,
			strings.Repeat(step, 115))
	}
	refused := 0
	for i := range 22 {
		a := w.do("PUT", "/_control/scenario", body(i))
		if a.status == 409 && strings.Contains(string(a.body), "too_many_switches") &&
			strings.Contains(string(a.body), "16 MiB") {
			refused++
		} else if a.status != 200 || refused > 0 {
			t.Fatalf("switch %d answers %d: %.300s", i, a.status, a.body)
		}
	}
	if refused < 2 || refused > 7 { // 15 to 20 are accepted
		t.Errorf("%d of 22 switches of 0.9 MB are refused", refused)
	}
	w.tries(
		try{"a name is small", "PUT /_control/scenario", `{"scenario": "active"}`, 200, ""},
		try{"taken back", "DELETE /_control/scenario", "", 200, ""},
		try{"and one more", "DELETE /_control/scenario", "", 200, ""},
		try{"there is room", "PUT /_control/scenario", body(1), 200, "user_1"},
		try{"none again", "PUT /_control/scenario", body(2), 409, "too_many_switches"},
	)
	w.Snapshot("full")
	w.Reset()
	w.Restore("full")
	w.tries(try{"also after a restore", "PUT /_control/scenario", body(2), 409, "too_many_switches"})
}

// The state lists a thousand switches and integrations at a time, with a cursor to the next ones.
func TestStatePagesSwitchesAndIntegrations(t *testing.T) {
	t.Parallel()
	w := start(t)
	const switches, integrations = 2345, 1100
	for i := range switches {
		w.Use("active", fake.User(fmt.Sprintf("user_%d", i)))
	}
	for i := range integrations {
		w.tries(try{"create", "POST /data-integrations",
			fmt.Sprintf(`{"provider": "p%d", "auth_methods": ["api_key"]}`, i), 201, ""})
	}
	type page struct {
		Switches         []struct{ Number int }
		DataIntegrations []struct{ Slug string } `json:"data_integrations"`
		NextSwitch       *string                 `json:"next_switch"`
		NextIntegration  *string                 `json:"next_integration"`
	}
	numbers, slugs, query := 0, map[string]bool{}, "?limit=1"
	for pages := 0; ; pages++ {
		p := decode[page](t, w.control("GET", "state"+query, ""), 200)
		for _, one := range p.Switches {
			if numbers++; one.Number != numbers {
				t.Fatalf("switch %d is listed instead of %d", one.Number, numbers)
			}
		}
		for _, one := range p.DataIntegrations {
			slugs[one.Slug] = true
		}
		if len(p.Switches) > 1000 || len(p.DataIntegrations) > 1000 || pages > 10 {
			t.Fatalf("page %d lists %d switches and %d integrations", pages, len(p.Switches), len(p.DataIntegrations))
		}
		if query = "?limit=1"; p.NextSwitch == nil && p.NextIntegration == nil {
			break
		}
		if p.NextSwitch != nil {
			query += "&next_switch=" + *p.NextSwitch
		} else {
			query += fmt.Sprintf("&next_switch=%d", switches)
		}
		if p.NextIntegration != nil {
			query += "&next_integration=" + *p.NextIntegration
		}
	}
	expect(t, "the listed switches", numbers, switches)
	expect(t, "the listed integrations", len(slugs), integrations)
	for _, query := range []string{"?next_switch=0", "?next_switch=x", "?next_integration=-1"} {
		expect(t, query, w.do("GET", "/_control/state"+query, "").status, 422)
	}
}

// The numbers of endpoints, and of an owner's connections with one provider, are limited.
func TestEndpointsAndConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nproviders:\n  keys: {auth_methods: [api_key]}\n")
	for i := range 1000 {
		w.tries(try{"an endpoint", "POST /webhook_endpoints",
			fmt.Sprintf(`{"endpoint_url": "http://localhost/%d", "events": []}`, i), 201, ""},
			try{"a connection", "POST /data-integrations/keys/api-key",
				`{"user_id": "user_1", "secret": "s", "connection_intent": "add"}`, 201, ""})
	}
	w.tries(
		try{"one endpoint too many", "POST /webhook_endpoints",
			`{"endpoint_url": "http://localhost/more", "events": []}`, 422, "too_many_webhook_endpoints"},
		try{"one connection too many", "POST /data-integrations/keys/api-key",
			`{"user_id": "user_1", "secret": "s", "connection_intent": "add"}`, 409, "too_many_connected_accounts"},
		try{"somebody else's", "POST /data-integrations/keys/api-key",
			`{"user_id": "user_2", "secret": "s", "connection_intent": "add"}`, 201, ""},
	)
}

package fake_test

import (
	"strconv"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

type covered struct {
	Percent, Seen, Of int
	Providers         []struct {
		Provider                string
		Percent                 int
		Answers, Errors, Faults map[string]int
		Missing                 []string
	}
	Errors, Faults map[string]int
}

func (w world) covered(query string) covered {
	w.t.Helper()
	return decode[covered](w.t, w.control("GET", "coverage"+query, ""), 200)
}

func TestCoverage(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nproviders: {linear: {}, github: {}}\n", fake.WithTime(noon))
	expect(t, "what the file declares, and nobody asked", w.covered("").Percent, 0)
	for _, scenario := range []string{"active", "missing_scopes", "expired", "not_installed"} {
		w.Use(scenario)
		w.token("github", "alice")
	}
	w.UseState(fake.State{MissingScopes: []string{"repo"}, ExpiresIn: -1}, fake.Provider("slack"))
	w.do("POST", "/data-integrations/slack/credentials", `{"user_id": "alice"}`)
	w.do("GET", accountPath("alice", "linear"), "") // no token
	w.do("POST", "/data-integrations/slack/token", `{"user_id": "alice"`)
	w.as("pk").do("GET", "/events", "")
	remove := w.Fault(fake.Fault{Status: 503})
	w.do("POST", "/data-integrations/slack/token", `{"user_id": "alice"}`)
	remove()
	w.Fault(fake.Fault{Delay: fake.Delay{Min: 1}})
	w.token("slack", "alice")

	c := w.covered("")
	var table []string
	for _, p := range c.Providers {
		table = append(table, p.Provider+": "+strings.Join(p.Missing, " "))
	}
	expect(t, "by provider", strings.Join(table, "; "), "github: needs_reauthorization; "+
		"linear: active missing_scopes expired not_installed needs_reauthorization; "+
		"slack: active not_installed needs_reauthorization")
	expect(t, "in all", [3]int{c.Percent, c.Seen, c.Of}, [3]int{40, 6, 15})
	slack := c.Providers[2]
	expect(t, "an answer that came late counts, one that did not does not", slack.Answers["expired"], 2)
	expect(t, "both of them", slack.Answers["missing_scopes"], 2)
	expect(t, "errors and faults",
		[3]int{slack.Errors["invalid_json"], slack.Faults["status"], slack.Faults["delay"]}, [3]int{1, 1, 1})
	expect(t, "what was not seen is zero", slack.Faults["hang"], 0)
	expect(t, "without a provider", c.Errors["unauthorized"], 1)
	expect(t, "of the provider's absence", c.Providers[1].Errors["entity_not_found"], 1)

	markdown := string(w.control("GET", "coverage?format=markdown", "").body)
	for _, line := range []string{
		"# Coverage: 40 % (6 of 15 answers)\n", "| github | 1 | 1 | 1 | 1 | – | – | – |\n",
		"| slack | – | 2 | 2 | – | – | invalid_json 1 | delay 1, status 1 |\n",
		"\nWithout a provider: errors unauthorized 1; faults –.\n",
		"\nFaults never seen: bad_signature, content_type, drip,",
	} {
		if !strings.Contains(markdown, line) {
			t.Errorf("the table lacks %q:\n%s", line, markdown)
		}
	}
	w.as("sk_env_other").token("github", "alice")
	w.Reset()
	expect(t, "a reset counts anew", w.covered("").Seen, 0)
	w.control("DELETE", "environments/other", "")
	expect(t, "but not over all", w.covered("?all=true").Seen, 6)
	w.control("DELETE", "coverage", "")
	expect(t, "that is forgotten, too", w.covered("?all=true").Seen, 0)
	w.tries(
		try{"of all or not", "GET /_control/coverage?all=yes", "", 422, "all is"},
		try{"as what", "GET /_control/coverage?format=html", "", 422, "json, markdown"},
		try{"more", "GET /_control/coverage?min=3", "", 422, "unknown query parameter"},
		try{"method", "POST /_control/coverage", "", 405, "DELETE"},
	)
}

// Only existing providers count, and only responses that a client received.
func TestCoverageCountsExistingProviders(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nproviders: {my-crm: {auth_methods: [api_key]}}\n")
	w.do("POST", "/data-integrations/my-crm/token", `{"user_id": "alice"}`)
	w.do("POST", "/data-integrations/a%7Cb/token", `{"user_id": "alice"}`)
	w.as("pk").do("POST", "/data-integrations/github/token", `{"user_id": "alice"}`)
	w.do("POST", "/data-integrations/slack/token", `{}`)
	remove := w.Fault(fake.Fault{Status: 503})
	w.do("POST", "/data-integrations/a%7Cb/token", `{"user_id": "alice"}`)
	remove()
	c := w.covered("")
	expect(t, "an error is no answer", c.Providers[0].Answers["active"], 0)
	expect(t, "but an error", c.Providers[0].Errors["auth_method_mismatch"], 1)
	expect(t, "only what exists", [3]int{len(c.Providers), c.Seen, c.Of}, [3]int{1, 0, 5})
	expect(t, "the rest is nobody's",
		[4]int{
			c.Errors["entity_not_found"], c.Errors["unauthorized"], c.Errors["invalid_request"], c.Faults["status"],
		},
		[4]int{1, 1, 1, 1})

	w.do("POST", "/data-integrations", `{"provider": "intercom", "credentials": {"type": "custom", `+
		`"client_id": "i", "client_secret": "s"}, "scopes": ["read"]}`)
	w.token("github", "alice")
	var slugs []string
	for _, one := range w.covered("").Providers {
		slugs = append(slugs, one.Provider)
	}
	expect(t, "the file's, a call's, and one that gave an answer", strings.Join(slugs, " "), "github intercom my-crm")
	expect(t, "whose refused call counts then", w.covered("").Providers[0].Errors["unauthorized"], 1)

	strict := withFile(t, "version: 1\nstrict: true\nproviders: {github: {}}\n")
	strict.do("POST", "/data-integrations/gitlab/token", `{"user_id": "alice"}`)
	strict.Fault(fake.Fault{Status: 503})
	strict.do("POST", "/data-integrations/gitlab/token", `{"user_id": "alice"}`)
	c = strict.covered("")
	expect(t, "with strict, what it knows",
		[3]int{len(c.Providers), c.Errors["entity_not_found"], c.Faults["status"]}, [3]int{1, 1, 1})
}

// Faults of webhooks count as well.
func TestCoverageOfWebhookFaults(t *testing.T) {
	t.Parallel()
	r := receive(t, "whsec_test", nil)
	w := withFile(t, "version: 1\nwebhooks: [{url: "+strconv.Quote(r.URL)+", secret: whsec_test}]\n")
	w.Fault(fake.Fault{Operation: "webhook", BadSignature: true})
	w.token("github", "alice")
	w.Use("not_installed")
	w.arrived("disconnected", 1)
	expect(t, "a wrong signature", w.covered("").Providers[0].Faults["bad_signature"], 1)
	markdown := string(w.control("GET", "coverage?format=markdown", "").body)
	if !strings.Contains(markdown, "bad_signature 1") || strings.Contains(markdown, "never seen: bad_signature") {
		t.Errorf("the table says %s", markdown)
	}
	w.tries(
		try{
			"another user's",
			"GET /_control/wait?webhook=pipes.connected_account.disconnected&user_id=alicia&timeout=1ms", "",
			409, `1 webhook with user_id \"alice\", you asked for \"alicia\"`,
		},
		try{
			"too many",
			"GET /_control/wait?webhook=pipes.connected_account.disconnected&count=0&timeout=1ms", "",
			409, "delivery_1 at ",
		},
	)
}

// The journal shows what a call changed beside the reason for its response.
func TestJournalSaysWhatACallChanged(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\n"+
		"start: not_installed\n"+
		"scenarios:\n"+
		"  twice: {steps: [{scenario: active, times: 2}, {scenario: needs_reauthorization}]}\n",
		fake.WithTime(noon))
	w.do("POST", accountPath("bob", "slack"), `{"access_token": "t"}`)
	w.do("PUT", accountPath("bob", "slack"), `{"scopes": ["a"]}`)
	w.do("PUT", accountPath("bob", "slack"), `{"state": "needs_reauthorization"}`)
	w.do("DELETE", accountPath("bob", "slack"), "")
	w.do("GET", "/events", "")
	w.do("POST", "/data-integrations", `{"provider": "intercom", "credentials": {"type": "custom", `+
		`"client_id": "i", "client_secret": "s"}, "scopes": ["read"]}`)
	w.do("POST", "/data-integrations", `{}`)
	w.Use("twice")
	w.token("github", "alice")
	w.token("github", "alice")
	w.Use("active")
	w.token("github", "alice")
	w.Advance(2 * 60 * 60 * 1e9)
	w.token("github", "alice")
	var changes []string
	for _, r := range w.Requests() {
		changes = append(changes, r.Changed)
	}
	expect(t, "changes", strings.Join(changes, "\n"), `imported: not_installed → connected
updated
updated: connected → needs_reauthorization
deleted: needs_reauthorization → not_installed

create data integration


it was the last call of its step, connected → needs_reauthorization

the token was refreshed`)
}

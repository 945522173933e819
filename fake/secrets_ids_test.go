package fake_test

import (
	"context"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"
)

// streamUntil makes some calls, and reads the live stream until it contains a text.
func (w world) streamUntil(t *testing.T, do func(), until string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	stream := openStream(ctx, t, w.Client(), w.URL()+"/_control/events")
	do()
	return readUntil(t, stream.Body, until)
}

// overview returns everything that the control plane and the page show of an environment.
func (w world) overview(query url.Values) map[string]string {
	told := map[string]string{}
	for _, path := range []string{
		"state", "state?limit=1000", "scenarios", "faults", "coverage", "coverage?all=true", "coverage?format=markdown",
		"coverage?all=true&format=markdown", "requests?limit=1000", "webhooks", "snapshots", "environments", "export",
		"scenario?" + query.Encode(),
	} {
		told["/_control/"+path] = string(w.control("GET", path, "").body)
	}
	for _, page := range []string{"", "requests", "events", "faults", "environments", "file", "clock"} {
		told["/_ui/"+page] = string(w.do("GET", "/_ui/"+page, "").body)
	}
	for name, expected := range map[string]string{
		"verify":                `{"operation": "token", "user_id": "nobody", "count": 9}`,
		"order":                 `{"order": [{"operation": "token", "user_id": "nobody"}]}`,
		"verify what is secret": `{"operation": "token", "user_id": "` + query.Get("user_id") + `", "count": 9}`,
	} {
		told[name] = string(w.do("POST", "/_control/verify", expected).body)
	}
	for _, request := range w.Requests() {
		told["each request in full"] += string(w.control("GET", "requests/"+request.ID, "").body)
		told["a page for each request"] += string(w.do("GET", "/_ui/requests/"+request.ID, "").body)
	}
	told["wait"] = string(w.do("GET", "/_control/wait?operation=token&user_id=nobody&timeout=1ms", "").body)
	told["wait for an event"] = string(w.do("GET",
		"/_control/wait?event=pipes.connected_account.disconnected&user_id=nobody&timeout=1ms", "").body)
	return told
}

// A secret that is used as an id, or in the address of an endpoint, is shown nowhere: not in the state, nor in
// switches, faults, coverage, requests, webhooks or snapshots. Other ids are shown unchanged.
func TestSecretsUsedAsIDs(t *testing.T) {
	t.Parallel()
	var log sharedLog
	w := withFile(t, "version: 1\n", fake.WithVerbose(), fake.WithTime(noon),
		fake.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	minted := w.token("slack", "alice").AccessToken.AccessToken
	w.do("DELETE", accountPath("alice", "github"), "")
	w.do("POST", accountPath("alice", "github"), `{"access_token": "VERYSECRETimported"}`)
	query := url.Values{}
	live := w.streamUntil(t, func() {
		for _, secret := range []string{minted, "VERYSECRETimported"} {
			query = url.Values{"provider": {secret}, "user_id": {secret}, "organization_id": {secret}}
			w.putSecret(secret)
		}
		w.do("GET", "/nowhere/last", "")
	}, "/nowhere/last")
	told := w.overview(query)
	told["the live stream"], told["the log"] = live, log.String()
	for where, text := range told {
		for _, secret := range []string{minted, "VERYSECRET"} {
			if i := strings.Index(text, secret); i >= 0 {
				t.Errorf("%s shows %s: %s", where, secret, text[max(0, i-300):min(len(text), i+100)])
			}
		}
	}
	for where, shown := range map[string]string{
		"/_control/state": "…rted", "/_control/scenario?" + query.Encode(): "…rted", "/_control/faults": "…rted",
		"/_control/coverage": "…rted", "/_control/webhooks": "…rted", "/_control/snapshots": "…rted", "/_ui/": "…rted",
		"/_control/export": "mask-", "each request in full": `"covers": "user \"…rted\""`,
	} {
		if !strings.Contains(told[where], shown) {
			t.Errorf("%s does not show %s: %s", where, shown, told[where])
		}
	}
	for _, where := range []string{"/_control/state", "/_ui/"} {
		if !strings.Contains(told[where], "alice") {
			t.Errorf("%s does not show alice", where)
		}
	}
	if _, err := scenarios.Parse("the export", []byte(told["/_control/export"])); err != nil {
		t.Errorf("the export does not load: %v\n%s", err, told["/_control/export"])
	}
	for _, shown := range []string{"?api_key=…", "team=blue"} {
		if state := told["/_control/state"]; !strings.Contains(state, shown) {
			t.Errorf("the state does not tell what may be told of an endpoint, %s: %s", shown, state)
		}
	}
}

// putSecret uses a secret in every place where an id is expected.
func (w world) putSecret(secret string) {
	w.t.Helper()
	body := `"user_id": "` + secret + `", "organization_id": "` + secret + `"`
	w.do("POST", "/data-integrations/"+secret+"/token", "{"+body+"}")
	address := "http://127.0.0.1:1/" + secret + "?api_key=VERYSECRETkey&team=blue"
	w.do("POST", "/webhook_endpoints", `{"endpoint_url": "`+address+`", `+
		`"events": ["pipes.connected_account.disconnected"]}`)
	w.put(`{"scenario": "expired", "provider": "` + secret + `", ` + body + `}`)
	w.put(`{"scenario": "not_installed", "provider": "` + secret + `", ` + body + `}`)
	fault := `{"status": 503, "body": "see ` + secret + `"`
	w.do("POST", "/_control/faults", fault+`, "operation": "list_events", "provider": "`+secret+`", `+body+`}`)
	w.put(`{"scenario": {"steps": [{"fault": ` + fault + `}, "times": 9}, {"scenario": "active"}]}, ` + body + `}`)
	w.put(`{"scenario": "active", "user_id": "` + secret + `", "ttl": "1h"}`)
	w.control("DELETE", "scenario", "")
	w.do("POST", "/data-integrations",
		`{"provider": "`+secret+`", "auth_methods": ["api_key"], "description": "`+secret+`"}`)
	w.do("POST", "/_control/snapshots", `{"name": "`+secret+`"}`)
	w.control("POST", "snapshots/"+secret+"/restore", "")
	w.do("POST", "/_ui/do/switch", "scenario=active&user_id="+secret,
		"Content-Type", "application/x-www-form-urlencoded")
	w.token("github", secret)         // a switch that names the secret decides this call
	w.token("github", secret, secret) // and this one, for which a script's step had a fault
	w.control("GET", "webhooks", "")
}

// An id is shown even if a short secret has the same text, because scripts use the ids that the state shows.
func TestIDsThatReadLikeAShortSecret(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nproviders: {linear: {auth_methods: [api_key]}}\n")
	w.do("PUT", "/data-integrations/linear/api-key",
		`{"user_id": "alice", "organization_id": "acme", "secret": "alice"}`)
	w.put(`{"scenario": "expired", "user_id": "user_with_a_long_name", "organization_id": "organization_01HZX"}`)
	w.token("github", "user_with_a_long_name", "organization_01HZX")
	state := string(w.control("GET", "state", "").body)
	for _, id := range []string{`"alice"`, `"acme"`, `"linear"`, `"user_with_a_long_name"`, `"organization_01HZX"`} {
		if !strings.Contains(state, id) {
			t.Errorf("the state does not tell %s: %s", id, state)
		}
	}
}

// An export leaves out what may be a secret in the address of an endpoint that a call created, and says so.
// Addresses of the file stay.
func TestExportsOfAddresses(t *testing.T) {
	t.Parallel()
	file := "version: 1\nwebhooks: [{url: \"https://file.example/?key=of-the-file#a\"}]\n"
	w := withFile(t, file, fake.WithTime(noon))
	for _, address := range []string{
		"https://a.example/in?api_key=VERYSECRET1&team=VERYSECRET2",
		"https://a.example/in?api_key=VERYSECRET3&team=VERYSECRET4", "https://b.example/?VERYSECRET5",
		"https://c.example/#VERYSECRET6", "https://d.example/?a=%56ERYSECRET7&b&c=#VERYSECRET8",
		"https://e.example/?" + strings.Repeat("a&", 4000), "https://f.example/plain",
	} {
		body := `{"endpoint_url": "` + address + `", "events": ["pipes.connected_account.connected"]}`
		if a := w.do("POST", "/webhook_endpoints", body); a.status != 201 {
			t.Fatalf("%s: %d %s", address, a.status, a.body)
		}
	}
	exported := w.exported()
	for _, says := range []string{
		"https://file.example/?key=of-the-file#a", "https://a.example/in?api_key=left-out-2&team=left-out-2",
		"https://a.example/in?api_key=left-out-3&team=left-out-3", "https://b.example/?left-out-4",
		"https://c.example/#left-out-5", "https://f.example/plain",
		"# Left out: the query, or the part after #, of the webhook endpoint https://b.example/",
	} {
		if !strings.Contains(exported, says) {
			t.Errorf("the export lacks %q:\n%s", says, exported)
		}
	}
	if strings.Contains(exported, "ERYSECRET") {
		t.Errorf("the export has a secret:\n%s", exported)
	}
	expect(t, "how many endpoints load", len(parse(t, exported).Webhooks()), 8)
}

// Some texts, such as the description of a place, quote ids. A secret with special characters or quotes looks
// different there.
func TestSecretsInQuotedTexts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, imported, secret string }{
		"an imported token with umlauts": {
			"version: 1\n", `{"access_token": "geheimnisvoll-äöü-schlüssel"}`, "geheimnisvoll-äöü-schlüssel",
		},
		"a token of the file with quotes": {
			"version: 1\nscenarios: {a: {access_token: 'geheimnisvoll\"12'}}\nstart: a\n", "", `geheimnisvoll\"12`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := withFile(t, c.file, fake.WithTime(noon))
			if c.imported != "" {
				w.do("DELETE", accountPath("alice", "github"), "")
				w.do("POST", accountPath("alice", "github"), c.imported)
			}
			w.token("github", "alice")
			w.put(`{"scenario": "expired", "user_id": "` + c.secret + `"}`)
			w.do("POST", "/data-integrations/github/token", `{"user_id": "`+c.secret+`"}`)
			told := w.overview(url.Values{"provider": {"github"}, "user_id": {"alice"}})
			for _, where := range []string{
				"/_control/state", "/_control/requests?limit=1000", "/_ui/", "/_ui/requests", "each request in full",
				"a page for each request",
			} {
				if i := strings.Index(told[where], "geheimnisvoll"); i >= 0 {
					t.Errorf("%s shows a secret: %s", where, told[where][max(0, i-300):min(len(told[where]), i+100)])
				}
			}
		})
	}
}

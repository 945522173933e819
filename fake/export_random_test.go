package fake_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"

	"pgregory.net/rapid"
)

// exportRun is a server that is changed by random calls, and then exported.
type exportRun struct {
	*rapid.T
	server    *fake.Server
	file      string
	providers []string               // that the calls are about
	did       []string               // the calls so far, for the report of a failure
	sent      []string               // the secrets in them
	asked     map[scenarios.Key]bool // connections that a call was about
}

// TestRandomExports checks that the export of any environment can be loaded, and that the new environment responds to
// every call as the exported one does, now and as time passes. What the comments of the export list as left out is
// not compared. For more environments use -rapid.checks=N.
func TestRandomExports(t *testing.T) {
	t.Parallel()
	rapid.Check(t, checkRandomExport)
}

func checkRandomExport(rt *rapid.T) {
	file := drawFile(rt)
	set, err := scenarios.Parse("scenarios.yaml", []byte(file))
	if err != nil {
		rt.Fatalf("the drawn file is wrong: %v\n%s", err, file)
	}
	run := startExportRun(rt, set, noon)
	defer run.server.Close()
	run.file, run.sent = file, []string{"VERYSECRET"}
	run.providers = rapid.SliceOfNDistinct(rapid.SampledFrom(exportProviders), 2, 3, rapid.ID).Draw(rt, "providers")
	for range rapid.IntRange(0, 14).Draw(rt, "calls") {
		run.drawCall()
	}
	status, exported := run.call("GET", "/_control/export", "")
	if status != 200 {
		run.fail("the export answers %d %s", status, exported)
	}
	for _, secret := range run.sent {
		if strings.Contains(exported, secret) {
			run.fail("the export has the secret %s:\n%s", secret, exported)
		}
	}
	loaded, err := scenarios.Parse("the export", []byte(exported))
	if err != nil {
		run.fail("the export does not load: %v\n%s", err, exported)
	}
	again := startExportRun(rt, loaded, run.server.Now())
	defer again.server.Close()
	run.compare(again, exported)
}

func startExportRun(rt *rapid.T, set *scenarios.Set, at time.Time) *exportRun {
	server, err := fake.New(fake.WithScenarios(set), fake.WithTime(at))
	if err != nil {
		rt.Fatal(err)
	}
	return &exportRun{T: rt, server: server, asked: map[scenarios.Key]bool{}}
}

// call returns the status and the body of a call. It fails for a status of 500.
func (run *exportRun) call(method, path, body string) (int, string) {
	run.Helper()
	request := httptest.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer sk_test")
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	answer := httptest.NewRecorder()
	run.server.ServeHTTP(answer, request)
	if answer.Code == 500 {
		run.fail("%s %s %s answers 500 %s", method, path, body, answer.Body)
	}
	return answer.Code, answer.Body.String()
}

// fail reports a failure, with the file and all calls that led to it.
func (run *exportRun) fail(format string, args ...any) {
	run.Helper()
	run.Fatalf("%s\n--- calls:\n%s\n--- file:\n%s", fmt.Sprintf(format, args...), strings.Join(run.did, "\n"), run.file)
}

// exportProviders returns the providers that drawn files and calls use.
var exportProviders = []string{"github", "linear", "zendesk", "acme", "snowflake", "mine"}

func (run *exportRun) pick(what string, of ...string) string {
	return rapid.SampledFrom(of).Draw(run.T, what)
}

// owner draws the owner of the connection that a call is about.
func (run *exportRun) owner() (key scenarios.Key) {
	key.Provider = run.pick("provider", run.providers...)
	key.Organization = run.pick("organization", "", "org_acme")
	if key.Organization == "" || run.pick("owner", "user", "user", "organization") == "user" {
		key.User = run.pick("user", "alice", "bob")
	}
	return key
}

// ownerBody returns an owner as JSON, with other members in front of it.
func ownerBody(key scenarios.Key, more ...string) string {
	if key.User != "" {
		more = append(more, fmt.Sprintf(`"user_id": %q`, key.User))
	} else {
		more = append(more, `"user_id": "alice"`, `"connection_owner": "organization"`)
	}
	if key.Organization != "" {
		more = append(more, fmt.Sprintf(`"organization_id": %q`, key.Organization))
	}
	return "{" + strings.Join(more, ", ") + "}"
}

// ownerPath returns the path of an owner's connected account.
func ownerPath(key scenarios.Key) string {
	switch {
	case key.User == "":
		return "/organizations/" + key.Organization + "/connected_accounts/" + key.Provider
	case key.Organization == "":
		return accountPath(key.User, key.Provider)
	}
	return accountPath(key.User, key.Provider) + "?organization_id=" + key.Organization
}

// secret returns a new secret to send, and remembers it.
func (run *exportRun) secret(kind string) string {
	made := fmt.Sprintf("%s-VERYSECRET-%d", kind, len(run.sent))
	run.sent = append(run.sent, made)
	return made
}

// drawCall makes a random call that may change the environment.
func (run *exportRun) drawCall() {
	key := run.owner()
	calls := map[string]func(scenarios.Key) (method, path, body string){
		"ask": run.drawAsk, "consent": run.drawConsent, "switch": run.drawSwitch, "take-back": run.drawRemoveSwitch,
		"import": run.drawImport, "update": run.drawUpdate, "delete": run.drawDelete, "install": run.drawInstall,
		"integrate": run.drawIntegrate, "reintegrate": run.drawReintegrate, "disintegrate": run.drawDisintegrate,
		"configure": run.drawConfigure, "webhook": run.drawWebhook, "fault": run.drawFault, "clock": run.drawClock,
	}
	what := run.pick("call", strings.Fields("ask ask ask ask switch switch switch switch clock clock clock "+
		"import import update update delete install integrate reintegrate disintegrate configure "+
		"webhook fault take-back consent")...)
	method, path, body := calls[what](key)
	status, answer := run.call(method, path, body)
	run.did = append(run.did, fmt.Sprintf("%s %s %s → %d %.80q", method, path, body, status, answer))
	if status < 300 && slices.Contains([]string{"ask", "consent", "import", "update", "delete", "install"}, what) {
		run.asked[key] = true
	}
	if what == "consent" && status == 200 {
		var page struct{ URL string }
		_ = json.Unmarshal([]byte(answer), &page)
		_, path, _ := strings.Cut(page.URL, "//127.0.0.1")
		run.call("GET", path+"?consent="+run.pick("decision", "approve", "deny", "ask"), "")
	}
}

func (run *exportRun) drawAsk(key scenarios.Key) (method, path, body string) {
	endpoint := run.pick("endpoint", "token", "credentials")
	return "POST", "/data-integrations/" + key.Provider + "/" + endpoint, ownerBody(key)
}

func (run *exportRun) drawConsent(key scenarios.Key) (method, path, body string) {
	return "POST", "/data-integrations/" + key.Provider + "/authorize", ownerBody(key)
}

func (run *exportRun) drawSwitch(key scenarios.Key) (method, path, body string) {
	parts := []string{`"scenario": ` + run.drawScenario()}
	if rapid.Bool().Draw(run.T, "narrow by provider") {
		parts = append(parts, fmt.Sprintf(`"provider": %q`, key.Provider))
	}
	switch run.pick("narrow by owner", "no", "user", "organization", "all", "none", "shared") {
	case "user":
		parts = append(parts, `"user_id": "alice"`)
	case "organization":
		parts = append(parts, `"organization_id": "org_acme"`)
	case "all":
		parts = append(parts, `"user_id": "alice"`, `"organization_id": "org_acme"`)
	case "none":
		parts = append(parts, `"user_id": "bob"`, `"organization_id": null`)
	case "shared":
		parts = append(parts, `"connection_owner": "organization"`)
	}
	if ttl := run.pick("ttl", "", "", "4m", "2h", "876000h"); ttl != "" {
		parts = append(parts, `"ttl": "`+ttl+`"`)
	}
	return "PUT", "/_control/scenario", "{" + strings.Join(parts, ", ") + "}"
}

func (run *exportRun) drawRemoveSwitch(scenarios.Key) (method, path, body string) {
	return "DELETE", "/_control/scenario", ""
}

func (run *exportRun) drawImport(key scenarios.Key) (method, path, body string) {
	tokens := []string{}
	if rapid.Bool().Draw(run.T, "with tokens") {
		tokens = append(tokens, fmt.Sprintf(`"access_token": %q`, run.secret("imported")))
		if rapid.Bool().Draw(run.T, "that expire") {
			date := run.pick("when", "2026-11-23T12:20:00Z", "2026-11-23T16:00:00Z", "2126-11-20T00:00:00Z",
				"2500-01-01T00:00:00Z")
			tokens = append(tokens, fmt.Sprintf(`"refresh_token": %q`, run.secret("refresh")),
				`"expires_at": "`+date+`"`)
		}
	}
	if rapid.Bool().Draw(run.T, "with more") {
		tokens = append(tokens, `"scopes": ["repo"]`, `"account_identifier": "a@example.com"`)
	}
	if run.pick("intent", "", "", "add") == "add" {
		tokens = append(tokens, `"connection_intent": "add"`)
	}
	if key.User == "" {
		tokens = append(tokens, `"user_id": "alice"`)
	}
	return "POST", ownerPath(key), "{" + strings.Join(tokens, ", ") + "}"
}

func (run *exportRun) drawUpdate(key scenarios.Key) (method, path, body string) {
	changes := []string{run.pick("change", `"scopes": ["gist"]`, `"scopes": []`,
		`"state": "needs_reauthorization"`, `"state": "connected"`,
		`"expires_at": "2026-11-23T15:00:00Z"`, `"access_token": "?"`, `"account_display_name": "A"`)}
	if strings.HasSuffix(changes[0], `"?"`) {
		changes[0] = fmt.Sprintf(`"access_token": %q`, run.secret("updated"))
	}
	if key.User == "" {
		changes = append(changes, `"user_id": "alice"`)
	}
	return "PUT", ownerPath(key), "{" + strings.Join(changes, ", ") + "}"
}

func (run *exportRun) drawDelete(key scenarios.Key) (method, path, body string) {
	return "DELETE", ownerPath(key), ""
}

func (run *exportRun) drawInstall(key scenarios.Key) (method, path, body string) {
	path = "/data-integrations/" + key.Provider + "/api-key"
	more := []string{fmt.Sprintf(`"secret": %q`, run.secret("key"))}
	if key.Provider == "zendesk" || run.pick("kind", "api key", "api key", "client") == "client" {
		path = "/data-integrations/" + key.Provider + "/client-credentials"
		more = []string{`"client_id": "my-client"`, `"config": {"subdomain": "acme"}`}
		more = append(more, fmt.Sprintf(`"client_secret": %q`, run.secret("client")))
	}
	if run.pick("method", "PUT", "PUT", "POST") == "POST" {
		return "POST", path, ownerBody(key, append(more, `"connection_intent": "add"`)...)
	}
	return "PUT", path, ownerBody(key, more...)
}

func (run *exportRun) drawFault(key scenarios.Key) (method, path, body string) {
	if run.pick("lay", "yes", "yes", "no") == "no" {
		return "DELETE", "/_control/faults", ""
	}
	way := run.pick("way", `"status": 503, "times": 3`, `"status": 418, "retry_after": 7, "body": {"a": [1]}`,
		`"content_type": "text/plain"`, `"rate_limit": {"requests": 2, "per": "1h"}`,
		`"delay": {"max": "1ns"}, "status": 502`, `"status": 503, "probability": 0.5`)
	operation := run.pick("operation", "list_events", "token", "list_webhook_endpoints")
	parts := []string{way, `"operation": "` + operation + `"`}
	if rapid.Bool().Draw(run.T, "of a provider") {
		parts = append(parts, fmt.Sprintf(`"provider": %q`, key.Provider))
	}
	if rapid.Bool().Draw(run.T, "of a user") {
		parts = append(parts, `"user_id": "alice"`)
	}
	return "POST", "/_control/faults", "{" + strings.Join(parts, ", ") + "}"
}

func (run *exportRun) drawClock(scenarios.Key) (method, path, body string) {
	by := run.pick("by", "1s", "3m", "7m", "58m", "3h", "1h", "-5m", "-2h", "876000h", "-876000h", "438000h",
		"-438000h")
	return "POST", "/_control/clock/advance", `{"by": "` + by + `"}`
}

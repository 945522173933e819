package fake_test

import (
	"fmt"
	"strings"

	"example.com/pipesfake/scenarios"

	"pgregory.net/rapid"
)

// scenarioNames are the names of scenarios in every drawn file, in addition to the built-in ones.
const scenarioNames = `scenarios:
  dies: {expires_in: 30m, refresh: fails}
  pinned: {access_token: token-of-the-file}
  no_repo: {missing_scopes: [repo]}
  flaky:
    steps:
      - {fault: {status: 503}, times: 2}
      - {scenario: active, for: 10m}
      - {scenario: missing_scopes, times: 3}
      - {scenario: expired}
  loop: {repeat: true, steps: [{scenario: active, for: 7m}, {scenario: not_installed, for: 3m}]}
  breaks:
    steps:
      - {scenario: dies, for: 5m}
      - {fault: {status: 503}, times: 2}
      - {scenario: needs_reauthorization, for: 5m}
      - {fault: {status: 504}}
  thrice:
    repeat: 3
    steps:
      - {scenario: active, times: 2}
      - {scenario: needs_reauthorization, for: 4m}
      - {fault: {status: 502}, times: 1}
  nests: {steps: [{scenario: breaks, for: 9m}, {scenario: thrice, times: 5}, {scenario: loop}]}
`

// drawScenario draws a scenario for a switch, as JSON.
func (run *exportRun) drawScenario() string {
	scenario := run.pick("scenario",
		`"active"`, `"expired"`, `"not_installed"`, `"needs_reauthorization"`, `"missing_scopes"`, `"dies"`, `"pinned"`,
		`"no_repo"`, `"flaky"`, `"loop"`, `"breaks"`, `"thrice"`, `"nests"`,
		`{"expires_in": "20m", "refresh": "fails"}`, `{"expires_in": "never"}`, `{"expires_in": "876000h"}`,
		`{"expires_in": "-876000h"}`, `{"auth_method": "api_key"}`, `{"scopes": ["gist"]}`, `{"consent": "approve"}`,
		`{"steps": [{"fault": {"status": 504}, "for": "1h"}, {"scenario": "dies", "times": 1}, `+
			`{"fault": {"status": 502, "retry_after": 3}}]}`,
		`{"steps": [{"scenario": "active", "for": "6m"}, `+
			`{"fault": {"rate_limit": {"requests": 1, "per": "1h"}}, "for": "1h"}], "repeat": true}`,
		`{"steps": [{"scenario": "active", "times": 1}, {"fault": {"status": 503}, "times": 1}], "repeat": 2}`,
		`{"access_token": "?"}`, `{"steps": [{"scenario": {"access_token": "?"}, "for": "5m"}, `+
			`{"scenario": "active"}]}`)
	if strings.Contains(scenario, `"?"`) {
		scenario = strings.Replace(scenario, "?", run.secret("switched"), 1)
	}
	return scenario
}

// drawFile draws a scenario file.
func drawFile(rt *rapid.T) string {
	var text strings.Builder
	pick := func(what string, of ...string) string { return rapid.SampledFrom(of).Draw(rt, what) }
	text.WriteString("version: 1\n" + scenarioNames)
	text.WriteString(pick("strict", "", "", "strict: true\n",
		"strict: true\nusers: [alice, bob, nobody]\norganizations: [org_acme, org_two]\n"))
	text.WriteString(pick("start", "", "", "start: not_installed\n", "start: dies\n", "start: loop\n",
		"start: breaks\n", "start: missing_scopes\n"))
	text.WriteString(pick("age", "", "", "", "age: 20m\n", "age: 876000h\n"))
	text.WriteString(pick("consent", "", "consent: deny\n"))
	drawn := map[string]bool{}
	section := func(name string, entries ...string) {
		some := rapid.SliceOfNDistinct(rapid.SampledFrom(entries), 0, len(entries), rapid.ID).Draw(rt, name)
		if len(some) > 0 {
			fmt.Fprintf(&text, "%s: # ours\n  %s\n", name, strings.Join(some, "\n  "))
		}
		for _, entry := range some {
			slug, _, _ := strings.Cut(entry, ":")
			drawn[slug] = true
		}
	}
	section("providers", "github: {scopes: [repo, gist], description: Ours., api: [{path: /user, body: hello}]}",
		"linear: {auth_methods: [api_key], ownership: [user, organization]}",
		"zendesk: {auth_methods: [client_credentials], config_fields: {pin: {secret: true}, subdomain: }, "+
			"metadata: {a: b}}",
		"acme: {credentials: custom, ownership: [user, organization], scopes: [repo, contacts], config: {region: eu}}",
		"snowflake: {credentials: organization, organizations: {org_two: {enabled: false}, "+
			"org_acme: {client_id: file-client, client_secret: file-secret, config: {a: b}}}}")
	known := []string{"github", "acme", "snowflake"}
	if strings.Contains(text.String(), "strict") {
		known = nil
		for _, slug := range []string{"github", "acme", "snowflake"} {
			if drawn[slug] {
				known = append(known, slug)
			}
		}
	}
	connections, faults := []string{}, []string{"- {status: 503, operation: list_events}"}
	switches := []string{
		"- {scenario: dies, age: 1h, ttl: 3h}", "- {scenario: active, user_id: bob, age: 30m, ttl: 876000h}",
	}
	for _, slug := range known {
		connections = append(connections, "- {provider: "+slug+", user_id: alice, scenario: dies}",
			"- {provider: "+slug+", user_id: bob, organization_id: org_acme, age: 8m, "+
				"scenario: {scopes: [repo], expires_in: 10m}}",
			"- {provider: "+slug+", organization_id: org_acme, connection_owner: organization, scenario: flaky}")
		switches = append(switches, "- {scenario: no_repo, provider: "+slug+", age: 1m}")
		faults = append(faults, "- {status: 503, operation: token, user_id: bob, provider: "+slug+", times: 1}")
	}
	if len(connections) > 0 {
		section("connections", connections...)
	}
	section("switches", switches...)
	section("faults", faults...)
	section("webhooks", `- {url: "https://example.com/one"}`,
		`- {url: "https://example.com/two", secret: secret-of-the-file}`)
	return text.String()
}

// integrationBody draws the body of a call about an integration. Any part of it may be left out.
func (run *exportRun) integrationBody(parts ...string) string {
	for _, more := range []string{
		`"scopes": ["repo"]`, `"scopes": ["b", "a"]`, `"scopes": []`, `"scopes": null`, `"description": "Mine: #1"`,
		`"description": null`, `"enabled": true`, `"enabled": false`,
	} {
		name, _, _ := strings.Cut(more, ":")
		isSaid := strings.Contains(strings.Join(parts, ""), name+":")
		if rapid.IntRange(0, 3).Draw(run.T, more) == 0 && !isSaid {
			parts = append(parts, more)
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func (run *exportRun) drawIntegrate(key scenarios.Key) (method, path, body string) {
	parts := []string{fmt.Sprintf(`"provider": %q`, key.Provider)}
	if key.User == "" {
		parts = append(parts, `"ownership": "organization"`)
	}
	switch run.pick("auth method", "oauth", "oauth", "organization", "api_key", "client_credentials") {
	case "oauth":
		parts = append(parts, run.customCredentials())
	case "organization":
		parts = append(parts, `"credentials": {"type": "organization"}`)
	case "api_key":
		parts = append(parts, `"auth_methods": ["api_key"]`)
	case "client_credentials":
		parts = append(parts, `"auth_methods": ["client_credentials"]`)
	}
	config := run.pick("config", "", "", `{"region": "us"}`, `{"odd name!": "x", "": "y"}`,
		`{"subdomain": "line\nbreak"}`)
	if config != "" {
		parts = append(parts, `"config": `+config)
	}
	if key.Provider == "mine" {
		name := run.pick("name", "Mine", "no", " two\nlines: {", "1")
		parts = append(parts, fmt.Sprintf(`"custom_provider": {"name": %q, `+
			`"authorization_url": "https://mine.example.com/a", "token_url": "https://mine.example.com/t"}`, name))
	}
	return "POST", "/data-integrations", run.integrationBody(parts...)
}

func (run *exportRun) customCredentials() string {
	return `"credentials": {"type": "custom", "client_id": "c", "client_secret": "` + run.secret("custom") + `"}`
}

func integrationPath(key scenarios.Key) string {
	if key.User == "" {
		return "/data-integrations/" + key.Provider + "/organization"
	}
	return "/data-integrations/" + key.Provider
}

func (run *exportRun) drawReintegrate(key scenarios.Key) (method, path, body string) {
	parts := []string{}
	switch run.pick("credentials", "", "", "custom", "organization") {
	case "custom":
		parts = append(parts, run.customCredentials())
	case "organization":
		parts = append(parts, `"credentials": {"type": "organization"}`)
	}
	return "PUT", integrationPath(key), run.integrationBody(parts...)
}

func (run *exportRun) drawDisintegrate(key scenarios.Key) (method, path, body string) {
	return "DELETE", integrationPath(key), ""
}

func (run *exportRun) drawConfigure(key scenarios.Key) (method, path, body string) {
	said := run.pick("said", `"enabled": false`, `"enabled": true`, `"scopes": ["repo"]`, `"scopes": []`,
		`"scopes": null`, `"config": {"a": "c"}`, `"client_id": "own", "client_secret": "?"`)
	if before, after, has := strings.Cut(said, "?"); has {
		said = before + run.secret("own") + after
	}
	return "PUT", "/organizations/org_acme/data_integration_configurations/" + key.Provider, "{" + said + "}"
}

func (run *exportRun) drawWebhook(scenarios.Key) (method, path, body string) {
	events := run.pick("events", `["pipes.connected_account.connected"]`, `["user.created"]`, `[]`,
		`["pipes.connected_account.connected", "user.created", "pipes.connected_account.connected"]`)
	if run.pick("new", "yes", "yes", "no") == "yes" {
		address := run.pick("address", "https://example.com/3?api_key=VERYSECRET-5", "https://example.com/4",
			"https://example.com/two")
		return "POST", "/webhook_endpoints", `{"endpoint_url": "` + address + `", "events": ` + events + `}`
	}
	_, list := run.call("GET", "/webhook_endpoints", "")
	_, id, _ := strings.Cut(list, `"id":"`)
	id, _, _ = strings.Cut(id, `"`)
	if id == "" {
		return "GET", "/webhook_endpoints", ""
	}
	if run.pick("change", "delete", "disable", "events") == "delete" {
		return "DELETE", "/webhook_endpoints/" + id, ""
	}
	return "PATCH", "/webhook_endpoints/" + id, run.pick("patch", `{"status": "disabled"}`, `{"events": `+events+`}`)
}

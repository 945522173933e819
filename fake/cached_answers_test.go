package fake_test

import (
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"
)

// cachedAnswersFile has integrations of every kind, and scenarios that change by time and by calls.
const cachedAnswersFile = `version: 1
multiple_connections: true
providers:
  github: {credentials: custom, scopes: [repo, "user:email"]}
  acme: {auth_methods: [api_key], credentials: custom}
scenarios:
  timed: {steps: [{scenario: active, for: 10m}, {scenario: not_installed, for: 5m}], repeat: true}
  counted: {steps: [{scenario: active, times: 2}, {scenario: needs_reauthorization, times: 1}], repeat: true}
  dies: {expires_in: 30m, refresh: fails}
  stays: {expires_in: -1h}
connections:
  - {provider: github, user_id: cleo, scenario: dies}
`

const ofOrganization = `"connection_owner": "organization"`

// readCalls lists calls whose responses are cached, and beside them some that show the same state but are never cached.
var readCalls = []string{
	`POST /data-integrations/github/token {"user_id": "ann"}`,
	`POST /data-integrations/github/token  {"user_id":"ann"}`,
	`POST /data-integrations/github/token {"user_id": "bob", "organization_id": "acme"}`,
	`POST /data-integrations/github/token {"user_id": "cleo"}`,
	`POST /data-integrations/github/token {"user_id": "ann", "supports_multiple_connections": true}`,
	`POST /data-integrations/linear/token {"user_id": "ann"}`,
	`POST /data-integrations/acme/token {"user_id": "ann"}`,
	`POST /data-integrations/githb/token {"user_id": "ann"}`,
	`POST /data-integrations/github/credentials {"user_id": "ann"}`,
	`POST /data-integrations/github/credentials {"user_id": "bob", "organization_id": "acme"}`,
	`POST /data-integrations/acme/credentials {"user_id": "ann"}`,
	`POST /data-integrations/acme/credentials {"user_id": "b", "organization_id": "acme", ` + ofOrganization + `}`,
	`GET /user_management/users/ann/connected_accounts/github`,
	`HEAD /user_management/users/ann/connected_accounts/github`,
	`GET /user_management/users/ann/connected_accounts/acme`,
	`GET /user_management/users/bob/connected_accounts/github?organization_id=acme`,
	`GET /user_management/users/bob/connected_accounts/github`,
	`GET /organizations/acme/connected_accounts/acme`,
	`GET /user_management/users/ann/data_providers`,
	`HEAD /user_management/users/ann/data_providers`,
	`GET /user_management/users/ann/data_providers?supports_multiple_connections=true`,
	`GET /user_management/users/bob/data_providers?organization_id=acme`,
	`GET /user_management/users/cleo/data_providers`,
	`GET /organizations/acme/data_providers`,
	`GET /_control/scenario?provider=github&user_id=ann`,
	`GET /events?limit=100`,
}

// writeCalls lists calls after which a response may differ.
var writeCalls = []string{
	`PUT /_control/scenario {"scenario": "active"}`,
	`PUT /_control/scenario {"scenario": "active", "user_id": "ann"}`,
	`PUT /_control/scenario {"scenario": "needs_reauthorization", "user_id": "ann", "ttl": "20m"}`,
	`PUT /_control/scenario {"scenario": "not_installed", "user_id": "bob", "organization_id": "acme"}`,
	`PUT /_control/scenario {"scenario": "missing_scopes", "organization_id": "acme"}`,
	`PUT /_control/scenario {"scenario": "timed", "provider": "github"}`,
	`PUT /_control/scenario {"scenario": "counted", "user_id": "ann"}`,
	`PUT /_control/scenario {"scenario": "dies"}`,
	`PUT /_control/scenario {"scenario": "stays", "user_id": "ann"}`,
	`PUT /_control/scenario {"scenario": {"access_token": "gho_given"}}`,
	`DELETE /_control/scenario`,
	`DELETE /_control/scenario {"user_id": "ann"}`,
	`POST /_control/reset`,
	`POST /_control/clock/advance {"by": "11m"}`,
	`POST /_control/clock/advance {"by": "54m"}`,
	`POST /_control/clock/advance {"by": "-8m"}`,
	`POST /_control/clock/advance {"by": "6h"}`,
	`PUT /_control/clock {"frozen": true}`,
	`PUT /_control/clock {"frozen": false}`,
	`POST /_control/faults {"status": 503, "provider": "github", "times": 3}`,
	`POST /_control/faults {"status": 429, "user_id": "ann"}`,
	`DELETE /_control/faults`,
	`POST /_control/snapshots {"name": "kept"}`,
	`POST /_control/snapshots/kept/restore`,
	`PUT /_control/scenarios version: 1`,
	`DELETE /_control/scenarios`,
	`POST /user_management/users/ann/connected_accounts/github {"access_token": "gho_imported", "scopes": ["repo"]}`,
	`POST /user_management/users/ann/connected_accounts/github {"access_token": "b", "connection_intent": "add"}`,
	`PUT /user_management/users/ann/connected_accounts/github {"state": "needs_reauthorization"}`,
	`PUT /user_management/users/bob/connected_accounts/github?organization_id=acme {"scopes": ["gist"]}`,
	`DELETE /user_management/users/ann/connected_accounts/github`,
	`PUT /data-integrations/acme/api-key {"user_id": "ann", "secret": "key-12345"}`,
	`PUT /data-integrations/github {"scopes": ["repo", "gist"]}`,
	`PUT /data-integrations/github {"enabled": false}`,
	`PUT /data-integrations/github {"enabled": true, "description": "ours"}`,
	`POST /data-integrations {"provider": "linear", "enabled": true, ` + custom + `}`,
	`DELETE /data-integrations/linear`,
	`DELETE /data-integrations/github`,
	`POST /data-integrations {"provider": "acme", "ownership": "organization", "auth_methods": ["api_key"]}`,
	`PUT /organizations/acme/data_integration_configurations/github {"enabled": true, "scopes": ["repo"]}`,
	`PUT /organizations/acme/data_integration_configurations/github {"enabled": false}`,
	`POST /data-integrations/github/token {"user_id": "new"}`,
	`POST /data-integrations/notion/token {"user_id": "ann"}`,
	`POST /data-integrations/notion/token {"user_id": "bob", "organization_id": "acme"}`,
	`POST /data-integrations/github/authorize {"user_id": "ann"}`,
}

// Cached answers are those that a server gives that has cached none: two servers get the same calls, one of them too
// long to be cached.
func TestCachedAnswersOfLongSequences(t *testing.T) {
	t.Parallel()
	set := parse(t, cachedAnswersFile)
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			lines := randomCalls(rand.New(rand.NewPCG(seed, 0)), 1_000)
			differ := func(lines []string) (at int, wrong string) {
				synctest.Test(t, func(*testing.T) { at, wrong = firstDifferentAnswer(set, lines) })
				return at, wrong
			}
			if at, wrong := differ(lines); wrong != "" {
				lines, wrong = shrinkCalls(lines[:at+1], wrong, differ)
				t.Errorf("after\n%s\n%s", strings.Join(lines, "\n"), wrong)
			}
		})
	}
}

// A cached answer ends with what it depends on, also where no timer was set for that yet.
func TestCachedAnswersEnd(t *testing.T) {
	t.Parallel()
	set := parse(t, cachedAnswersFile)
	const (
		account = "GET /user_management/users/bob/connected_accounts/github"
		list    = "GET /user_management/users/bob/data_providers"
		timed   = `PUT /_control/scenario {"scenario": "timed", "provider": "github"}`
		dies    = `PUT /_control/scenario {"scenario": "dies", "provider": "github"}`
	)
	for name, lines := range map[string][]string{
		"an account after a step":            {account, timed, account, "time passes: 12m", account},
		"a list after a step":                {list, timed, list, "time passes: 12m", list},
		"a list after a step without it":     {list, timed, "time passes: 12m", list, "time passes: 4m", list},
		"an account after its token's death": {account, dies, account, "time passes: 31m", account},
		"a list after a token's death":       {list, dies, list, "time passes: 31m", list},
		"a list when a provider is new":      {list, `POST /data-integrations/linear/token {"user_id": "bob"}`, list},
		"a list when another owner is new":   {list, `POST /data-integrations/linear/token {"user_id": "ann"}`, list},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				if _, wrong := firstDifferentAnswer(set, lines); wrong != "" {
					t.Error(wrong)
				}
			})
		})
	}
}

// randomCalls returns changes with reads after each. The reads are repeated, and mostly those of the change before, so
// that many are answered from the cache, and would be answered wrongly if the change did not count.
func randomCalls(random *rand.Rand, count int) (lines []string) {
	pick := func(list []string) string { return list[random.IntN(len(list))] }
	recent := make([]string, 3)
	for len(lines) < count {
		if random.IntN(2) == 0 {
			lines = append(lines, "time passes: "+pick([]string{"1m", "8m", "31m", "53m", "3h"}))
		} else {
			lines = append(lines, pick(writeCalls))
		}
		random.Shuffle(len(recent), func(i, j int) { recent[i], recent[j] = recent[j], recent[i] })
		for i := range recent {
			if recent[i] == "" || random.IntN(6) == 0 {
				recent[i] = pick(readCalls)
			}
		}
		lines = append(append(lines, recent...), recent...)
	}
	return lines
}

// shrinkCalls leaves out calls, many at first, as long as the others still lead to a difference. It returns these and
// the difference.
func shrinkCalls(lines []string, wrong string, differ func([]string) (int, string)) ([]string, string) {
	for size := len(lines) / 2; size > 0; size /= 2 {
		for from := len(lines) - size; from >= 0; from -= size {
			without := slices.Delete(slices.Clone(lines), from, from+size)
			if at, still := differ(without); still != "" {
				lines, wrong = without[:at+1], still
				from = min(from, len(lines))
			}
		}
	}
	return lines, wrong
}

// firstDifferentAnswer makes calls to two servers, and returns the first one that they answer differently.
func firstDifferentAnswer(set *scenarios.Set, lines []string) (at int, wrong string) {
	var servers [2]*fake.Server
	for i := range servers {
		server, err := fake.New(fake.WithScenarios(set), fake.WithSeed(7))
		if err != nil {
			return 0, err.Error()
		}
		defer server.Close()
		servers[i] = server
	}
	for at, line := range lines {
		if _, passes, is := strings.Cut(line, "time passes: "); is {
			lasts, _ := time.ParseDuration(passes)
			time.Sleep(lasts) // in the bubble
			continue
		}
		cached, anew := answerOf(servers[0], line, false), answerOf(servers[1], line, true)
		if cached != anew {
			return at, fmt.Sprintf("%s\nis answered with\n%s\nnot with\n%s", line, cached, anew)
		}
	}
	return len(lines), ""
}

// tooLong is longer than what is cached, and changes no answer.
var tooLong = strings.Repeat(" ", 400)

// answerOf makes a call, and returns the response and what the journal says of the call. The call is made too long to
// be cached if it is to be answered anew.
func answerOf(server *fake.Server, line string, anew bool) string {
	method, rest, _ := strings.Cut(line, " ")
	path, body, _ := strings.Cut(rest, " ")
	if anew {
		body += tooLong
	}
	request := httptest.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+server.APIKey())
	answer := httptest.NewRecorder()
	server.ServeHTTP(answer, request)
	header := answer.Header().Clone()
	header.Del("Date")
	text := fmt.Sprint(answer.Code, " ", header, " ", answer.Body)
	requests := server.Requests()
	if len(requests) == 0 || strings.HasPrefix(path, "/_control") {
		return text
	}
	last := requests[len(requests)-1]
	server.ClearRequests()
	return text + fmt.Sprintf("\n%s %s %s %s %s %s, because %s, changed %s, fault %s", last.ID, last.Path,
		last.Operation, last.Provider, last.User, last.Organization, last.Because, last.Changed, last.Fault)
}

package fake_test

import (
	"sync"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

func TestImportTable(t *testing.T) {
	t.Parallel()
	const past, future = "2026-11-23T11:00:00Z", "2026-11-23T13:00:00.000Z"
	for name, c := range map[string]struct {
		body   string
		status int
		state  string // of the account
		token  string // what the token endpoint says then
	}{
		"nothing": {`{}`, 201, "needs_reauthorization", "needs_reauthorization"},
		"all three": {
			`{"access_token": "t", "refresh_token": "r", "expires_at": "` + future + `"}`,
			201, "connected", "t until " + future,
		},
		"an access token":       {`{"access_token": "t"}`, 201, "connected", "t for ever"},
		"no expiry":             {`{"access_token": "t", "refresh_token": "r"}`, 201, "connected", "t for ever"},
		"no refresh token":      {`{"access_token": "t", "expires_at": "` + future + `"}`, 422, "", ""},
		"an expiry alone":       {`{"expires_at": "` + future + `"}`, 422, "", ""},
		"a refresh token alone": {`{"refresh_token": "r"}`, 422, "", ""},
		"no access token":       {`{"refresh_token": "r", "expires_at": "` + future + `"}`, 422, "", ""},
		"stale, with refresh token": {
			`{"access_token": "t", "refresh_token": "r", "expires_at": "` + past + `"}`,
			201, "connected", "another until " + future,
		},
		"said to need authorization": {
			`{"access_token": "t", "state": "needs_reauthorization"}`,
			201, "needs_reauthorization", "needs_reauthorization",
		},
		"said to be connected":    {`{"state": "connected"}`, 201, "connected", "another for ever"},
		"a state excuses nothing": {`{"refresh_token": "r", "state": "connected"}`, 422, "", ""},
		"as good as for ever": {
			`{"access_token": "t", "refresh_token": "r", "expires_at": "9999-12-31T23:59:59.000Z"}`,
			201, "connected", "t until 9999-12-31T23:59:59.000Z",
		},
		"a year of five digits": {
			`{"access_token": "t", "refresh_token": "r", "expires_at": "9999-12-31T23:59:59-01:00"}`,
			422, "", "",
		},
		"nulls are not said": {
			`{"access_token": "t", "refresh_token": null, "expires_at": null, "scopes": null, "state": null}`,
			201, "connected", "t for ever",
		},
		"disconnected": {`{"access_token": "t", "state": "disconnected"}`, 422, "", ""},
		"a date in words": {
			`{"access_token": "t", "refresh_token": "r", "expires_at": "tomorrow"}`,
			422, "", "",
		},
		"scopes as text":       {`{"access_token": "t", "scopes": "repo"}`, 422, "", ""},
		"a scope with a space": {`{"access_token": "t", "scopes": ["repo read"]}`, 422, "", ""},
		"a token as number":    {`{"access_token": 1}`, 422, "", ""},
		"no JSON":              {`{"access_token"`, 422, "", ""},
		"no object":            {`[]`, 422, "", ""},
		"nothing at all":       {``, 422, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t, fake.WithTime(noon), fake.WithScenario("not_installed"))
			a := w.do("POST", alice, c.body)
			if c.status != 201 {
				expect(t, "message", decode[failure](t, a, c.status).Message != "", true)
				expect(t, "state", w.token("github", "alice").Error, "not_installed")
				return
			}
			expect(t, "state", decode[account](t, a, 201).State, c.state)
			token := w.token("github", "alice")
			says := token.Error
			if token.Active {
				says = "another"
				if token.AccessToken.AccessToken == "t" {
					says = "t"
				}
				if until := token.AccessToken.ExpiresAt; until == nil {
					says += " for ever"
				} else {
					says += " until " + until.Format("2006-01-02T15:04:05.000Z")
				}
			}
			expect(t, "token", says, c.token)
		})
	}
}

// An imported expiry that the clock can never reach is returned unchanged, whatever happens to the connection.
func TestImportedExpiryFarInTheFuture(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithTime(noon), fake.WithScenario("not_installed"))
	until := func() string { return orNever(w.credential("github", `{"user_id": "alice"}`).Credential.ExpiresAt) }
	for _, far := range []string{"9999-12-31T23:59:59.000Z", "2200-01-01T00:00:00.000Z"} {
		w.Reset()
		w.tries(
			try{
				"imported", "POST " + alice,
				`{"access_token": "t", "refresh_token": "r", "expires_at": "` + far + `"}`,
				201, `"connected"`,
			},
			try{"it can be exported", "GET /_control/export", "", 200, "Different: the token of provider"},
			try{"as one that stays", "GET /_control/export", "", 200, "expires_in: never"},
		)
		expect(t, "imported", until(), far)
		w.Snapshot("far")
		w.Reset()
		w.Restore("far")
		expect(t, "restored", until(), far)
		w.do("PUT", alice, `{"scopes": ["repo"], "state": "needs_reauthorization"}`)
		w.do("PUT", alice, `{"state": "connected"}`)
		expect(t, "updated", until(), far)
		w.Advance(50 * 365 * 24 * time.Hour)
		expect(t, "later", until(), far)
		w.do("PUT", alice, `{"access_token": "other"}`)
		expect(t, "another token", until(), "never")
		w.do("PUT", alice, `{"expires_at": "`+far+`"}`)
		expect(t, "said again", until(), far)
		w.Use("active")
		expect(t, "a switch", until() < "2077", true)
	}
}

// If many calls import the same connection at once, one of them succeeds.
func TestConcurrentImportsOfOneConnection(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithScenario("not_installed"))
	statuses := make(chan int, 32)
	var group sync.WaitGroup
	for range cap(statuses) {
		group.Go(func() { statuses <- w.do("POST", alice, `{"access_token": "t"}`).status })
	}
	group.Wait()
	close(statuses)
	count := map[int]int{}
	for status := range statuses {
		count[status]++
	}
	if count[201] != 1 || count[409] != cap(statuses)-1 {
		t.Errorf("the statuses are %v", count)
	}
	expect(t, "events", w.eventsInWords(), "connected alice")
}

// A refused import names what gives the connection, and the switch that would allow the import.
func TestImportOfAConnectionGivenByAScenario(t *testing.T) {
	t.Parallel()
	w := withFile(t, "version: 1\nconnections:\n  - {provider: github, user_id: alice, scenario: missing_scopes}\n")
	w.tries(
		try{
			"by the start", "POST " + accountPath("bob", "github"), `{}`,
			409, "active by the usual start of test.yaml",
		},
		try{"by its line", "POST " + alice, `{}`, 409, "missing_scopes by test.yaml:3:5"},
		try{"the mend", "POST " + alice, `{}`, 409, "switch it to not_installed"},
	)
	w.Use("not_installed", fake.User("alice"))
	w.tries(
		try{"then", "POST " + alice, `{"access_token": "t"}`, 201, ""},
		try{"and not again", "POST " + alice, `{}`, 409, "imported over the API"},
	)
	w.control("DELETE", "scenario", "")
	expect(t, "the import is newer than what was before", w.token("github", "alice").AccessToken.AccessToken, "t")
	w.Use("needs_reauthorization")
	expect(t, "a switch is newer than the import", w.token("github", "alice").Error, "needs_reauthorization")
}

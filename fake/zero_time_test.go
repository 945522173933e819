package fake_test

import (
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

// The first instant of the year 1 is the zero time.Time in Go. For a caller it is a date like any other.
func TestZeroTimeIsADate(t *testing.T) {
	t.Parallel()
	const zero, longAgo, zone = "0001-01-01T00:00:00Z", "2000-01-01T00:00:00Z", "0001-01-01T02:00:00.000+02:00"
	const imports, token = "POST /user_management/users/alice/connected_accounts/github",
		"POST /data-integrations/github/token"
	for _, c := range []struct {
		name   string
		before []try // what else happens, before the call
		call   string
		body   string // with DATE
		status int
		says   string
		then   []try
	}{
		{
			name: "import of an expired token", call: imports,
			body: `{"access_token": "given", "refresh_token": "r", "expires_at": "DATE"}`, status: 201,
			says: `"connected"`,
			then: []try{{"it is refreshed", token, `{"user_id": "alice"}`, 200,
				`"expires_at":"2026-01-15T13:00:00.000Z"`}},
		},
		{
			name: "import without a refresh token", call: imports,
			body: `{"access_token": "given", "expires_at": "DATE"}`, status: 422,
			says: "refresh_token is required with expires_at",
		},
		{
			name: "import without a token", call: imports,
			body: `{"expires_at": "DATE"}`, status: 422, says: "access_token is required with",
		},
		{
			name: "update to an expired token", before: []try{{"import", imports,
				`{"access_token": "given", "refresh_token": "r"}`, 201, ""}},
			call: strings.Replace(imports, "POST", "PUT", 1), body: `{"expires_at": "DATE"}`, status: 200,
			says: `"connected"`,
			then: []try{{"it is refreshed", token, `{"user_id": "alice"}`, 200,
				`"expires_at":"2026-01-15T13:00:00.000Z"`}},
		},
		{
			name: "update with an expired token", before: []try{{"import", imports,
				`{"access_token": "given", "refresh_token": "r"}`, 201, ""}},
			call: strings.Replace(imports, "POST", "PUT", 1), body: `{"access_token": "other", "expires_at": "DATE"}`,
			status: 200, says: `"connected"`,
			then: []try{{"it is refreshed", token, `{"user_id": "alice"}`, 200,
				`"expires_at":"2026-01-15T13:00:00.000Z"`}},
		},
		{
			name: "the clock is set", call: "PUT /_control/clock",
			body: `{"now": "DATE"}`, status: 422, says: "now is more than a hundred years from the start",
		},
		{
			name: "the clock is set and runs", call: "PUT /_control/clock",
			body: `{"now": "DATE", "frozen": false}`, status: 422,
			says: "now is more than a hundred years from the start",
			then: []try{{"nothing has changed", "GET /_control/clock", "", 200, `"frozen": true`}},
		},
		{
			name: "events until then", before: []try{{"an event", imports, `{"access_token": "given"}`, 201, ""}},
			call: "GET /events?events=pipes.connected_account.connected&range_end=DATE", status: 200,
			says: `"data":[]`,
		},
		{
			name:   "events since then, behind one",
			call:   "GET /events?events=pipes.connected_account.connected&after=event_1&range_start=DATE",
			status: 422, says: "range_start and after exclude each other",
		},
		{
			name: "events since then",
			call: "GET /events?events=pipes.connected_account.connected&range_start=DATE&" +
				"range_end=2026-01-15T12:00:00Z",
			status: 422, says: "a range spans 30 days at the most",
		},
	} {
		for _, date := range []string{zero, zone, longAgo} {
			if strings.Contains(c.call, "/clock") && date == longAgo {
				continue // the clock can be set to that one
			}
			t.Run(c.name+" "+date, func(t *testing.T) {
				t.Parallel()
				w := start(t, fake.WithTime(time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)))
				w.Use("not_installed")
				w.tries(c.before...)
				inQuery := strings.ReplaceAll(date, "+", "%2B")
				w.tries(try{c.name, strings.ReplaceAll(c.call, "DATE", inQuery), strings.ReplaceAll(c.body, "DATE",
					date), c.status, c.says})
				w.tries(c.then...)
			})
		}
	}
}

package control

import (
	"strings"
	"testing"
)

// A call that is refused says what is wrong, by field, and changes nothing.
func TestMistakesInBodies(t *testing.T) {
	t.Parallel()
	const tooFar = " more than a hundred years from the start, and dates must stay such that clients can read them"
	for name, c := range map[string]struct {
		handle func(Call) (any, error)
		body   string
		want   string
	}{
		"a switch to an unknown scenario": {
			PutScenario, `{"scenario": "expird"}`, `scenario: unknown scenario "expird" (did you mean expired?)`,
		},
		"a switch to nothing": {
			PutScenario, `{"user_id": "alice"}`,
			`scenario: scenario is missing: a name, or an inline scenario like {"expires_in": "5m"}`,
		},
		"a switch to a number": {
			PutScenario, `{"scenario": 1}`,
			`scenario: scenario must be a scenario's name, or a scenario like {"expires_in": "5m"}`,
		},
		"a switch that never was": {
			PutScenario, `{"scenario": "expired", "ttl": "0s"}`, "ttl: ttl must be longer than zero, not 0s",
		},
		"a switch that lasts too long": {
			PutScenario, `{"scenario": "expired", "ttl": "900000h"}`,
			"ttl: ttl is more than a hundred years: leave it out for a switch that does not end",
		},
		"a clock that is not changed": {
			PutClock, `{}`, `now: write {"now": "2026-01-15T12:00:00Z"}, {"frozen": true}, or both`,
		},
		"a clock without a date": {
			PutClock, `{"now": "noon"}`, "now: now is not a date like 2026-01-15T12:00:00.000Z",
		},
		"a clock in another century": {PutClock, `{"now": "2226-01-15T12:00:00Z"}`, "now: now is" + tooFar},
		"a clock that is moved too far": {
			PostAdvance, `{"by": "900000h"}`, "by: by leads" + tooFar,
		},
		"a clock that is moved by nothing": {PostAdvance, `{}`, `by: by is missing: write {"by": "1h"}`},
		"a snapshot without a name":        {PostSnapshot, `{}`, `name: name is missing: write {"name": "before"}`},
		"a snapshot with a strange name": {
			PostSnapshot, `{"name": "a/b"}`, `name: name "a/b" is not a valid name for a snapshot: ` +
				"write 1 to 64 letters, digits, dashes, dots or underscores, with neither dash nor dot in front",
		},
		"a fault that breaks nothing": {PostFault, `{}`, ""},
		"a fault of two ways": {
			PostFault, `{"status": 503, "hang": true}`,
			"hang: hang is a second kind of fault besides status: write one kind, or one together with a delay",
		},
		"a fault of an unknown operation": {
			PostFault, `{"status": 503, "operation": "tokn"}`,
			`operation: operation is "tokn", which is unknown (did you mean token?): ` +
				"docs/pipes-api.md and GET /_control/openapi.json list all",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			call := newCall(t, "version: 1\n")
			before, _ := GetState(call)
			_, err := c.handle(call.withBody(c.body))
			if err == nil {
				t.Fatal("it is not refused")
			}
			if got := mistakesIn(t, err); got != c.want {
				t.Errorf("the mistakes are\n%s, want\n%s", got, c.want)
			}
			if after, _ := GetState(call); encoded(t, after) != encoded(t, before) {
				t.Errorf("it changed the environment from %s to %s", encoded(t, before), encoded(t, after))
			}
		})
	}
}

// What is not JSON has no fields.
func TestBodiesThatAreNotJSON(t *testing.T) {
	t.Parallel()
	for name, handle := range map[string]func(Call) (any, error){
		"a switch": PutScenario, "a clock": PutClock, "a fault": PostFault,
		"a snapshot": PostSnapshot, "verify": PostVerify,
	} {
		for _, body := range []string{"", "{", "[]", `{"a": 1, "a": 1}`} {
			_, err := handle(newCall(t, "version: 1\n").withBody(body))
			if err == nil || !strings.Contains(err.Error(), "invalid_json") {
				t.Errorf("%s of %q: %v", name, body, err)
			}
		}
	}
}

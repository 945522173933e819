package scenarios

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A problem is written FIELD|MESSAGE.
func TestCheckFault(t *testing.T) {
	t.Parallel()
	const tooLong = " is longer than an hour: write hang: true for a client that gives up first"
	for name, c := range map[string]struct {
		fault Fault
		want  string
	}{
		"a status with a header and a body": {Fault{Status: 503, RetryAfter: new(0), Body: new("x")}, ""},
		"a delay":                           {Fault{Delay: Delay{Min: time.Second}}, ""},
		"a delay together with a way":       {Fault{Delay: Delay{Min: 1, Max: 2}, Hang: true}, ""},
		"a webhook that comes late":         {Fault{Late: true, Operation: Webhooks}, ""},

		"no way to break": {Fault{Times: 1},
			"|a fault needs a way to break: " + strings.Join(waysToBreak(), ", ")},
		"two ways to break": {Fault{Hang: true, Reset: true},
			"reset|reset is a second kind of fault besides hang: write one kind, or one together with a delay"},
		"a status below 200": {Fault{Status: 199}, "status|status is 199, not a status from 200 to 599"},
		"a status above 599": {Fault{Status: 600}, "status|status is 600, not a status from 200 to 599"},
		"a header and a body without a status": {Fault{Hang: true, RetryAfter: new(1), Body: new("x")},
			"retry_after|retry_after needs status too (a rate_limit has its own Retry-After)\n" +
				"body|body needs status too"},
		"a negative retry_after": {Fault{Status: 503, RetryAfter: new(-1)},
			"retry_after|retry_after must not be negative: it counts seconds"},
		"a body that is not UTF-8": {Fault{Status: 503, Body: new("\xff")}, "body|body is not UTF-8"},
		"an empty rate limit": {Fault{RateLimit: &RateLimit{}},
			"rate_limit.requests|rate_limit.requests must be 1 or more\n" +
				"rate_limit.per|rate_limit.per must be longer than zero"},
		"a rate limit by something unknown": {Fault{RateLimit: &RateLimit{1, time.Second, "ip"}},
			`rate_limit.by|rate_limit.by is "ip", not one of key, user`},
		"a delay of more than an hour": {Fault{Delay: Delay{Min: 2 * time.Hour}}, "delay|delay" + tooLong},
		"a negative delay": {Fault{Delay: Delay{Min: -1}},
			"delay|delay must be longer than zero, not -1ns"},
		"a range that ends before it begins": {Fault{Delay: Delay{Min: 2, Max: 1}},
			"delay|delay has a min that exceeds its max: min is 2ns, max is 1ns"},
		"a drip of more than an hour": {Fault{Drip: 2 * time.Hour}, "drip|drip" + tooLong},
		"an unknown off_contract": {Fault{OffContract: "wrong"},
			`off_contract|off_contract is "wrong", not one of unknown_enum, extra_fields, missing_field, ` +
				`wrong_null (did you mean wrong_null?)`},
		"an unknown operation": {Fault{Hang: true, Operation: "tokn"},
			`operation|operation is "tokn", which is unknown (did you mean token?): ` +
				`docs/pipes-api.md and GET /_control/openapi.json list all`},
		"a way for webhooks without the operation": {Fault{Late: true},
			"late|late is for webhooks: add operation: webhook"},
		"a way for calls with the operation webhook": {Fault{Hang: true, Operation: Webhooks},
			"hang|hang does not apply to webhooks: write duplicate, late, bad_signature or delay"},
		"a probability above 1": {Fault{Hang: true, Probability: 2},
			"probability|probability must be more than 0 and at most 1"},
		"a place that selects nothing": {Fault{Hang: true, Place: Place{Shared: true, User: "u"}},
			"connection_owner|connection_owner organization means connections that have an organization and no user: " +
				"leave user_id out, and organization_id out or an id"},
		"a negative number of times": {Fault{Hang: true, Times: -1},
			"times|times must be a whole number from 1 to 1000000000, not -1"},
		"a content type of two lines": {Fault{ContentType: "a\nb"},
			"content_type|content_type is not a header's value"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := problemsOf(c.fault.Check()); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

// A fault of each kind can be read and written, knows its kind, and replaces the call only if its kind does.
func TestEveryFaultKindReadsAndWritesItself(t *testing.T) {
	t.Parallel()
	values := map[string]string{
		"status": `503`, "rate_limit": `{"requests":1,"per":"1m"}`, "delay": `{"min":"100ms","max":"2s"}`,
		"content_type": `"text/html"`, "drip": `"2s"`, "off_contract": `"wrong_null"`,
	}
	replaces := map[string]bool{"status": true, "rate_limit": true, "hang": true, "reset": true, "empty": true}
	for _, kind := range FaultKinds() {
		value, ok := values[kind.Name]
		if !ok {
			value = "true"
		}
		text := fmt.Sprintf(`{%q:%s}`, kind.Name, value)
		if kind.Webhook {
			text = fmt.Sprintf(`{%q:%s,"operation":"webhook"}`, kind.Name, value)
		}
		t.Run(kind.Name, func(t *testing.T) {
			t.Parallel()
			fault, err := ParseFault(Builtin(), []byte(text))
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			written, err := fault.Tree().MarshalJSON()
			if err != nil || string(written) != text {
				t.Errorf("%s is written %s (%v)", text, written, err)
			}
			if fault.Way() != kind.Name || fault.Replaces() != replaces[kind.Name] {
				t.Errorf("%s is a %s that replaces: %v", text, fault.Way(), fault.Replaces())
			}
			if (value == "true") != kind.Flag {
				t.Errorf("%s is a flag: %v", kind.Name, kind.Flag)
			}
		})
	}
}

func TestTextOfFault(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault Fault
		want  string
	}{
		"many fields": {
			Fault{
				Status: 503, RetryAfter: new(0), Body: new("a\nb"), Operation: "token",
				Place: Place{User: "u", NoOrganization: true}, Times: 2, Probability: 0.5,
			},
			`{status: 503, retry_after: 0, body: "a\nb", operation: token, user_id: u, organization_id: null, ` +
				`times: 2, probability: 0.5}`,
		},
		"a range of delays from zero": {
			Fault{Delay: Delay{Max: 2 * time.Second}, Hang: true}, `{delay: {max: 2s}, hang: true}`,
		},
		"a delay": {Fault{Delay: Delay{Min: 400 * time.Millisecond}}, `{delay: 400ms}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.fault.Text(); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

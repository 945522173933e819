package scenarios_test

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/scenarios"

	"gopkg.in/yaml.v3"
)

// fieldsWithNumbers returns a file for each field that takes a number or a duration, with VALUE in its place.
func fieldsWithNumbers() map[string]string {
	fields := map[string]string{
		"version": "version: VALUE",
		"seed":    "version: 1\nseed: VALUE",
		"age":     "version: 1\nage: VALUE",

		"expires_in":     "version: 1\nscenarios: {a: {expires_in: VALUE}}",
		"step times":     "version: 1\nscenarios: {a: {steps: [{scenario: active, times: VALUE}, {scenario: active}]}}",
		"for":            "version: 1\nscenarios: {a: {steps: [{scenario: active, for: VALUE}, {scenario: active}]}}",
		"repeat":         "version: 1\nscenarios: {a: {repeat: VALUE, steps: [{scenario: active, times: 1}]}}",
		"connection age": "version: 1\nconnections: [{provider: github, user_id: u, scenario: active, age: VALUE}]",
		"switch age":     "version: 1\nswitches: [{scenario: active, age: VALUE}]",
		"ttl":            "version: 1\nswitches: [{scenario: active, ttl: VALUE}]",
		"api status":     "version: 1\nproviders: {p: {api: [{path: /a, status: VALUE}]}}",
	}
	for name, fault := range faultsWithNumbers() {
		fields[name] = "version: 1\nfaults: [" + fault + "]"
	}
	return fields
}

// faultsWithNumbers returns a fault for each field of a fault that takes a number or a duration.
func faultsWithNumbers() map[string]string {
	return map[string]string{
		"status":      `{"status": VALUE, "delay": "1s"}`,
		"retry_after": `{"status": 503, "retry_after": VALUE}`,
		"times":       `{"hang": true, "times": VALUE}`,
		"probability": `{"hang": true, "probability": VALUE}`,
		"requests":    `{"rate_limit": {"requests": VALUE, "per": "1s"}}`,
		"per":         `{"rate_limit": {"requests": 1, "per": VALUE}}`,
		"delay":       `{"delay": VALUE}`,
		"min":         `{"delay": {"min": VALUE, "max": "1s"}}`,
		"max":         `{"delay": {"max": VALUE}}`,
		"drip":        `{"drip": VALUE}`,
	}
}

// takes reports whether a value of valuesOutOfRange is allowed for a field.
func takes(name, value string) bool {
	switch value {
	case "0":
		return name == "seed" || name == "retry_after" || strings.HasSuffix(name, "age")
	case "-1", "1000000001", "5000000000":
		return name == "seed"
	case `"0s"`, `"0.1ns"`:
		return strings.HasSuffix(name, "age")
	case `"-1s"`:
		return name == "expires_in"
	case "true":
		return name == "repeat"
	}
	return false
}

func valuesOutOfRange() []string {
	return []string{
		"0", "-1", "1000000001", "5000000000", "9223372036854775808", "-9223372036854775809",
		"99999999999999999999999", "-99999999999999999999999",
		"1.5", "1e3", "1e400", "-1e400", "true", `""`, `"5"`, `"5 minutes"`, `"7d"`, `"0s"`, `"-1s"`, `"0.1ns"`,
		`"876001h"`, `"-876001h"`, `"2562048h"`,
		`"-2562048h"`, `"2562047h47m16.854775807s"`, `"-2562047h47m16.854775808s"`, `"99999999999999999999h"`, `[]`,
		`{}`,
	}
}

// A number or duration out of range is never read as another one, and the message is a complete sentence.
func TestEveryNumberOutOfRangeIsAnError(t *testing.T) {
	t.Parallel()
	for name, file := range fieldsWithNumbers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			words := strings.Fields(name)
			for _, value := range valuesOutOfRange() {
				_, err := scenarios.Parse("f", []byte(strings.ReplaceAll(file, "VALUE", value)))
				if takes(name, value) {
					if err != nil {
						t.Errorf("%s is refused: %v", value, err)
					}
					continue
				}
				checkSentences(t, words[len(words)-1], value, err)
			}
		})
	}
}

func TestEveryNumberOfAFaultOutOfRangeIsAnErrorInJSON(t *testing.T) {
	t.Parallel()
	for name, fault := range faultsWithNumbers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, value := range valuesOutOfRange() {
				text := strings.ReplaceAll(fault, "VALUE", value)
				if _, err := scenarios.ParseFault(scenarios.Builtin(), []byte(text)); !takes(name, value) {
					checkSentences(t, name, value, err)
				}
			}
		})
	}
}

// checkSentences fails the test unless there is one problem, and it names the field and is a complete sentence.
func checkSentences(t *testing.T, field, value string, err error) {
	t.Helper()
	problems, _ := err.(scenarios.Problems)
	if len(problems) == 0 {
		t.Errorf("%s is read as another number, without an error", value)
		return
	}
	if len(problems) > 1 && value != "{}" { // an empty mapping also lacks required fields
		t.Errorf("%s has %d problems:\n%v", value, len(problems), err)
	}
	message := problems[0].Message
	inMessage := strings.NewReplacer("min", "min|delay", "max", "max|delay")
	unquoted := regexp.MustCompile(`"[^"]*"`).ReplaceAllString(message, "…")
	switch depth := strings.Count(unquoted, "(") - strings.Count(unquoted, ")"); {
	case depth != 0:
		t.Errorf("%s: a parenthesis is lost in %q", value, message)
	case !regexp.MustCompile(`\b(` + inMessage.Replace(field) + `)\b`).MatchString(message):
		t.Errorf("%s: %q does not name the field", value, message)
	case regexp.MustCompile(`%!|  |292| $`).MatchString(message):
		t.Errorf("%s: %q", value, message)
	case strings.Contains(message, "not never"):
		t.Errorf("%s: %q does not say what was written", value, message)
	}
}

// The message for a number out of range names the limit, and the number as it is written in the file.
func TestMessagesForNumbersOutOfRange(t *testing.T) {
	t.Parallel()
	const hundredYears = "expires_in is more than a hundred years away (write never for a token that does not expire)"
	for _, c := range []struct{ field, value, want string }{
		{"retry_after", "1000000001", "retry_after must be at most 1000000000 seconds, not 1000000001"},
		{"retry_after", "5000000000", "retry_after must be at most 1000000000 seconds, not 5000000000"},
		{"retry_after", "-1", "retry_after must not be negative: it counts seconds"},
		{"retry_after", "99999999999999999999", "retry_after is too large: the number 99999999999999999999"},
		{"retry_after", "-99999999999999999999", "retry_after is too small: the number -99999999999999999999"},
		{"status", "0", "status is 0, not a status from 200 to 599"},
		{"status", "5000000", "status is 5000000, not a status from 200 to 599"},
		{"status", "-5", "status is -5, not a status from 200 to 599"},
		{"api status", "5000000", "status is 5000000, not a status from 200 to 599"},
		{"times", "5000000000", "times must be a whole number from 1 to 1000000000, not 5000000000"},
		{"seed", "-9223372036854775809", "seed is too small: the number -9223372036854775809"},
		{"expires_in", "2562048h", `expires_in "2562048h" is longer than a hundred years, or never`},
		{"expires_in", "-876001h", hundredYears},
		{"expires_in", "2562047h47m16.854775807s", hundredYears},
		{"ttl", "2562048h", `ttl "2562048h" is longer than a hundred years`},
		{"per", "876001h", "per is more than a hundred years"},
		{"for", "-876001h", "for must be longer than zero, not -876001h"},
		{"age", "876001h", "age must be 0s or longer, and at most a hundred years, not 876001h"},
		{"age", "2562047h47m16.854775807s",
			"age must be 0s or longer, and at most a hundred years, not 2562047h47m16.854775807s"},
		{"delay", "876001h", "delay is longer than an hour: write hang: true for a client that gives up first"},
		{"drip", "876001h", "drip is longer than an hour: write hang: true for a client that gives up first"},
	} {
		t.Run(c.field+" "+c.value, func(t *testing.T) {
			t.Parallel()
			_, err := scenarios.Parse("f", []byte(strings.ReplaceAll(fieldsWithNumbers()[c.field], "VALUE", c.value)))
			problems, _ := err.(scenarios.Problems)
			if len(problems) != 1 || problems[0].Message != c.want {
				t.Errorf("got\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}

// Check has the same limits as files: a fault that it accepts can be written to a file and read.
func TestLimitsOfFaultsMadeInGo(t *testing.T) {
	t.Parallel()
	number := func(n int) *int { return &n }
	limit := func(requests int, per time.Duration) scenarios.Fault {
		return scenarios.Fault{RateLimit: &scenarios.RateLimit{Requests: requests, Per: per}}
	}
	for name, c := range map[string]struct {
		fault scenarios.Fault
		want  string
	}{
		"retry_after": {scenarios.Fault{Status: 503, RetryAfter: number(1_000_000_001)},
			"retry_after must be at most 1000000000 seconds, not 1000000001"},
		"the largest retry_after": {scenarios.Fault{Status: 503, RetryAfter: number(1_000_000_000)}, ""},
		"a negative retry_after": {scenarios.Fault{Status: 503, RetryAfter: number(-1)},
			"retry_after must not be negative: it counts seconds"},
		"times": {scenarios.Fault{Hang: true, Times: 1_000_000_001},
			"times must be a whole number from 1 to 1000000000, not 1000000001"},
		"the largest times": {scenarios.Fault{Hang: true, Times: 1_000_000_000}, ""},
		"negative times": {scenarios.Fault{Hang: true, Times: -1},
			"times must be a whole number from 1 to 1000000000, not -1"},
		"requests": {limit(1_000_000_001, time.Minute),
			"rate_limit.requests must be a whole number from 1 to 1000000000, not 1000000001"},
		"a long per":       {limit(1, math.MaxInt64), "rate_limit.per is more than a hundred years"},
		"a short per":      {limit(1, time.Microsecond), "rate_limit.per must be 1ms or longer"},
		"the shortest per": {limit(1_000_000_000, time.Millisecond), ""},
		"no per":           {limit(1, 0), "rate_limit.per must be longer than zero"},
		"probability": {scenarios.Fault{Hang: true, Probability: math.NaN()},
			"probability must be more than 0 and at most 1"},
		"a probability without end": {scenarios.Fault{Hang: true, Probability: math.Inf(1)},
			"probability must be more than 0 and at most 1"},
		"a long delay": {scenarios.Fault{Delay: scenarios.Delay{Min: math.MaxInt64}},
			"delay is longer than an hour: write hang: true for a client that gives up first"},
		"a negative delay": {scenarios.Fault{Delay: scenarios.Delay{Min: math.MinInt64}},
			"delay must be longer than zero, not -2562047h47m16.854775808s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.fault.Check().Error(); got != c.want {
				t.Errorf("Check returns %q, not %q", got, c.want)
			}
			var tree any
			if err := yaml.Unmarshal([]byte(c.fault.Text()), &tree); err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(tree)
			if err == nil {
				_, err = scenarios.ParseFault(scenarios.Builtin(), text)
			}
			if c.want == "" && err != nil {
				t.Errorf("%s cannot be read: %v", c.fault.Text(), err)
			}
		})
	}
}

func TestLimitsOfStatesMadeInGo(t *testing.T) {
	t.Parallel()
	const want = "expires_in is more than a hundred years away (write never for a token that does not expire)"
	for _, d := range []time.Duration{876_001 * time.Hour, -876_001 * time.Hour, math.MaxInt64 - 1, math.MinInt64} {
		t.Run(d.String(), func(t *testing.T) {
			t.Parallel()
			if problems := (scenarios.State{ExpiresIn: d}).Check(); fmt.Sprint(problems) != want {
				t.Errorf("%v, want %s", problems, want)
			}
		})
	}
}

func TestMessagesForTextsThatAreNotDurations(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"5":                         `"5" has no unit (write 5s, 5m or 5h)`,
		"-5":                        `"-5" has no unit (write -5s, -5m or -5h)`,
		"7d":                        `"7d" counts days, which have no fixed length (write hours: 24h)`,
		"":                          `"" is not a duration (write 90s, 5m or 1h30m)`,
		"d":                         `"d" is not a duration (write 90s, 5m or 1h30m)`,
		"-":                         `"-" is not a duration (write 90s, 5m or 1h30m)`,
		"h5":                        `"h5" is not a duration (write 90s, 5m or 1h30m)`,
		"5m30":                      `"5m30" is not a duration (write 90s, 5m or 1h30m)`,
		"2562048h":                  `"2562048h" is longer than a hundred years`,
		"-2562048h":                 `"-2562048h" is longer than a hundred years`,
		"1h99999999999999999999.5s": `"1h99999999999999999999.5s" is longer than a hundred years`,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			if d, err := scenarios.ParseDuration(text); d != 0 || fmt.Sprint(err) != want {
				t.Errorf("%v, %v; want %s", d, err, want)
			}
		})
	}
}

package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Fault is one way to break an answer, or a delay, or a delay together with one. Where it applies stands
// beside it: everywhere unless said. The zero value of a field is not said.
type Fault struct {
	Status      int        // answered in place of the answer, 200 to 599
	RetryAfter  *int       // seconds, at most 1 000 000 000: the header beside Status
	Body        *string    // beside Status, in place of WorkOS's
	RateLimit   *RateLimit // 429 for calls over it
	Delay       Delay
	Hang        bool          // no answer, until the client leaves
	Reset       bool          // the connection is reset (RST)
	Empty       bool          // the connection is closed without a byte
	Truncate    bool          // the connection is closed in the middle of the body
	Malformed   bool          // the body is not JSON
	ContentType string        // in place of application/json
	Drip        time.Duration // how long the body takes, a piece at a time
	OffContract string        // UnknownEnum, ExtraFields, MissingField or WrongNull: at one spot, at the next with the next call

	Duplicate    bool // of a webhook: it is delivered twice
	Late         bool // of a webhook: it is delivered behind the next one
	BadSignature bool // of a webhook

	Operation string // one of Operations
	Place
	Times       int     // how many calls it strikes; 0: any number
	Probability float64 // of striking a call; 0: 1

	Position Position // zero for one of a control call or of Go
}

// RateLimit is a bucket of tokens that fills with the environment's time: as many calls as it holds come
// through at once, then as many per time.
type RateLimit struct {
	Requests int
	Per      time.Duration
	By       string // ByKey (also when empty) or ByUser
}

// Whose calls a rate limit counts together.
const (
	ByKey  = "key" // the API key
	ByUser = "user"
)

// Delay is how long an answer waits in real time: Min, or a random time from Min to Max.
type Delay struct{ Min, Max time.Duration }

// The ways in which an answer can break the contract.
const (
	UnknownEnum  = "unknown_enum"
	ExtraFields  = "extra_fields"
	MissingField = "missing_field"
	WrongNull    = "wrong_null"
)

// LongestWait bounds delays and drips: what takes longer is a hang.
const LongestWait = time.Hour

// maxCount bounds whole numbers: times, requests and seconds.
const maxCount = 1_000_000_000

// checkRetryAfter describes what is wrong with a retry_after; empty: nothing.
func checkRetryAfter(seconds int64) string {
	switch {
	case seconds < 0:
		return "must not be negative: it counts seconds"
	case seconds > maxCount:
		return fmt.Sprintf("must be at most %d seconds, not %d", maxCount, seconds)
	}
	return ""
}

// notAStatus is what is said of a status that no answer has.
func notAStatus(status int64) string {
	return fmt.Sprintf("status is %d, not a status from 200 to 599", status)
}

// ways are the names of the ways to break that a fault says; a delay is none.
func (f Fault) ways() (ways []string) {
	for _, way := range []struct {
		name string
		said bool
	}{
		{"status", f.Status != 0}, {"rate_limit", f.RateLimit != nil}, {"hang", f.Hang}, {"reset", f.Reset}, {"empty", f.Empty},
		{"truncate", f.Truncate}, {"malformed", f.Malformed}, {"content_type", f.ContentType != ""}, {"drip", f.Drip != 0},
		{"off_contract", f.OffContract != ""}, {"duplicate", f.Duplicate}, {"late", f.Late}, {"bad_signature", f.BadSignature},
	} {
		if way.said {
			ways = append(ways, way.name)
		}
	}
	return ways
}

// Way is the name of the way to break: status, hang …, or delay.
func (f Fault) Way() string {
	if ways := f.ways(); len(ways) > 0 {
		return ways[0]
	}
	return "delay"
}

// Replaces tells whether the call is not carried out: only its answer breaks otherwise.
func (f Fault) Replaces() bool {
	return f.Status != 0 || f.RateLimit != nil || f.Hang || f.Reset || f.Empty
}

// Check tells everything that is wrong with a fault, by field.
func (f Fault) Check() Problems {
	problems := f.Place.Check()
	add := func(field, format string, args ...any) {
		problems = append(problems, Problem{Field: field, Message: field + " " + fmt.Sprintf(format, args...)})
	}
	unless := func(good bool, field, format string, args ...any) {
		if !good {
			add(field, format, args...)
		}
	}
	switch ways := f.ways(); {
	case len(ways) > 1:
		add(ways[1], "is another way to break beside %s: a fault is one, or a delay together with one", ways[0])
	case len(ways) == 0 && f.Delay == Delay{}:
		problems = append(problems, Problem{Message: "a fault needs a way to break: " + strings.Join(waysToBreak, ", ")})
	}
	if f.Status != 0 && (f.Status < 200 || f.Status > 599) {
		problems = append(problems, Problem{Field: "status", Message: notAStatus(int64(f.Status))})
	}
	unless(f.RetryAfter == nil || f.Status != 0, "retry_after", "stands beside status only (a rate_limit says its own)")
	if f.RetryAfter != nil {
		problem := checkRetryAfter(int64(*f.RetryAfter))
		unless(problem == "", "retry_after", "%s", problem)
	}
	unless(f.Body == nil || f.Status != 0, "body", "stands beside status only")
	unless(f.Body == nil || utf8.ValidString(*f.Body), "body", "is not UTF-8")
	if f.RateLimit != nil {
		f.RateLimit.check(unless)
	}
	f.checkWaits(unless)
	unless(!strings.ContainsFunc(f.ContentType, func(r rune) bool { return r < ' ' || r >= 0x7f }), "content_type", "is not a header's value")
	if kinds := []string{UnknownEnum, ExtraFields, MissingField, WrongNull}; f.OffContract != "" {
		unless(slices.Contains(kinds, f.OffContract), "off_contract", "%s", NotOneOf(f.OffContract, kinds))
	}
	known := f.Operation == "" || slices.Contains(Operations(), f.Operation)
	unless(known, "operation", "%s", NotOneOf(f.Operation, Operations()))
	for _, way := range f.ways() {
		if !known {
			break
		}
		isWebhooks := slices.Contains([]string{"duplicate", "late", "bad_signature"}, way)
		unless(!isWebhooks || f.Operation == Webhooks, way, "is for webhooks: write operation: webhook beside it")
		unless(isWebhooks || f.Operation != Webhooks, way, "says nothing of webhooks: write duplicate, late, bad_signature or delay")
	}
	unless(f.Times >= 0, "times", "must be 1 or more: leave it out for any number of calls")
	unless(f.Times <= maxCount, "times", "must be at most %d: leave it out for any number of calls", maxCount)
	unless(f.Probability >= 0 && f.Probability <= 1, "probability", "must be more than 0 and at most 1")
	return problems
}

func (l RateLimit) check(unless func(good bool, field, format string, args ...any)) {
	unless(l.Requests > 0, "rate_limit.requests", "must be 1 or more")
	unless(l.Requests <= maxCount, "rate_limit.requests", "must be at most %d, not %d", maxCount, l.Requests)
	unless(l.Per > 0, "rate_limit.per", "must be longer than zero")
	unless(l.Per <= 0 || l.Per >= shortestStep, "rate_limit.per", "must be %s or longer", FormatDuration(shortestStep))
	unless(l.Per <= longestLife, "rate_limit.per", "is more than a hundred years")
	unless(slices.Contains([]string{"", ByKey, ByUser}, l.By), "rate_limit.by", "is %q, not one of %s, %s", Abridge(l.By), ByKey, ByUser)
}

func (f Fault) checkWaits(unless func(good bool, field, format string, args ...any)) {
	for _, wait := range []struct {
		field string
		d     time.Duration
	}{{"delay", f.Delay.Min}, {"delay", f.Delay.Max}, {"drip", f.Drip}} {
		unless(wait.d >= 0, wait.field, "must be longer than zero, not %s", FormatDuration(wait.d))
		unless(wait.d <= LongestWait, wait.field, "is longer than an hour: write hang: true for a client that gives up first")
	}
	unless(f.Delay.Max == 0 || f.Delay.Min <= f.Delay.Max, "delay", "ends before it begins: min is %s, max is %s", FormatDuration(f.Delay.Min), FormatDuration(f.Delay.Max))
}

var waysToBreak = []string{"status", "rate_limit", "delay", "hang", "reset", "empty", "truncate", "malformed", "content_type", "drip", "off_contract", "duplicate", "late", "bad_signature"}

// WaysToBreak are the ways of faults, as Way names them.
func WaysToBreak() []string { return slices.Clone(waysToBreak) }

// Operations are the short names of the calls of the API, the same in faults, logs and control calls.
func Operations() []string {
	return []string{
		"token", "credentials", "authorize", "finish_connection",
		"upsert_api_key", "create_api_key", "upsert_client_credentials", "create_client_credentials",
		"get_connected_account", "import_connected_account", "update_connected_account", "delete_connected_account", "list_data_providers",
		"get_organization_connected_account", "import_organization_connected_account", "update_organization_connected_account",
		"delete_organization_connected_account", "list_organization_data_providers",
		"create_data_integration", "list_data_integrations", "get_data_integration", "update_data_integration", "delete_data_integration",
		"get_organization_data_integration", "update_organization_data_integration", "delete_organization_data_integration",
		"list_organization_configurations", "configure_organization",
		"list_events", "list_webhook_endpoints", "create_webhook_endpoint", "update_webhook_endpoint", "delete_webhook_endpoint",
		"consent", "provider", "relay", Webhooks,
	}
}

// Webhooks is the operation that tells endpoints what happened. A fault is about it only where it says so.
const Webhooks = "webhook"

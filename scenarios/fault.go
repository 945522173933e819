package scenarios

import (
	"time"

	"example.com/pipesfake/internal/fields"
)

// Fault is one way to break an answer, or a delay, or a delay together with one. Operation,
// Place, Times and Probability say where it applies. A field that is zero is left out.
type Fault struct {
	Status      int        // answered in place of the answer, 200 to 599
	RetryAfter  *int       // seconds, the header beside Status
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
	// UnknownEnum, ExtraFields, MissingField or WrongNull: at one spot, at the next with the next call
	OffContract string

	Duplicate    bool // of a webhook: it is delivered twice
	Late         bool // of a webhook: it is delivered after the next one
	BadSignature bool // of a webhook

	Operation string // one of Operations
	Place
	Times       int     // how many calls it applies to; 0: any number
	Probability float64 // that it applies to a call; 0: 1

	Position Position // zero for one of a control call or of Go
}

// MaxFaults is how many faults there can be at a time, in a file and in an environment.
const MaxFaults = 1_000

// faultKind describes a way to break an answer. To add one: a field of Fault, an entry of faultKinds, and what it does
// in fake/internal/fault.
type faultKind struct {
	field    fields.Field[Fault]
	label    string // for forms: Calls get …
	replaces bool   // the call is not carried out
	webhook  bool   // it breaks deliveries of webhooks, not answers
	beside   []fields.Field[Fault]
	values   []string // of a choice
	prompt   string   // for forms: in front of its value
	example  string   // for forms: its value at first
}

// delayKey is the kind that can stand beside another one.
const delayKey = "delay"

// faultKinds are the ways to break an answer, in the order of their documentation.
var faultKinds = []faultKind{
	{
		field: fields.Bind("status", statuses(), func(f *Fault) *int { return &f.Status },
			"Answered in place of the answer."),
		label: "answers with a status", replaces: true,
		beside: []fields.Field[Fault]{
			fields.Bind("retry_after", seconds(), func(f *Fault) **int { return &f.RetryAfter },
				"The header Retry-After beside status, in seconds."),
			fields.Bind("body", bodies(), func(f *Fault) **string { return &f.Body },
				"The body beside status, in place of WorkOS's: a text, or a mapping that is sent as JSON."),
		},
	},
	{
		field: fields.Bind("rate_limit", fields.Nested(rateLimitMapping),
			func(f *Fault) **RateLimit { return &f.RateLimit },
			"429 with Retry-After for calls over it, on the environment's clock."),
		label: "a rate limit", replaces: true,
	},
	{
		field: fields.Bind(delayKey, delays(), func(f *Fault) *Delay { return &f.Delay },
			"How long the answer waits, in real time; of a range, a random time from the seed."),
		label: "only a delay",
	},
	{
		field: flagField("hang", func(f *Fault) *bool { return &f.Hang }, "No answer until the client leaves."),
		label: "no answer at all", replaces: true,
	},
	{
		field: flagField("reset", func(f *Fault) *bool { return &f.Reset }, "The connection is reset."),
		label: "connection reset", replaces: true,
	},
	{
		field: flagField("empty", func(f *Fault) *bool { return &f.Empty }, "The connection is closed without a byte."),
		label: "closed without a byte", replaces: true,
	},
	{
		field: flagField("truncate", func(f *Fault) *bool { return &f.Truncate },
			"The connection is closed in the middle of the body."),
		label: "closed in the middle of the body",
	},
	{
		field: flagField("malformed", func(f *Fault) *bool { return &f.Malformed }, "The body is not JSON."),
		label: "a body that is not JSON",
	},
	{
		field: fields.Bind("content_type", fields.FilledText().Checked(checkHeader),
			func(f *Fault) *string { return &f.ContentType },
			"The Content-Type in place of application/json."),
		label: "another content type", prompt: "Content type", example: "text/html",
	},
	{
		field: fields.Bind("drip", waits(), func(f *Fault) *time.Duration { return &f.Drip },
			"How long the body takes, a piece at a time."),
		label: "the body, a piece at a time", prompt: "for", example: "2s",
	},
	{
		field: fields.Bind("off_contract", fields.Choice(offContractKinds...),
			func(f *Fault) *string { return &f.OffContract },
			"How the answer breaks the contract."),
		label: "an answer off the contract", values: offContractKinds, prompt: "with",
	},
	{
		field: flagField("duplicate", func(f *Fault) *bool { return &f.Duplicate },
			"Of a webhook: it is delivered twice."),
		label: "webhooks: delivered twice", webhook: true,
	},
	{
		field: flagField("late", func(f *Fault) *bool { return &f.Late },
			"Of a webhook: it is delivered after the next one."),
		label: "webhooks: delivered after the next one", webhook: true,
	},
	{
		field: flagField("bad_signature", func(f *Fault) *bool { return &f.BadSignature },
			"Of a webhook: its signature is wrong."),
		label: "webhooks: badly signed", webhook: true,
	},
}

// faultMapping describes faults.
var faultMapping = describeFaults()

func describeFaults() *fields.Mapping[Fault] {
	var kinds []fields.Field[Fault]
	for _, kind := range faultKinds {
		kinds = append(append(kinds, kind.field), kind.beside...)
	}
	operation := fields.Bind("operation", operations(), func(f *Fault) *string { return &f.Operation },
		"The call's short name: token, credentials … Left out: any.")
	m := fields.NewMapping("fault", kinds, []fields.Field[Fault]{operation},
		fields.Embed(placeFields, func(f *Fault) *Place { return &f.Place }),
		[]fields.Field[Fault]{
			fields.Bind("times", counts(), func(f *Fault) *int { return &f.Times },
				"How many calls it applies to. Left out: any number."),
			fields.Bind("probability", probabilities(), func(f *Fault) *float64 { return &f.Probability },
				"That it applies to a call; drawn from the seed.").DocumentDefault(1),
		})
	m.Rules = `{"dependencies": {"retry_after": ["status"], "body": ["status"]}}`
	return m
}

func flagField(key string, keep func(*Fault) *bool, doc string) fields.Field[Fault] {
	return fields.Bind(key, fields.Flag(), keep, doc)
}

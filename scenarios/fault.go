package scenarios

import (
	"sync"
	"time"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios/internal/yamltree"
)

// Fault breaks responses in one way, or delays them, or does both. Operation, Place, Times and Probability say which
// calls it applies to. The zero value of a field means that the field is left out.
type Fault struct {
	Status      int        // of the response, 200 to 599
	RetryAfter  *int       // header of the response with Status, in seconds
	Body        *string    // of the response with Status; nil: the body that WorkOS sends
	RateLimit   *RateLimit // calls that exceed it get 429
	Delay       Delay
	Hang        bool          // no response until the client closes the connection
	Reset       bool          // the connection is reset (RST)
	Empty       bool          // the connection is closed without a byte
	Truncate    bool          // the connection is closed in the middle of the body
	Malformed   bool          // the body is not JSON
	ContentType string        // sent in place of application/json
	Drip        time.Duration // over which the body is sent, piece by piece
	// OffContract is UnknownEnum, ExtraFields, MissingField or WrongNull. Each call breaks another place of the
	// response.
	OffContract string

	Duplicate    bool // a webhook is delivered twice
	Late         bool // a webhook is delivered after the next one
	BadSignature bool // the signature of a webhook is wrong

	Operation string // one of Operations
	Place
	Times       int     // number of calls that it applies to; 0: any number
	Probability float64 // that it applies to a call; 0 means 1

	Position Position // zero unless the fault is from a file
}

// MaxFaults is the maximal number of faults in a file, and of active faults in an environment.
const MaxFaults = 1_000

// faultKind describes a way to break responses. To add one, add a field to Fault and an entry to faultKinds, and write
// what it does in fake/internal/fault.
type faultKind struct {
	field      fields.Field[Fault]
	label      string                // for forms: "Calls get …"
	replaces   bool                  // the call is not carried out
	webhook    bool                  // it breaks deliveries of webhooks, not responses
	companions []fields.Field[Fault] // fields that only have an effect together with it
	values     []string              // the allowed values, if there is a choice
	prompt     string                // for forms: the text in front of the value
	example    string                // for forms: the initial value
}

// delayKey is the key of the one kind that can be combined with another one.
const delayKey = "delay"

// faultKinds lists the ways to break responses, in the order of the documentation.
var faultKinds = sync.OnceValue(func() []faultKind {
	return []faultKind{
		{
			field: fields.Bind("status", statuses(), func(f *Fault) *int { return &f.Status },
				"The status that is sent in place of the response."),
			label: "a status", replaces: true,
			companions: []fields.Field[Fault]{
				fields.Bind("retry_after", seconds(), func(f *Fault) **int { return &f.RetryAfter },
					"With status: the header Retry-After, in seconds."),
				fields.Bind("body", bodies(), func(f *Fault) **string { return &f.Body },
					"With status: the body in place of WorkOS's, a text or a mapping that is sent as JSON."),
			},
		},
		{
			field: fields.Bind("rate_limit", fields.Nested(rateLimitMapping()),
				func(f *Fault) **RateLimit { return &f.RateLimit },
				"Calls that exceed it get 429 with Retry-After, on the environment's clock."),
			label: "a rate limit", replaces: true,
		},
		{
			field: fields.Bind(delayKey, delays(), func(f *Fault) *Delay { return &f.Delay },
				"How long the response is delayed, in real time. Within a range, the time is derived from the seed."),
			label: "only a delay",
		},
		{
			field: flagField("hang", func(f *Fault) *bool { return &f.Hang },
				"No response until the client closes the connection."),
			label: "no response", replaces: true,
		},
		{
			field: flagField("reset", func(f *Fault) *bool { return &f.Reset }, "The connection is reset."),
			label: "a reset connection", replaces: true,
		},
		{
			field: flagField("empty", func(f *Fault) *bool { return &f.Empty },
				"The connection is closed without a byte."),
			label: "a connection closed without a response", replaces: true,
		},
		{
			field: flagField("truncate", func(f *Fault) *bool { return &f.Truncate },
				"The connection is closed in the middle of the body."),
			label: "half of the body, then a closed connection",
		},
		{
			field: flagField("malformed", func(f *Fault) *bool { return &f.Malformed }, "The body is not JSON."),
			label: "a body that is not JSON",
		},
		{
			field: fields.Bind("content_type", fields.FilledText().Checked(checkHeader),
				func(f *Fault) *string { return &f.ContentType },
				"The Content-Type that is sent in place of application/json."),
			label: "another content type", prompt: "Content type", example: "text/html",
		},
		{
			field: fields.Bind("drip", realDurations(), func(f *Fault) *time.Duration { return &f.Drip },
				"The time over which the body is sent, piece by piece."),
			label: "the body in small pieces", prompt: "for", example: "2s",
		},
		{
			field: fields.Bind("off_contract", fields.Choice(offContractKinds...),
				func(f *Fault) *string { return &f.OffContract },
				"How the response breaks the contract."),
			label: "a body that breaks the contract", values: offContractKinds, prompt: "with",
		},
		{
			field: flagField("duplicate", func(f *Fault) *bool { return &f.Duplicate },
				"For webhooks: an event is delivered twice."),
			label: "webhooks: delivered twice", webhook: true,
		},
		{
			field: flagField("late", func(f *Fault) *bool { return &f.Late },
				"For webhooks: an event is delivered after the next one."),
			label: "webhooks: delivered after the next one", webhook: true,
		},
		{
			field: flagField("bad_signature", func(f *Fault) *bool { return &f.BadSignature },
				"For webhooks: the signature is wrong."),
			label: "webhooks: badly signed", webhook: true,
		},
	}
})

// faultMapping describes a fault.
var faultMapping = sync.OnceValue(describeFaults)

// describeFaults returns faultMapping: the fields of each kind, and those that say which calls a fault applies to.
func describeFaults() *fields.Mapping[Fault] {
	var kinds []fields.Field[Fault]
	for _, kind := range faultKinds() {
		kinds = append(append(kinds, kind.field), kind.companions...)
	}
	operation := fields.Bind("operation", operationNames(), func(f *Fault) *string { return &f.Operation },
		"The short name of the call, such as token or credentials. Left out: any.")
	m := fields.NewMapping("fault", kinds, []fields.Field[Fault]{operation},
		fields.Embed(placeFields(), func(f *Fault) *Place { return &f.Place }),
		[]fields.Field[Fault]{
			fields.Bind("times", counts(), func(f *Fault) *int { return &f.Times },
				"The number of calls that it applies to. Left out: any number."),
			fields.Bind("probability", fields.Fraction(), func(f *Fault) *float64 { return &f.Probability },
				"The probability that it applies to a call; the seed decides to which.").DocumentDefault(1),
		})
	m.Rules = `{"dependencies": {"retry_after": ["status"], "body": ["status"]}}`
	return m
}

// flagField describes a kind of fault whose value is true.
func flagField(key string, keep func(*Fault) *bool, doc string) fields.Field[Fault] {
	return fields.Bind(key, fields.Flag(), keep, doc)
}

// Text returns the fault as YAML on one line.
func (f Fault) Text() string { return yamltree.Line(f.Tree()) }

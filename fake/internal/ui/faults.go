package ui

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"example.com/pipesfake/scenarios"
)

// broken is the faults.
type broken struct {
	Laid       []laid
	Kinds      []faultKind
	Operations []string
}

// laid is a fault that lies over answers.
type laid struct {
	ID, Text, Where string
	Struck          int
	Left            string
}

// preset is a way to break: what it is called, and what of a form it fills in.
type preset struct{ Form, Word string }

// presets are the usual faults, whose form is the query of a whole one.
func presets() []preset {
	return []preset{
		{"way=status&status=503", "503 Service Unavailable"},
		{"way=status&status=500", "500 Internal Server Error"},
		{"way=status&status=429&retry_after=1", "429 Too Many Requests, Retry-After: 1"},
		{"way=status&status=401", "401 Unauthorized"},
		{"way=delay&delay=2s", "the answer after 2 s"},
		{"way=hang", "no answer at all"},
		{"way=reset", "a connection that is reset"},
		{"way=malformed", "a body that is not JSON"},
	}
}

// faultKind is a way to break an answer, as the form offers it.
type faultKind struct {
	scenarios.FaultKind
	Class string // of its option and of its fields: the style sheet shows the fields while the option is chosen
}

// faultKinds are those of the form.
func faultKinds() (kinds []faultKind) {
	withFields := 0
	for _, kind := range scenarios.FaultKinds() {
		one := faultKind{FaultKind: kind}
		switch {
		case kind.Webhook:
			one.Class = "webhook"
		case !kind.Flag && kind.Name != "delay": // every fault can have a delay
			withFields++
			one.Class = "fields-" + strconv.Itoa(withFields)
		}
		kinds = append(kinds, one)
	}
	return kinds
}

func faults(r Request) (any, error) {
	all, set := r.Environment.Faults()
	b := broken{Operations: scenarios.Operations(), Kinds: faultKinds()}
	for i := range all {
		one := &all[i]
		shown := laid{ID: one.ID, Text: r.Hide(one.Text()), Struck: one.Matches, Left: "any number left"}
		if one.Times > 0 {
			shown.Left = strconv.Itoa(one.Times-one.Matches) + " left"
		}
		if one.Position.Line > 0 {
			shown.Where = set.Where(one.Position)
		}
		b.Laid = append(b.Laid, shown)
	}
	return b, nil
}

// faultBody is that of a fault: its way with the fields of the way, and where it applies.
func faultBody(form url.Values) map[string]any {
	if preset, err := url.ParseQuery(form.Get("preset")); err == nil {
		for name := range preset {
			form.Set(name, preset.Get(name))
		}
	}
	body := map[string]any{}
	say := func(name string, value any) {
		if value != "" {
			body[name] = value
		}
	}
	text := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	if delay, most := text("delay"), text("delay_max"); most != "" {
		body["delay"] = map[string]any{"min": delay, "max": most}
		if delay == "" {
			body["delay"] = map[string]any{"max": most}
		}
	} else {
		say("delay", delay)
	}
	switch way := text("way"); way {
	case "delay", "":
	case "status":
		body["status"] = number(text("status"))
		say("retry_after", number(text("retry_after")))
		say("body", form.Get("body"))
	case "rate_limit":
		limit := map[string]any{"requests": number(text("requests")), "per": text("per")}
		if by := text("by"); by != "" {
			limit["by"] = by
		}
		body["rate_limit"] = limit
	default:
		sayKind(body, way, text(way))
	}
	say("operation", text("operation"))
	named(form, body)
	say("times", number(text("times")))
	say("probability", number(text("probability")))
	return body
}

// sayKind adds a way to break that has one field at the most.
func sayKind(body map[string]any, way, value string) {
	body[way] = true
	for _, kind := range scenarios.FaultKinds() {
		switch {
		case kind.Name != way:
		case kind.Webhook:
			body["operation"] = scenarios.Webhooks
		case !kind.Flag:
			body[way] = value
		}
	}
}

// number is a number where a text is one; the control call says of others what is wrong with them.
func number(text string) any {
	if _, err := strconv.ParseFloat(text, 64); err == nil && json.Valid([]byte(text)) {
		return json.Number(text)
	}
	return text
}

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
	Way        string // that the form has chosen
	Ways       []preset
	Kinds      []string // of answers that break the contract
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

// ways are those of the form, each with fields of its own.
func ways() []preset {
	return []preset{
		{"status", "answers with a status"}, {"rate_limit", "a rate limit"}, {"delay", "only a delay"}, {"hang", "no answer at all"},
		{"reset", "connection reset"}, {"empty", "closed without a byte"}, {"truncate", "closed in the middle of the body"}, {"malformed", "a body that is not JSON"},
		{"content_type", "another content type"}, {"drip", "the body, a piece at a time"}, {"off_contract", "an answer off the contract"},
		{"duplicate", "webhooks: delivered twice"}, {"late", "webhooks: behind the next one"}, {"bad_signature", "webhooks: badly signed"},
	}
}

func faults(r Request) (any, error) {
	all, set := r.Environment.Faults()
	b := broken{Operations: scenarios.Operations(), Ways: ways(), Kinds: []string{scenarios.MissingField, scenarios.ExtraFields, scenarios.UnknownEnum, scenarios.WrongNull}}
	for i := range all {
		one := &all[i]
		shown := laid{ID: one.ID, Text: one.Text(), Struck: one.Matches, Left: "any number left"}
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
	case "content_type", "drip", "off_contract":
		body[way] = text(way)
	case "duplicate", "late", "bad_signature":
		body[way], body["operation"] = true, scenarios.Webhooks
	default:
		body[way] = true
	}
	say("operation", text("operation"))
	named(form, body)
	say("times", number(text("times")))
	say("probability", number(text("probability")))
	return body
}

// number is a number where a text is one; the control call says of others what is wrong with them.
func number(text string) any {
	if _, err := strconv.ParseFloat(text, 64); err == nil && json.Valid([]byte(text)) {
		return json.Number(text)
	}
	return text
}

package ui

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"example.com/pipesfake/scenarios"
)

// preset is a usual fault: the fields of the form that it fills in, as a query, and its name.
type preset struct{ Form, Word string }

// presets returns the usual faults.
func presets() []preset {
	return []preset{
		{"way=status&status=503", "503 Service Unavailable"},
		{"way=status&status=500", "500 Internal Server Error"},
		{"way=status&status=429&retry_after=1", "429 Too Many Requests, Retry-After: 1"},
		{"way=status&status=401", "401 Unauthorized"},
		{"way=delay&delay=2s", "the response after 2 s"},
		{"way=hang", "no response"},
		{"way=reset", "a connection that is reset"},
		{"way=malformed", "a body that is not JSON"},
	}
}

// faultKind is a kind of fault as the form offers it.
type faultKind struct {
	scenarios.FaultKind
	Class string // of its option and its fields: the style sheet shows the fields while the option is chosen
}

// faultKinds returns the kinds of faults that the form offers.
func faultKinds() (kinds []faultKind) {
	withFields := 0
	for _, kind := range scenarios.FaultKinds() {
		one := faultKind{FaultKind: kind}
		switch {
		case kind.Webhook:
			one.Class = "webhook"
		case !kind.Flag && kind.Name != "delay": // every fault can have a delay, so its field is always shown
			withFields++
			one.Class = "fields-" + strconv.Itoa(withFields)
		}
		kinds = append(kinds, one)
	}
	return kinds
}

// faultBody returns the body of the control call for a form that adds a fault: its kind with the fields of the kind,
// and where it applies. The fields of a preset are also set in the form, which shows them if the call is refused.
func faultBody(form url.Values) map[string]any {
	if preset, err := url.ParseQuery(form.Get("preset")); err == nil {
		for name := range preset {
			form.Set(name, preset.Get(name))
		}
	}
	body := map[string]any{}
	add := func(name string, value any) {
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
		add("delay", delay)
	}
	switch way := text("way"); way {
	case "delay", "":
	case "status":
		body["status"] = number(text("status"))
		add("retry_after", number(text("retry_after")))
		add("body", form.Get("body"))
	case "rate_limit":
		limit := map[string]any{"requests": number(text("requests")), "per": text("per")}
		if by := text("by"); by != "" {
			limit["by"] = by
		}
		body["rate_limit"] = limit
	default:
		addKind(body, way, text(way))
	}
	add("operation", text("operation"))
	addPlace(body, form)
	add("times", number(text("times")))
	add("probability", number(text("probability")))
	return body
}

// removedFault returns the body of a fault that was removed and comes back.
func removedFault(text string) (body map[string]any) {
	in := json.NewDecoder(strings.NewReader(text))
	in.UseNumber()
	if err := in.Decode(&body); err != nil {
		return map[string]any{}
	}
	return body
}

// addKind adds a kind of fault that has at most one field.
func addKind(body map[string]any, way, value string) {
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

// number returns a text as a JSON number if it is one. The control call explains what is wrong with other texts.
func number(text string) any {
	if _, err := strconv.ParseFloat(text, 64); err == nil && json.Valid([]byte(text)) {
		return json.Number(text)
	}
	return text
}

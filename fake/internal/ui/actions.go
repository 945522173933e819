package ui

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/pipes"
)

// action is what a button of the page does: a control call.
type action struct {
	method, path string // below /_control/
	do           func(control.Call) (any, error)
	body         func(form url.Values) any // nil: it has none
}

func actions() map[string]action {
	return map[string]action{
		"switch":    {"PUT", "scenario", control.PutScenario, switchBody},
		"undo":      {"DELETE", "scenario", control.DeleteScenario, nil},
		"reset":     {"POST", "reset", control.PostReset, nil},
		"freeze":    {"PUT", "clock", control.PutClock, func(url.Values) any { return map[string]any{"frozen": true} }},
		"unfreeze":  {"PUT", "clock", control.PutClock, func(url.Values) any { return map[string]any{"frozen": false} }},
		"set":       {"PUT", "clock", control.PutClock, func(form url.Values) any { return map[string]any{"now": form.Get("now")} }},
		"real":      {"PUT", "clock", control.PutClock, func(url.Values) any { return map[string]any{"now": pipes.Timestamp(clock.Wire()), "frozen": false} }},
		"advance":   {"POST", "clock/advance", control.PostAdvance, func(form url.Values) any { return map[string]any{"by": form.Get("by")} }},
		"fault":     {"POST", "faults", control.PostFault, faultBody},
		"lift":      {"DELETE", "faults/{id}", control.DeleteFault, nil},
		"lift-all":  {"DELETE", "faults", control.DeleteFaults, nil},
		"redeliver": {"POST", "webhooks/{id}/redeliver", control.PostRedeliver, nil},
		"clear":     {"DELETE", "requests", control.DeleteRequests, nil},
		"snapshot":  {"POST", "snapshots", control.PostSnapshot, func(form url.Values) any { return map[string]any{"name": form.Get("name")} }},
		"restore":   {"POST", "snapshots/{name}/restore", control.PostRestore, nil},
		"forget":    {"DELETE", "snapshots/{name}", control.DeleteSnapshot, nil},
		"delete":    {"DELETE", "environments/{name}", control.DeleteEnvironment, nil},
	}
}

// act makes the control call of a form, and goes back to where the form was.
func act(r Request) Response {
	form, err := url.ParseQuery(string(r.Body))
	one, known := actions()[strings.TrimPrefix(r.Path, "do/")]
	if err != nil || !known {
		return Response{Status: http.StatusNotFound, ContentType: "text/plain; charset=utf-8", Body: []byte("The page has no such action.\n")}
	}
	call := r.Call
	call.Query, call.Body, call.Vars = url.Values{}, nil, map[string]string{"id": form.Get("id"), "name": form.Get("name")}
	path := strings.NewReplacer("{id}", url.PathEscape(form.Get("id")), "{name}", url.PathEscape(form.Get("name"))).Replace(one.path)
	if one.body != nil {
		call.Body, err = json.Marshal(one.body(form))
	}
	if err == nil {
		_, err = one.do(call)
	}
	did := Action{Call: curl(r, one.method, "/_control/"+path, call.Body)}
	if err != nil {
		did.Failed = err.Error()
		var wire *pipes.Error
		if errors.As(err, &wire) {
			did.Failed = wire.Message
		}
	}
	return Response{Status: http.StatusSeeOther, Location: back(form, r.Environment.Name(), r.Did.add(did))}
}

// back is where a form was, which is on the page and nowhere else; there the page tells what was done.
func back(form url.Values, environment, did string) string {
	to := form.Get("back")
	u, err := url.Parse(to)
	if err != nil || !strings.HasPrefix(to, "/_ui/") || strings.ContainsAny(to, "\r\n\\") {
		u = &url.URL{Path: "/_ui/", RawQuery: url.Values{"environment": {environment}}.Encode()}
	}
	query := u.Query()
	query.Set("did", did)
	for field, name := range map[string]string{"scenario": "brush", "ttl": "ttl"} { // what was chosen stays chosen
		if form.Has(field) {
			query.Set(name, form.Get(field))
		}
	}
	u.RawQuery = query.Encode()
	return u.String()
}

// curl is a control call to be copied.
func curl(r Request, method, path string, body []byte) string {
	address := r.Base + path
	if name := r.Environment.Name(); name != "default" {
		address += "?environment=" + name
	}
	line := "curl -X " + quote(method) + " " + quote(address)
	if r.Signs {
		line += ` -H "X-Pipesfake-Token: $PIPESFAKE_CONTROL_TOKEN"`
	}
	if body != nil {
		line += " -d " + quote(string(body))
	}
	return line
}

// quote is a text as one word of a shell, which takes everything in single quotes as it is.
func quote(text string) string {
	if text != "" && !strings.ContainsFunc(text, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') }) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// switchBody is that of a switch: the place comes as a query, the scenario by name.
func switchBody(form url.Values) any {
	body := map[string]any{"scenario": form.Get("scenario")}
	place, err := url.ParseQuery(form.Get("place"))
	if err == nil {
		for _, name := range slices.Sorted(maps.Keys(place)) {
			if body[name] = place.Get(name); name == "organization_id" && place.Get(name) == "" {
				body[name] = nil
			}
		}
	}
	if ttl := form.Get("ttl"); ttl != "" {
		body["ttl"] = ttl
	}
	return body
}

// faultBody is that of a fault: its way, and where it applies.
func faultBody(form url.Values) any {
	body := map[string]any{}
	way, value, has := strings.Cut(form.Get("way"), "=")
	switch {
	case way == "status":
		body[way] = json.Number(value)
	case way == "retry":
		body["status"], body["retry_after"] = 429, json.Number(value)
	case has:
		body[way] = value
	default:
		body[way] = true
	}
	for _, name := range []string{"operation", "provider", "user_id"} {
		if said := form.Get(name); said != "" {
			body[name] = said
		}
	}
	if times := form.Get("times"); times != "" {
		body["times"] = json.Number(times)
	}
	return body
}

package ui

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/pipes"
)

// action is what a button of the page does: a control call.
type action struct {
	done         string // what the page says of it
	method, path string // below /_control/
	do           func(control.Call) (any, error)
	body         func(form url.Values) map[string]any // nil: it has none
}

func actions() map[string]action {
	return map[string]action{
		"switch":    {"Switched", "PUT", "scenario", control.PutScenario, switchBody},
		"undo":      {"The last switch is undone", "DELETE", "scenario", control.DeleteScenario, nil},
		"reset":     {"Everything is as the scenario file starts", "POST", "reset", control.PostReset, nil},
		"freeze":    {"The clock stands still", "PUT", "clock", control.PutClock, body("frozen", true)},
		"unfreeze":  {"The clock runs", "PUT", "clock", control.PutClock, body("frozen", false)},
		"set":       {"The clock is set", "PUT", "clock", control.PutClock, fields("now")},
		"real":      {"The clock is real time", "PUT", "clock", control.PutClock, realTime},
		"advance":   {"The clock is moved", "POST", "clock/advance", control.PostAdvance, fields("by")},
		"fault":     {"The fault is added", "POST", "faults", control.PostFault, faultBody},
		"lift":      {"The fault is removed", "DELETE", "faults/{id}", control.DeleteFault, nil},
		"lift-all":  {"All faults are removed", "DELETE", "faults", control.DeleteFaults, nil},
		"redeliver": {"The webhook is sent again", "POST", "webhooks/{id}/redeliver", control.PostRedeliver, nil},
		"clear":     {"The journal is empty", "DELETE", "requests", control.DeleteRequests, nil},
		"snapshot":  {"The snapshot is kept", "POST", "snapshots", control.PostSnapshot, fields("name")},
		"restore":   {"The snapshot is restored", "POST", "snapshots/{name}/restore", control.PostRestore, nil},
		"forget":    {"The snapshot is gone", "DELETE", "snapshots/{name}", control.DeleteSnapshot, nil},
		"delete":    {"The environment is deleted", "DELETE", "environments/{name}", control.DeleteEnvironment, nil},
	}
}

func body(name string, value any) func(url.Values) map[string]any {
	return func(url.Values) map[string]any { return map[string]any{name: value} }
}

func fields(name string) func(url.Values) map[string]any {
	return func(form url.Values) map[string]any { return map[string]any{name: strings.TrimSpace(form.Get(name))} }
}

func realTime(url.Values) map[string]any {
	return map[string]any{"now": pipes.Timestamp(clock.Wire()), "frozen": false}
}

// act makes the control call of a form, and goes back to where the form was.
func act(r Request) Response {
	form, err := url.ParseQuery(string(r.Body))
	name := strings.TrimPrefix(r.Path, "do/")
	one, known := actions()[name]
	if err != nil || !known {
		return Problem(http.StatusNotFound, "The page has no such action.")
	}
	call := r.Call
	call.Query, call.Body, call.Vars = url.Values{}, nil, map[string]string{"id": form.Get("id"), "name": form.Get("name")}
	path := strings.NewReplacer("{id}", url.PathEscape(form.Get("id")), "{name}", url.PathEscape(form.Get("name"))).Replace(one.path)
	if one.body != nil {
		call.Body, err = json.Marshal(one.body(form))
	}
	did := Action{Done: one.done, Call: curl(r, one.method, "/_control/"+path, call.Body), Go: inGo(name, form), form: form}
	switch {
	case form.Has("somebody") && form.Get("user_id")+form.Get("provider")+form.Get("organization_id") == "":
		did.Failed = []string{"Name a user, a provider or an organization. For everybody there is the button Everybody."}
	case err == nil:
		if _, err = one.do(call); err != nil {
			did.Failed = said(err)
		}
	}
	return Response{Status: http.StatusSeeOther, Location: back(form, r.Environment.Name(), r.Did.add(did))}
}

// back is where a form was, which is on the page and nowhere else; there the page tells what was done.
func back(form url.Values, environment, did string) string {
	to := Inside(form.Get("back"))
	u, err := url.Parse(to)
	if err != nil || to == "/_ui/" {
		u = &url.URL{Path: "/_ui/", RawQuery: url.Values{"environment": {environment}}.Encode()}
	}
	query := u.Query()
	if query.Set("did", did); form.Get("name") == query.Get("environment") && strings.HasSuffix(u.Path, "/environments") && form.Has("deletes") {
		query.Set("environment", "default") // to look at the deleted one would make it anew
	}
	if form.Has("board") { // what was chosen stays chosen, and what was pressed opens
		query.Set("brush", form.Get("scenario"))
		query.Set("ttl", form.Get("ttl"))
		if place := form.Get("place"); isOne(place) {
			query.Set("open", place)
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
	line := "curl -X " + quoted(method) + " " + quoted(address)
	if r.Signs {
		line += ` -H "X-Pipesfake-Token: $PIPESFAKE_CONTROL_TOKEN"`
	}
	if body != nil {
		line += " -d " + quoted(string(body))
	}
	return line
}

// quoted is a text as one word of a shell, which takes everything in single quotes as it is.
func quoted(text string) string {
	if text != "" && !strings.ContainsFunc(text, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') }) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// inGo is the same as a call of the embedded server, where it is one; else empty.
func inGo(name string, form url.Values) string {
	body := switchBody(form)
	switch name {
	case "switch":
		line := "server.Use(" + strconv.Quote(form.Get("scenario"))
		for _, part := range []struct{ field, option string }{{"provider", "Provider"}, {"user_id", "User"}, {"organization_id", "Organization"}} {
			switch value := body[part.field].(type) {
			case string:
				line += ", fake." + part.option + "(" + strconv.Quote(value) + ")"
			case nil:
				if _, said := body[part.field]; said {
					line += ", fake.NoOrganization()"
				}
			}
		}
		if body["ttl"] != nil || body["connection_owner"] != nil {
			return ""
		}
		return line + ")"
	case "reset":
		return "server.Reset()"
	}
	return ""
}

// switchBody is that of a switch: the scenario by name, the place as a query or field by field.
func switchBody(form url.Values) map[string]any {
	body := map[string]any{"scenario": form.Get("scenario")}
	place, _ := url.ParseQuery(form.Get("place")) // the page wrote it
	for _, name := range slices.Sorted(maps.Keys(place)) {
		if body[name] = place.Get(name); name == "organization_id" && place.Get(name) == "" {
			body[name] = nil
		}
	}
	named(form, body)
	if ttl := form.Get("ttl"); ttl != "" {
		body["ttl"] = ttl
	}
	return body
}

// named adds what fields of a form say of a place. An organization of none is none.
func named(form url.Values, body map[string]any) {
	for _, name := range []string{"provider", "user_id", "organization_id"} {
		if value := strings.TrimSpace(form.Get(name)); value != "" {
			if body[name] = value; name == "organization_id" && value == "none" {
				body[name] = nil
			}
		}
	}
}

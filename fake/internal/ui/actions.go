package ui

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/pipes"
)

// action is a control call that a button of the page makes.
type action struct {
	done         string // what the page says after it
	method, path string // the path is below /_control/
	do           func(control.Call) (any, error)
	body         func(form url.Values) map[string]any // nil means that the call has no body
}

// actions returns the actions by the name that forms are sent to.
func actions() map[string]action {
	return map[string]action{
		"switch":     {"Switched", "PUT", "scenario", control.PutScenario, switchBody},
		"undo":       {"The last switch is undone", "DELETE", "scenario", control.DeleteScenario, nil},
		"reset":      {"Everything is back at its start", "POST", "reset", control.PostReset, nil},
		"untry":      {"The scenario file is in force again", "DELETE", "scenarios", control.DeleteScenarios, nil},
		"freeze":     {"The clock is frozen", "PUT", "clock", control.PutClock, constant("frozen", true)},
		"unfreeze":   {"The clock runs", "PUT", "clock", control.PutClock, constant("frozen", false)},
		"set":        {"The clock is set", "PUT", "clock", control.PutClock, field("now")},
		"real":       {"The clock is real time", "PUT", "clock", control.PutClock, realTime},
		"clock-back": {"The clock is as it was", "PUT", "clock", control.PutClock, clockBack},
		"advance":    {"The clock is moved", "POST", "clock/advance", control.PostAdvance, field("by")},
		"fault":      {"The fault is added", "POST", "faults", control.PostFault, faultBody},
		"lift":       {"The fault is removed", "DELETE", "faults/{id}", control.DeleteFault, nil},
		"lift-all":   {"All faults are removed", "DELETE", "faults", control.DeleteFaults, nil},
		"lift-back":  {"The removed faults are back", "POST", "faults", control.PostFault, faultBody},
		"redeliver":  {"The webhook is sent again", "POST", "webhooks/{id}/redeliver", control.PostRedeliver, nil},
		"clear":      {"The list of requests is empty", "DELETE", "requests", control.DeleteRequests, nil},
		"snapshot":   {"The snapshot is taken", "POST", "snapshots", control.PostSnapshot, field("name")},
		"restore":    {"The snapshot is restored", "POST", "snapshots/{name}/restore", control.PostRestore, nil},
		"forget":     {"The snapshot is deleted", "DELETE", "snapshots/{name}", control.DeleteSnapshot, nil},
		"delete":     {"The environment is deleted", "DELETE", "environments/{name}", control.DeleteEnvironment, nil},
	}
}

// constant returns a body that is the same for every form.
func constant(name string, value any) func(url.Values) map[string]any {
	return func(url.Values) map[string]any { return map[string]any{name: value} }
}

// field returns a body with one field of the form.
func field(name string) func(url.Values) map[string]any {
	return func(form url.Values) map[string]any { return map[string]any{name: strings.TrimSpace(form.Get(name))} }
}

func realTime(url.Values) map[string]any {
	return map[string]any{"now": pipes.Timestamp(clock.RealNow()), "frozen": false}
}

// act makes the control calls of a form and redirects to where the form was.
func act(r Request) Response {
	form, err := url.ParseQuery(string(r.Body))
	name := strings.TrimPrefix(r.Path, "do/")
	if name == "undo-action" {
		if to := r.Did.takeCheckpoint(form.Get("number"), r.Environment.Name()); to != nil {
			return goBack(r, form, to)
		}
		action, with, isKnown := undone(r, form)
		if !isKnown {
			return toPage(r, form, refusedUndo(r, form.Get("number")))
		}
		name, form = action, with
	}
	one, isKnown := actions()[name]
	if err != nil || !isKnown {
		return Problem(http.StatusNotFound, "The page has no such action.")
	}
	before := momentBefore(r, name, form)
	made, result := perform(r, name, form)
	if made.Failed == nil {
		made.Done = one.done
		made.Undo = before.undoOf(name, form, result)
		form.Set("opens", opened(r, form))
	}
	return toPage(r, form, made)
}

// maxCopied is how many calls of one action can be copied.
const maxCopied = 20

// perform makes the control calls of an action, one for each body, until one fails. It returns the result of the last
// one.
func perform(r Request, name string, form url.Values) (made Action, result any) {
	one := actions()[name]
	made = Action{form: form, environment: r.Environment.Name()}
	if isForNobody(form) {
		made.Failed = []string{
			"Name a user, a provider or an organization. For everybody there is the button Everybody.",
		}
	}
	call := r.Call
	call.Query, call.Vars = url.Values{}, map[string]string{"id": form.Get("id"), "name": form.Get("name")}
	path := "/_control/" + withVars(one.path, call.Vars)
	for i, body := range one.bodies(form) {
		var err error
		if call.Body = nil; body != nil {
			if call.Body, err = json.Marshal(body); err != nil {
				made.Failed = sentences(err)
			}
		}
		if i < maxCopied {
			made.addCopies(r, one.method, path, call.Body)
			made.Go = cmp.Or(inGo(name, form), made.Go)
		}
		if made.Failed != nil {
			break
		}
		if result, err = one.do(call); err != nil {
			made.Failed = sentences(err)
			break
		}
	}
	return made, result
}

// bodies returns the bodies of the calls of an action: nil for a call without a body. Only faults that come back are
// several calls.
func (a action) bodies(form url.Values) (list []map[string]any) {
	if removed := form["fault"]; len(removed) > 0 {
		for _, one := range removed {
			list = append(list, removedFault(one))
		}
		return list
	}
	if a.body == nil {
		return []map[string]any{nil}
	}
	return []map[string]any{a.body(form)}
}

// toPage redirects to where a form was. The page there reports the action.
func toPage(r Request, form url.Values, made Action) Response {
	made.lastSwitch = r.lastSwitch()
	return Response{Status: http.StatusSeeOther, Location: back(form, r.Environment.Name(), r.Did.add(made))}
}

// withVars returns the path of a control call with its variables filled in.
func withVars(path string, vars map[string]string) string {
	id, name := url.PathEscape(vars["id"]), url.PathEscape(vars["name"])
	return strings.NewReplacer("{id}", id, "{name}", name).Replace(path)
}

// isForNobody reports whether the form for somebody who is not in the table names nobody. Such a switch would be for
// everybody.
func isForNobody(form url.Values) bool {
	return form.Has("somebody") && form.Get("user_id")+form.Get("provider")+form.Get("organization_id") == ""
}

// back returns where a form was, which is always an address of the page. The page there reports the action.
func back(form url.Values, environment, action string) string {
	to := Inside(form.Get("back"))
	u, err := url.Parse(to)
	if err != nil || to == "/_ui/" {
		u = &url.URL{Path: "/_ui/", RawQuery: url.Values{"environment": {environment}}.Encode()}
	}
	query := u.Query()
	query.Set("did", action)
	isOfDeleted := form.Has("deletes") && form.Get("name") == query.Get("environment")
	if isOfDeleted && strings.HasSuffix(u.Path, "/environments") {
		query.Set("environment", "default") // showing the deleted environment would make it again
	}
	if form.Has("board") { // the scenario stays picked, and the cell that was pressed opens
		query.Set("brush", form.Get("scenario"))
		query.Set("ttl", form.Get("ttl"))
		if place := form.Get("place"); isOne(place) {
			query.Set("open", place)
		}
	}
	if place := form.Get("opens"); place != "" {
		query.Set("open", place)
	}
	u.RawQuery = query.Encode()
	return u.String()
}

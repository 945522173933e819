package ui

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/url"

	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/scenarios"
)

// requestData is what the view of one request shows.
type requestData struct {
	requestRow
	Full                 control.RequestDetail
	Newer, Older         string // the ids of the requests beside it in the list; empty at an end
	Filtered             bool   // the list has a filter
	Sent, Answered       string // the bodies, indented
	Curl                 string
	Secrets              []string // the shell variables that Curl needs
	Place                string   // the place of its connection; empty if it is about none
	Search               string   // finds the owner
	Preset               string   // the fault that is shown
	Presets              []preset
	Times                string // how often the fault that is shown applies; empty means always
	FaultCall, FaultYAML string
	Filled               url.Values // what the form of faults is filled in with
}

func request(r Request, id string) (any, error) {
	call := r.Call
	call.Vars, call.Query = map[string]string{"id": id}, url.Values{}
	found, err := control.GetRequest(call)
	if err != nil {
		return nil, err
	}
	full := found.(control.RequestDetail)
	data := requestData{
		requestRow: requestRowOf(full.Request), Full: full,
		Sent: indented(full.Body), Answered: indented(full.ResponseBody), Presets: presets(),
	}
	if key := data.key(); key.Provider != "" && key.User+key.Organization != "" {
		data.Place, data.Search = place(key), cmp.Or(key.User, key.Organization)
	}
	filter, isFiltered := requestsFilter(r.Query)
	call.Query, data.Filtered = filter, isFiltered
	if data.Newer, data.Older, err = control.RequestsBeside(call, id); err != nil {
		return nil, err
	}
	data.Curl, data.Secrets = repeated(r, full)
	data.Filled = faultFormOf(data.requestRow)
	data.Preset = cmp.Or(r.Query.Get("preset"), data.Presets[0].Form)
	form := maps.Clone(data.Filled)
	form.Set("preset", data.Preset)
	if data.Times = "1"; r.Query.Has("times") {
		data.Times = r.Query.Get("times")
	}
	form.Set("times", data.Times)
	body, err := json.Marshal(faultBody(form))
	if err != nil {
		return nil, err
	}
	fault, err := scenarios.ParseFault(r.Environment.Scenarios(), body)
	data.FaultCall, data.FaultYAML = curl(r, "POST", "/_control/faults", body), "faults:\n  - "+fault.Text()
	return data, err
}

// faultFormOf returns the fields of a form for a fault that applies to requests like this one.
func faultFormOf(row requestRow) url.Values {
	form := url.Values{}
	for name, value := range map[string]*string{
		"operation": row.Operation, "provider": row.Provider,
		"user_id": row.UserID, "organization_id": row.OrganizationID,
	} {
		if value != nil {
			form.Set(name, *value)
		}
	}
	if row.UserID != nil && row.OrganizationID == nil {
		form.Set("organization_id", "none")
	}
	return form
}

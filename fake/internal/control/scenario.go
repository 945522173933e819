package control

import (
	"encoding/json"
	"errors"
	"net/url"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
	"example.com/pipesfake/scenarios"
)

// PutScenario is the switch: it puts a scenario in force for the connections of a place.
func PutScenario(c Call) (any, error) {
	r, err := openBody(c, switchBody())
	if err != nil {
		return nil, err
	}
	var request switchRequest
	request.scenario = readScenario(r, c.Body, c.Environment.Scenarios())
	switchBody().Fill(&r.Reader, r.Values, &request)
	r.check(request.place.Check())
	if err := r.err(); err != nil {
		return nil, err
	}
	made, err := c.Environment.Switch(request.place, request.scenario, request.ttl)
	if err != nil {
		return nil, err
	}
	return c.views().oneSwitch(&made), nil
}

func readScenario(r *bodyReader, body []byte, set *scenarios.Set) *scenarios.Scenario {
	n := r.Node("scenario")
	switch {
	case n == nil:
		return nil
	case n.Kind != fields.Map && n.Kind != fields.String:
		r.MistakeOf(fields.InvalidType, n, "scenario",
			"scenario must be a scenario's name, or a scenario like {\"expires_in\": \"5m\"}")
		return nil
	}
	var written map[string]json.RawMessage
	_ = json.Unmarshal(body, &written) // openBody has read it
	scenario, err := scenarios.ParseInline(set, written["scenario"])
	if problems, isWrong := errors.AsType[scenarios.Problems](err); isWrong {
		for _, problem := range problems {
			r.MistakeOf(fields.Code(problem.Code()), n, problem.Field, "%s", problem.Message)
		}
	}
	return scenario
}

// DeleteScenario takes back the last switch.
func DeleteScenario(c Call) (any, error) {
	taken, remaining, err := c.Environment.TakeBack()
	if err != nil {
		return nil, err
	}
	return struct {
		TakenBack Switch `json:"taken_back"`
		Remaining int    `json:"remaining"` // switches still in force
	}{c.views().oneSwitch(&taken), remaining}, nil
}

// GetScenario returns one connection with what decides its state.
func GetScenario(c Call) (any, error) {
	key, wrong := readConnectionKey(c.Query)
	if len(wrong) > 0 {
		return nil, pipes.Invalid(wrong...)
	}
	place := model.Place{Provider: key.Provider, User: key.User, Organization: key.Organization}
	if err := c.Environment.CheckPlace(place); err != nil {
		return nil, err
	}
	return c.views().connection(c.Environment.Inspect(key)), nil
}

// readConnectionKey reads the parameters that name one connection, and returns what is wrong with them.
func readConnectionKey(query url.Values) (key scenarios.Key, wrong []pipes.FieldError) {
	refuse := func(field, code, message string) {
		wrong = append(wrong, pipes.FieldError{Field: field, Code: code, Message: message})
	}
	key = scenarios.Key{
		Provider: query.Get("provider"), User: query.Get("user_id"), Organization: query.Get("organization_id"),
	}
	if key.Organization == "none" {
		key.Organization = ""
	}
	required := []string{"provider", "user_id"}
	switch owner := query.Get("connection_owner"); owner {
	case scenarios.OwnerOrganization:
		key.User, required = "", []string{"provider", "organization_id"}
	case "", scenarios.OwnerUser:
	default:
		refuse("connection_owner", "invalid", "connection_owner must be user or organization")
	}
	for _, field := range required {
		if query.Get(field) == "" {
			refuse(field, "required", field+" is required: this names one connection (GET /_control/state shows all)")
		}
	}
	for _, id := range []struct{ field, value string }{
		{"user_id", key.User}, {"organization_id", key.Organization},
	} {
		if problem := names.CheckID(id.value); id.value != "" && problem != "" {
			refuse(id.field, "invalid", id.field+" "+problem)
		}
	}
	return key, wrong
}

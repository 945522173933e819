// Package control answers the control plane: the calls that switch, look and reset. It turns them into
// calls of package environment, and what that answers into JSON.
package control

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// Call is one control call, in the environment that it concerns.
type Call struct {
	Context     context.Context // ends when the client leaves
	Draining    <-chan struct{} // closed when the server leaves
	Began       time.Time       // of the call, in real time
	Environment *environment.Environment
	Registry    *environment.Registry
	Vars        map[string]string // of the path
	Query       url.Values
	Body        []byte
	Bodies      *body.Parser
}

// PutScenario is THE switch.
func PutScenario(c Call) (any, error) {
	r, err := openBody(c, switchBody)
	if err != nil {
		return nil, err
	}
	var request switchRequest
	request.scenario = readScenario(r, c.Environment.Scenarios())
	switchBody.Fill(&r.Reader, r.Values, &request)
	r.check(request.place.Check())
	if err := r.err(); err != nil {
		return nil, err
	}
	made, err := c.Environment.Switch(request.place, request.scenario, request.ttl)
	if err != nil {
		return nil, err
	}
	return c.hider().switchOf(&made), nil
}

func readScenario(r *bodyReader, set *scenarios.Set) *scenarios.Scenario {
	n := r.Node("scenario")
	switch {
	case n == nil:
		return nil
	case n.Kind != fields.Map && n.Kind != fields.String:
		r.MistakeOf(fields.InvalidType, n, "scenario",
			"scenario must be a scenario's name, or a scenario like {\"expires_in\": \"5m\"}")
		return nil
	}
	return scenarios.ReadReference(&r.Reader, set, n, "scenario")
}

// DeleteScenario takes the last switch back.
func DeleteScenario(c Call) (any, error) {
	taken, remaining, err := c.Environment.TakeBack()
	if err != nil {
		return nil, err
	}
	return struct {
		TakenBack Switch `json:"taken_back"`
		Remaining int    `json:"remaining"` // switches still in force
	}{c.hider().switchOf(&taken), remaining}, nil
}

// GetScenario tells what decides for one connection, and why.
func GetScenario(c Call) (any, error) {
	var wrong []pipes.FieldError
	refuse := func(field, code, message string) {
		wrong = append(wrong, pipes.FieldError{Field: field, Code: code, Message: message})
	}
	key := scenarios.Key{Provider: c.Query.Get("provider"), User: c.Query.Get("user_id"), Organization: c.Query.Get("organization_id")}
	if key.Organization == "none" {
		key.Organization = ""
	}
	required := []string{"provider", "user_id"}
	switch owner := c.Query.Get("connection_owner"); owner {
	case scenarios.OwnerOrganization:
		key.User, required = "", []string{"provider", "organization_id"}
	case "", scenarios.OwnerUser:
	default:
		refuse("connection_owner", "invalid", "connection_owner must be user or organization")
	}
	for _, field := range required {
		if c.Query.Get(field) == "" {
			refuse(field, "required", field+" is required: this names one connection (GET /_control/state shows all)")
		}
	}
	for field, id := range map[string]string{"user_id": key.User, "organization_id": key.Organization} {
		if problem := scenarios.CheckID(id); id != "" && problem != "" {
			refuse(field, "invalid", field+" "+problem)
		}
	}
	if len(wrong) > 0 {
		return nil, pipes.Invalid(wrong...)
	}
	if err := c.Environment.CheckPlace(model.Place{Provider: key.Provider, User: key.User, Organization: key.Organization}); err != nil {
		return nil, err
	}
	return c.hider().connectionOf(c.Environment.Inspect(key)), nil
}

// GetScenarios lists what can be switched to.
func GetScenarios(c Call) (any, error) {
	set := c.Environment.Scenarios()
	return struct {
		Start     Scenario   `json:"start"`
		Scenarios []Scenario `json:"scenarios"`
	}{scenarioOf(set, set.Start), scenariosOf(set)}, nil
}

// GetState tells the whole environment as it stands, with all its connections or a page of them, and a page of its
// switches and integrations.
func GetState(c Call) (any, error) {
	var wrong []pipes.FieldError
	number := func(field string, least, most uint64) uint64 {
		text := c.Query.Get(field)
		n, err := strconv.ParseUint(text, 10, 63)
		if text != "" && (err != nil || n < least || n > most) {
			wrong = append(wrong, pipes.FieldError{Field: field, Code: "invalid", Message: fmt.Sprintf("%s must be a whole number from %d to %d", field, least, most)})
		}
		return n
	}
	from := model.From{
		Connection:  number("next", 1, math.MaxInt64),
		Switch:      number("next_switch", 1, math.MaxInt64),
		Integration: number("next_integration", 1, math.MaxInt64),
	}
	limit := number("limit", 1, 1000)
	if len(wrong) > 0 {
		return nil, pipes.Invalid(wrong...)
	}
	return c.wholeOf(from, int(limit)), nil
}

// PostReset puts everything back to the file's start. A body is not needed and not read.
func PostReset(c Call) (any, error) {
	now, set := c.Environment.Reset(nil)
	return ResetResult{c.Environment.Name(), pipes.Timestamp(now), set.Name, scenarioOf(set, set.Start)}, nil
}

//go:embed openapi.json
var openAPI []byte

// GetOpenAPI describes the control plane.
func GetOpenAPI(c Call) (any, error) {
	return json.RawMessage(openAPI), nil
}

// CheckQuery finds query parameters wrong that a call does not take.
func CheckQuery(query url.Values, known ...string) error {
	var wrong []pipes.FieldError
	for name, values := range query {
		switch {
		case !slices.Contains(known, name):
			wrong = append(wrong, pipes.FieldError{Field: scenarios.Abridge(name), Code: "unknown",
				Message: "unknown query parameter " + scenarios.Abridge(name) + scenarios.DidYouMean(name, known)})
		case len(values) > 1:
			wrong = append(wrong, pipes.FieldError{Field: name, Code: "invalid", Message: name + " stands in the query more than once"})
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.SortFunc(wrong, func(a, b pipes.FieldError) int { return strings.Compare(a.Field, b.Field) })
	return pipes.Invalid(wrong...)
}

func (c Call) hider() hider { return c.Environment.Redact }

// Hide is a text without what the environment knows as a secret.
func (c Call) Hide(text string) string { return c.Environment.Redact(text) }

// Address is an address without secrets, in its query neither.
func (c Call) Address(address string) string {
	return journal.NewRedactor(c.Environment.Environment).Text(address)
}

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
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/webhook"
	"example.com/pipesfake/scenarios"
)

// Call is one control call, in the environment that it concerns.
type Call struct {
	Context      context.Context // ends when the client leaves
	Draining     <-chan struct{} // closed when the server leaves
	Gone         <-chan struct{} // closed when the environment is deleted, or was idle
	Began        time.Time       // of the call, in real time
	Environment  *model.Environment
	Journal      *journal.Journal                   // of the environment
	Snapshots    Snapshots                          // of the environment
	Webhooks     *webhook.Sender                    // of the environment
	Environments Environments                       // of the server
	Payload      func(*model.Event) ([]byte, error) // an event as the API tells it
	Vars         map[string]string                  // of the path
	Query        url.Values
	Body         []byte
	Bodies       *body.Parser
}

// PutScenario is THE switch.
func PutScenario(c Call) (any, error) {
	object, err := c.object("scenario", "provider", "user_id", "organization_id", "connection_owner", "ttl")
	if err != nil {
		return nil, err
	}
	scenario := readScenario(object, c.Environment.Scenarios())
	place := readPlace(object)
	ttl := readTTL(object)
	if err := object.Err(); err != nil {
		return nil, err
	}
	made, err := c.Environment.Switch(place, scenario, ttl)
	if err != nil {
		return nil, err
	}
	return switchOf(&made), nil
}

func readScenario(object *body.Object, set *scenarios.Set) *scenarios.Scenario {
	value := object.Value("scenario")
	if value == nil {
		object.Wrong("scenario", "required", "scenario is required: a name, or an inline scenario like {\"expires_in\": \"5m\"}")
		return nil
	}
	if value[0] != '{' && value[0] != '"' {
		object.Wrong("scenario", "invalid_type", "scenario must be a scenario's name, or a scenario like {\"expires_in\": \"5m\"}")
		return nil
	}
	if value[0] != '{' {
		name, ok := object.Text("scenario")
		if !ok {
			return nil
		}
		found, err := set.Scenario(name)
		if err != nil {
			object.Wrong("scenario", "unknown", "%s", err)
		}
		return found
	}
	inline, err := scenarios.ParseInline(set, value)
	if problems, ok := err.(scenarios.Problems); ok {
		for _, problem := range problems {
			object.Wrong(problem.Field, "invalid", "%s", problem.Message)
		}
	}
	return inline
}

func readPlace(object *body.Object) (place model.Place) {
	if value := object.Value("provider"); value != nil {
		place.Provider, _ = object.Text("provider")
		if place.Provider == "" && value[0] == '"' {
			object.Wrong("provider", "invalid", "provider must not be empty: leave it out for any")
		}
	}
	if object.IsNull("user_id") {
		object.Wrong("user_id", "invalid", "user_id must not be null: leave it out for any")
	}
	place.User = object.ID("user_id", false)
	place.Organization = object.ID("organization_id", false)
	place.NoOrganization = object.IsNull("organization_id")
	place.Shared = object.OneOf("connection_owner", scenarios.OwnerOrganization) != ""
	if place.Shared && (place.User != "" || place.NoOrganization) {
		object.Wrong("connection_owner", "invalid", "connection_owner organization means connections that have an organization and no user: leave user_id out, and organization_id out or an id")
	}
	return place
}

func readTTL(object *body.Object) time.Duration {
	text, present := object.Text("ttl")
	if !present {
		return 0
	}
	ttl, err := scenarios.ParseDuration(text)
	switch {
	case err != nil:
		object.Wrong("ttl", "invalid", "ttl %s", err)
	case ttl <= 0:
		object.Wrong("ttl", "invalid", "ttl must be longer than zero, not %s", text)
	case ttl > 100*365*24*time.Hour:
		object.Wrong("ttl", "invalid", "ttl is more than a hundred years: leave it out for a switch that stays")
	}
	return ttl
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
	}{switchOf(&taken), remaining}, nil
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
	return connectionOf(c.Environment.Inspect(key)), nil
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
	return wholeOf(c.Environment, from, int(limit)), nil
}

// PostReset puts everything back to the file's start. A body is not needed and not read.
func PostReset(c Call) (any, error) {
	now, set := c.Environment.Reset(nil)
	c.Snapshots.ResetJournal()
	return ResetResult{c.Environment.Name(), pipes.Timestamp(now), set.Name, scenarioOf(set, set.Start)}, nil
}

//go:embed openapi.json
var openAPI []byte

// GetOpenAPI describes the control plane.
func GetOpenAPI(c Call) (any, error) {
	return json.RawMessage(openAPI), nil
}

// object is the body, which takes these fields.
func (c Call) object(known ...string) (*body.Object, error) {
	object, err := c.Bodies.Parse(c.Body)
	if err == nil {
		object.Only(known...)
	}
	return object, err
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

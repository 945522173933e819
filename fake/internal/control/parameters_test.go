package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// The described parameters are those of openapi.json.
func TestOpenAPIHasTheParametersOfTheQueries(t *testing.T) {
	t.Parallel()
	var api struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, In string }
		}
	}
	if err := json.Unmarshal(openAPI, &api); err != nil {
		t.Fatal(err)
	}
	for path, described := range map[string][]string{
		"/_control/coverage": coverageQuery.Keys(), "/_control/environments": environmentsQuery.Keys(),
		"/_control/events": eventsQuery.Keys(), "/_control/requests": requestsQuery.Keys(),
		"/_control/wait": waitQuery.Keys(), "/_control/webhooks": webhooksQuery.Keys(),
	} {
		var listed []string
		for _, parameter := range api.Paths[path]["get"].Parameters {
			if parameter.In == "query" {
				listed = append(listed, parameter.Name)
			}
		}
		for _, name := range described {
			if !slices.Contains(listed, name) {
				t.Errorf("%s: openapi.json lists %q, and not %s", path, listed, name)
			}
		}
	}
}

func TestQueries(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"":                              "10s",
		"timeout=5s&count=0":            "5s count 0",
		"status=none":                   "10s no answer",
		"status=503&user_id=alice":      "10s 503 user \"alice\"",
		"organization_id=none":          "10s no organization",
		"connection_owner=organization": "10s owned by the organization",
		"unknown=1":                     "10s",
		"timeout=0s":                    "timeout must be longer than zero and at most 10m, not 0s",
		"timeout=5":                     `timeout "5" has no unit (write 5s, 5m or 5h)`,
		"status=5":                      "status must be a whole number from 200 to 599, not 5",
		"status=":                       `status must be a whole number from 200 to 599, not ""`,
		"user_id=":                      "user_id must not be empty: leave it out for any",
		"provider=a/b": `provider "a/b" is not a slug: ` +
			"1 to 100 letters, digits, dashes, dots or underscores",
		"count=-1":              "count must be a whole number from 0 to 1000000000, not -1",
		"connection_owner=user": `connection_owner is "user", not one of organization`,
		"count=1&at_most=2":     "count says it all: leave at_least and at_most out, or count",
		"connection_owner=organization&user_id=u": "connection_owner organization means connections that have an " +
			"organization and no user: leave user_id out, and organization_id out or an id",
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		x := journal.Expected{Within: usualWait}
		check := func() scenarios.Problems { return append(x.Place.Check(), x.Check()...) }
		if got := outcome(readQuery(Call{Query: values}, waitQuery, &x, check), x); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

// outcome describes what was read, or what is wrong.
func outcome(err error, x journal.Expected) string {
	var invalid *pipes.Error
	if errors.As(err, &invalid) {
		return invalid.Errors[0].Message
	}
	parts := []string{x.Within.Round(time.Second).String()}
	if x.Count != nil {
		parts = append(parts, fmt.Sprint("count ", *x.Count))
	}
	if x.Status != 0 {
		parts = append(parts, fmt.Sprint(x.Status))
	}
	if x.NoAnswer {
		parts = append(parts, "no answer")
	}
	if place := x.Place.String(); place != "everybody" {
		parts = append(parts, place)
	}
	return strings.Join(parts, " ")
}

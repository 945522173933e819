package control

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

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
		"count=1&at_most=2":     "count cannot be combined with at_least or at_most: leave it or them out",
		"connection_owner=organization&user_id=u": "connection_owner organization means connections that have an " +
			"organization and no user: leave user_id out, and organization_id out or an id",
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		x := journal.Expected{Within: defaultWait}
		check := func() scenarios.Problems { return append(x.Place.Check(), x.Check()...) }
		if got := outcome(readQuery(Call{Query: values}, waitQuery(), &x, check), x); got != want {
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

func TestCheckQuery(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"":                "",
		"limit=1&next=2":  "",
		"limit=1&limit=2": "limit: limit is in the query more than once",
		"limitt=1":        "limitt: unknown query parameter limitt (did you mean limit?)",
		"limitt=1&aaaaaaaa=1": "aaaaaaaa: unknown query parameter aaaaaaaa\n" +
			"limitt: unknown query parameter limitt (did you mean limit?)",
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if got := mistakesIn(t, CheckQuery(values, "limit", "next")); got != want {
			t.Errorf("%s: the mistakes are\n%s, want\n%s", query, got, want)
		}
	}
}

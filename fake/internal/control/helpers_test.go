package control

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/apikey"
	"example.com/pipesfake/scenarios"
)

func noon() time.Time { return time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC) }

// newCall returns a call in a new environment, where the clock stands at noon.
func newCall(t *testing.T, file string) Call {
	t.Helper()
	set, err := scenarios.Parse("test.yaml", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	registry := environment.NewRegistry(environment.Config{
		Scenarios: set, Clock: func() *clock.Clock { return clock.FrozenAt(noon()) }, Max: 10, JournalSize: 100,
	})
	opened, err := registry.Open(apikey.DefaultName, noon())
	if err != nil {
		t.Fatal(err)
	}
	return Call{
		Context: t.Context(), Began: noon(), Environment: opened, Registry: registry,
		Bodies: new(body.Parser), Query: url.Values{},
	}
}

// withCalls returns a call in an environment whose journal has token calls of some users.
func withCalls(t *testing.T, users ...string) Call {
	t.Helper()
	c := newCall(t, "version: 1\n")
	for _, user := range users {
		addTokenCall(c, user)
	}
	return c
}

func addTokenCall(c Call, user string) {
	number := c.Environment.Journal.Add(&journal.Entry{
		RequestID: "req_" + user, Operation: "token", Method: "POST", Path: "/" + user, Status: 200, APITime: noon(),
		Key: scenarios.Key{Provider: "github", User: user},
	})
	c.Environment.Journal.Finish(number, time.Second)
}

func (c Call) withBody(text string) Call {
	c.Body = []byte(text)
	return c
}

func (c Call) withQuery(t *testing.T, text string) Call {
	t.Helper()
	values, err := url.ParseQuery(text)
	if err != nil {
		t.Fatal(err)
	}
	c.Query = values
	return c
}

// mistakesIn returns the fields that an error is about, with what is wrong with each.
func mistakesIn(t *testing.T, err error) string {
	t.Helper()
	var invalid *pipes.Error
	if err == nil {
		return ""
	}
	if !errors.As(err, &invalid) {
		t.Fatal(err)
	}
	return listed(invalid.Errors)
}

func listed(wrong []pipes.FieldError) string {
	var lines []string
	for _, one := range wrong {
		lines = append(lines, one.Field+": "+one.Message)
	}
	return strings.Join(lines, "\n")
}

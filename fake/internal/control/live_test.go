package control

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// A stream sends what is new since the last time, the newest of each kind up to its limit, and counts the rest.
func TestChangesSince(t *testing.T) {
	t.Parallel()
	c := withCalls(t, "before")
	follower := c.Follow(2)
	switchTo := func(user string) {
		scenario := &scenarios.Scenario{State: scenarios.State{State: scenarios.NeedsReauthorization}}
		if _, err := c.Environment.Switch(model.Place{User: user}, scenario, 0); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		name string
		do   func()
		want []string
	}{
		{"nothing", func() {}, nil},
		{"a request", func() { addTokenCall(c, "alice") }, []string{"request alice"}},
		{"nothing more", func() {}, nil},
		{"too many requests", func() {
			for _, user := range []string{"a", "b", "c", "d"} {
				addTokenCall(c, user)
			}
		}, []string{"request c", "request d", `left_out {"requests":2}`}},
		{"a switch", func() { switchTo("alice") }, []string{"switch alice", "change"}},
		{"too many switches", func() {
			switchTo("a")
			switchTo("b")
			switchTo("c")
		}, []string{"switch b", "switch c", "change", `left_out {"switches":1}`}},
	} {
		step.do()
		if got := summary(string(c.views().messages(follower.updates()))); !slices.Equal(got, step.want) {
			t.Errorf("after %s, the stream has %q, want %q", step.name, got, step.want)
		}
	}
}

// summary lists the messages of a stream: each name, with the user that it is about.
func summary(stream string) (list []string) {
	user := regexp.MustCompile(`"user_id":"(\w+)"`)
	for _, message := range strings.Split(strings.TrimSuffix(stream, "\n\n"), "\n\n") {
		name, data, _ := strings.Cut(strings.TrimPrefix(message, "event: "), "\ndata: ")
		switch found := user.FindStringSubmatch(data); {
		case found != nil:
			name += " " + found[1]
		case name == "left_out":
			name += " " + data
		case name == "":
			continue
		}
		list = append(list, name)
	}
	return list
}

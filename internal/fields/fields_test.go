package fields

import (
	"testing"
	"time"
)

// room, with a guest, is a mapping with a field of each type.
type room struct {
	Name     string
	Beds     int
	Open     bool
	Colors   []string
	Since    time.Duration
	Password string
	Guest    *guest
	Key      any
}

type guest struct {
	Name  string
	Smoke bool
}

var guestMapping = NewMapping("guest", []Field[guest]{
	Bind("name", FilledText(), func(g *guest) *string { return &g.Name }, "The name.").Required("a guest needs one"),
	Bind("smoke", Flag(), func(g *guest) *bool { return &g.Smoke }, "Whether the guest smokes."),
})

// rooms returns the description of a room.
func rooms() *Mapping[room] {
	m := NewMapping("room", []Field[room]{
		Bind("name", Choice("blue", "green").WithDefault("blue"), func(r *room) *string { return &r.Name },
			"The name."),
		Bind("beds", Between(1, 9), func(r *room) *int { return &r.Beds }, "How many beds.").DocumentDefault(2),
		Bind("open", Bool().WithDefault(true), func(r *room) *bool { return &r.Open }, "Whether it is open."),
		Bind("colors", Choices("red", "white"), func(r *room) *[]string { return &r.Colors }, "Of the walls.").OrNull(),
		Bind("since", Duration(), func(r *room) *time.Duration { return &r.Since }, "For how long."),
		Bind("password", FilledText().Hide(), func(r *room) *string { return &r.Password }, "Of the door."),
		Bind("guest", Nested(guestMapping), func(r *room) **guest { return &r.Guest }, "Who sleeps there."),
		Declare[room]("key", Shape{Name: "anything", Schema: `{}`}, "Its | key."),
	})
	m.Hint = func(key string) string {
		if key == "pool" {
			return ": the hotel has it"
		}
		return ""
	}
	return m
}

// parse returns the nodes of a JSON document.
func parse(t *testing.T, text string) *Node {
	t.Helper()
	n, err := FromJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

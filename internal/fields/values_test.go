package fields

import (
	"testing"
)

// Filled and ReadFilled skip null, because everything below a key can be commented out.
func TestValues(t *testing.T) {
	t.Parallel()
	var r Reader
	m := NewMapping("m", []Field[guest]{
		Declare[guest]("null", Shape{}, ""),
		Declare[guest]("filled", Shape{}, ""),
		Declare[guest]("missing", Shape{}, ""),
		Bind("name", FilledText(), func(g *guest) *string { return &g.Name }, ""),
		Bind("smoke", Flag(), func(g *guest) *bool { return &g.Smoke }, ""),
	})
	v := m.Read(&r, parse(t, `{"null": null, "filled": 1, "name": "Zoe", "smoke": 5}`), "at", new(guest))
	for key, want := range map[string]struct{ node, filled, good bool }{
		"null": {true, false, false}, "filled": {true, true, false}, "missing": {false, false, false},
		"name": {true, true, true}, "smoke": {true, true, false},
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			if got := v.Node(key) != nil; got != want.node {
				t.Errorf("it has a node: %v", got)
			}
			isFilled := false
			v.ReadFilled(key, func(_ *Node, path string) { isFilled = path == "at."+key })
			if got := v.Filled(key) != nil; got != want.filled || isFilled != want.filled {
				t.Errorf("it is filled: %v, and read: %v", got, isFilled)
			}
			if got := v.IsGood(key); got != want.good {
				t.Errorf("it is good: %v", got)
			}
		})
	}
}

package fields

import (
	"encoding/json"
	"fmt"
	"net/url"
	"testing"
)

// The values of queries and forms are texts. Numbers and bools are read from them, too.
func TestFromValues(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ query, want string }{
		"every type": {"beds=3&open=true&name=green&colors=red&colors=white",
			"{green 3 true [red white] 0s  <nil> <nil>}"},
		"the first of several values": {"beds=3&beds=4", "{ 3 false [] 0s  <nil> <nil>}"},
		"not a number":                {"beds=three", `beds must be a whole number from 1 to 9, not "three"`},
		"not a bool":                  {"open=yes", `open must be true or false, not "yes"`},
		"an unknown parameter": {"badge=1",
			`unknown key "badge" (it takes name, beds, open, colors, since, password, guest, key)`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			values, err := url.ParseQuery(c.query)
			if err != nil {
				t.Fatal(err)
			}
			var r Reader
			var read room
			rooms().Read(&r, FromValues(values), "", &read)
			got := fmt.Sprint(read)
			if len(r.Mistakes) > 0 {
				got = r.Mistakes[0].Message
			}
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	text := func(s string) *Node { return &Node{Kind: String, Text: s} }
	one, two := &Node{Kind: Integer, Text: "1", Value: 1}, &Node{Kind: Integer, Text: "2", Value: 2}
	base := &Node{Kind: Map, Entries: []Entry{{text("a"), one}, {text("b"), one}}}
	for name, c := range map[string]struct {
		node *Node
		want string
	}{
		"scalars": {&Node{Kind: List, Items: []*Node{text("x"), one, {}}}, `["x",1,null]`},
		"a merge key": {&Node{Kind: Map, Entries: []Entry{
			{&Node{Kind: MergeKey, Text: "<<"}, base}, {text("a"), two}}}, `{"a":2,"b":1}`},
		"a merge key with a list, of which the first has priority": {&Node{Kind: Map, Entries: []Entry{
			{&Node{Kind: MergeKey, Text: "<<"}, &Node{Kind: List, Items: []*Node{
				{Kind: Map, Entries: []Entry{{text("a"), two}}}, base,
			}}}}}, `{"a":2,"b":1}`},
		"a number without a value": {&Node{Kind: List, Items: []*Node{{Kind: Float, Text: "1e400"}}},
			"the number 1e400 has no value"},
		"a key that is a number": {&Node{Kind: Map, Entries: []Entry{{one, two}}},
			"its key the number 1 is not a string"},
		"a merge of a scalar": {&Node{Kind: Map, Entries: []Entry{{&Node{Kind: MergeKey}, one}}},
			"the merge key << needs a mapping"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			value, err := c.node.Plain()
			got := fmt.Sprint(err)
			if err == nil {
				encoded, _ := json.Marshal(value)
				got = string(encoded)
			}
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

package fields

import (
	"strconv"
	"testing"
)

// Entries and List report what is not a mapping or a list, and entries that cannot be read.
func TestMistakesOfEntriesAndLists(t *testing.T) {
	t.Parallel()
	text := func(s string) *Node { return &Node{Kind: String, Text: s} }
	mapping := func(keys ...*Node) *Node {
		n := &Node{Kind: Map}
		for i, key := range keys {
			key.Position = Position{Line: int32(i + 1), Column: 1}
			n.Entries = append(n.Entries, Entry{key, text("value")})
		}
		return n
	}
	entries := func(r *Reader, n *Node) {
		r.Entries(n, "at", []string{"a", "b"}, nil, func(_, _ *Node, _ string) {})
	}
	for name, c := range map[string]struct {
		read func(r *Reader, n *Node)
		node *Node
		want string // PATH: MESSAGE
	}{
		"known keys":  {entries, mapping(text("a"), text("b")), ""},
		"a key twice": {entries, mapping(text("a"), text("a")), "at.a: a is listed twice (first in line 1)"},
		"an unknown key": {entries, mapping(text("xyz")),
			`at.xyz: unknown key "xyz" (it takes a, b)`},
		"a merge key": {entries, mapping(&Node{Kind: MergeKey, Text: "<<"}),
			"at: merge keys (<<) are not understood: write the fields out"},
		"a key that is a list": {entries, mapping(&Node{Kind: List}), "at: a list is not a key"},
		"a list in place of a mapping": {entries, &Node{Kind: List},
			"at: at must be a mapping, not a list (it takes a, b)"},
		"a text in place of a list": {
			func(r *Reader, n *Node) { r.List(n, "at", func(*Node, string) {}) },
			text("a"), `at: at must be a list, not "a"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r Reader
			c.read(&r, c.node)
			got := ""
			for _, mistake := range r.Mistakes {
				got += mistake.Path + ": " + mistake.Message
			}
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// Keys that are listed twice are found in mappings of any size: a large one has another way to search.
func TestKeysListedTwice(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, maxFew - 1, maxFew, maxFew + 1, 10 * maxFew} {
		t.Run(strconv.Itoa(size), func(t *testing.T) {
			t.Parallel()
			n := &Node{Kind: Map}
			for i := range 2 * size {
				key := &Node{Kind: String, Text: strconv.Itoa(i % size), Position: Position{Line: int32(i + 1)}}
				n.Entries = append(n.Entries, Entry{key, &Node{}})
			}
			var r Reader
			visited := 0
			r.Entries(n, "", nil, nil, func(_, _ *Node, _ string) { visited++ })
			if visited != size || len(r.Mistakes) != size {
				t.Fatalf("%d keys visited, %d mistakes", visited, len(r.Mistakes))
			}
			last := strconv.Itoa(size-1) + " is listed twice (first in line " + strconv.Itoa(size) + ")"
			if r.Mistakes[size-1].Message != last {
				t.Errorf("%q, want %q", r.Mistakes[size-1].Message, last)
			}
		})
	}
}

func TestHasMistake(t *testing.T) {
	t.Parallel()
	var r Reader
	r.Mistake(&Node{}, "before", "wrong")
	r.Mistake(&Node{}, "list[3].name", "wrong")
	for path, want := range map[string]bool{"before": false, "list[3].name": true, "list[3]": true, "list[4]": false} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			if got := r.HasMistake(1, path); got != want {
				t.Errorf("%v, want %v", got, want)
			}
		})
	}
}

func TestMistakesBeyondTheLimitAreOnlyCounted(t *testing.T) {
	t.Parallel()
	r := Reader{Limit: 2}
	for range 5 {
		r.Mistake(&Node{}, "a", "wrong")
	}
	if len(r.Mistakes) != 5 || r.Mistakes[1].Message == "" || r.Mistakes[2].Message != "" {
		t.Errorf("%v", r.Mistakes)
	}
}

func TestReaderCollectsSecrets(t *testing.T) {
	t.Parallel()
	var r Reader
	rooms().Read(&r, parse(t, `{"password": "hush", "name": "blue"}`), "", new(room))
	if len(r.Secrets) != 1 || r.Secrets[0].Text != "hush" {
		t.Errorf("%v", r.Secrets)
	}
}

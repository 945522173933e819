package yamltree

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"example.com/pipesfake/internal/fields"
)

// simpleTexts are items in the simple form.
var simpleTexts = []string{
	"- {provider: github, user_id: user_000001, scenario: active}\n",
	"  -  {  provider:  github  }  \n",
	"- provider: github\n  user_id: user_1\n  scenario: active\n",
	"    -   a: b\n        c: d",
	"- a: b\r\n  c: d\r\n",
	"- {a: b} # a comment with {braces}: \"quotes\"\n",
	"- {a: b}\n\n   # a comment\n# another\n  \n",
	"- a: b # a comment\n\n  # a comment\n  c: d\n# the end\n",
	"- {a: \"b c, {d}: # \", e: 'f \"g\" '}\n",
	"- a: \"\"\n  b: ''\n",
	"- {a: {b: {c: [d, {e: f}, [], {}, ]}, g: h}, }\n",
	"- a: [b, 'c', \"d\", 5]\n  e: {f: g}\n",
	"- {}\n",
	"- {a: 5, b: 5m, c: 1.5, d: 0x1f, e: 2024-01-02, f: 2024-01, g: 1_000, h: 0777, i: 1e3}\n",
	"- {a: true, b: False, c: NULL, d: null, e: y, f: yes, g: no, h: off, i: nan, j: inf, k: 0o17, l: 0b11}\n",
	"- {a: 9223372036854775808, b: 99999999999999999999, c: 1e999, d: 2024-13-45, e: 1.2.3, f: 12e}\n",
	"- true: null\n  5: 6\n  null: x\n",
	"- a: b-c.d+e@f.example/g|h~i=j\n",
	"- {a: auth0|5f7c, b: user+test@example.com}\n",
	"- a: b-\n  c.: d\n  e-: f\n",
	"- {a: b, a: c}\n",
	"- " + strings.Repeat("x", maxSimpleKey) + ": " + strings.Repeat("y", 2000) + "\n",
	"- {" + strings.Repeat("key: value, ", 500) + "}\n",
}

// otherTexts are items that are not in the simple form. Some of them have mistakes.
var otherTexts = []string{
	"", "-", "- ", "-\n", "- a\n", "- a:\n", "- a:b\n", "- a: b c\n", "- a: b\n c: d\n", "- a: b\n   c: d\n",
	"- a: b\n  c\n", "- a:\n    b: c\n", "- a: |\n    b\n", "- a: >-\n    b\n", "- a: b\n\n    c\n",
	"- &a {b: c}\n", "- *a\n", "- !!map {}\n", "- a: &b c\n", "- a: *b\n", "- a: !!str 5\n", "- <<: *a\n",
	"- a: ${B}\n", "- a: \"${B}\"\n", "- a: '$'\n", "- {a: b\n", "- {a: b,\n   c: d}\n", "- {a}\n", "- {a:}\n",
	"- {a: }\n", "- {, }\n", "- [a]\n", "- {a: b}}\n", "- {a: b} c\n", "- {a: b}#c\n", "- {a: b}: c\n",
	"- {a: b c}\n", "- {a: b: c}\n", "- {a: [b: c]}\n", "- {a: [b}\n", "- {a: ~}\n", "- {a: -5}\n", "- {a: .5}\n",
	"- {a: +5}\n", "- {\"a\": b}\n", "- {a: \"b\\n\"}\n", "- {a: 'b''c'}\n", "- {a: \"b}\n",
	"- {a: 'b\n    c'}\n", "- {a: \"b\"c}\n", "- a: \"b\" c\n", "- {a: é}\n", "- {a: b} # é\n", "- {a:\tb}\n",
	"- a: b\t\n", "- {a: b}\x00\n", "- a: b\rc: d\n", "- {a: b}\n- {c: d}\n", "- ? a\n", "- a: ? b\n",
	"- {a: b?}\n", "- a: b\n  - c\n", "- - a\n", "- {a: b}\n  c: d\n", "- {a: b}\n   \n   c\n",
	"- {a: " + strings.Repeat("[", 20) + strings.Repeat("]", 20) + "}\n",
	"- " + strings.Repeat("x", 2000) + ": y\n", "- {a: b}\n   ", "- a: b\n---\n", "- a: b\n...\n", "- %a: b\n",
	"- a: @b\n", "- a: `b\n", "- a: =\n", "- =: a\n", "- \"a\": b\n",
}

// Items in the simple form are parsed to the nodes that yaml.v3 would make of them, and nothing else is.
func TestSimpleItems(t *testing.T) {
	t.Parallel()
	var s SimpleItems
	for _, text := range simpleTexts {
		if s.Parse(text, 1) == nil {
			t.Errorf("%q is not simple", text)
		}
		if difference := differsFromYAML(&s, text); difference != "" {
			t.Error(difference)
		}
	}
	for _, text := range otherTexts {
		if n := s.Parse(text, 1); n != nil {
			t.Errorf("%q is %s", text, n)
		}
	}
}

// FuzzSimpleItems compares what is parsed without yaml.v3 with what yaml.v3 makes of it.
func FuzzSimpleItems(f *testing.F) {
	for _, text := range append(simpleTexts, otherTexts...) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if difference := differsFromYAML(new(SimpleItems), text); difference != "" {
			t.Error(difference)
		}
	})
}

// differsFromYAML describes how an item differs from what yaml.v3 makes of its text. It returns "" if it does not, and
// for a text that is not in the simple form.
func differsFromYAML(s *SimpleItems, text string) string {
	item := s.Parse(text, 8)
	if item == nil {
		return ""
	}
	var r fields.Reader
	document := Parse(&r, text, NewVariables(func(string) (string, bool) { return "", false }))
	if document == nil || len(r.Mistakes) > 0 {
		return fmt.Sprintf("%q: mistakes %+v", text, r.Mistakes)
	}
	list := document.Fields(7)
	if list.Kind != fields.List || len(list.Items) != 1 || !reflect.DeepEqual(list.Items[0], item) {
		return fmt.Sprintf("%q is parsed to\n%s, in YAML\n%s", text, outline(item), outline(list))
	}
	return ""
}

// outline returns a node with its position and all that it contains.
func outline(n *fields.Node) string {
	text := fmt.Sprintf("%d:%d kind %d %q %T %v", n.Line, n.Column, n.Kind, n.Text, n.Value, n.Value)
	for _, item := range n.Items {
		text += "\n  " + strings.ReplaceAll(outline(item), "\n", "\n  ")
	}
	for _, entry := range n.Entries {
		text += "\n  " + outline(entry.Key) + ": " + strings.ReplaceAll(outline(entry.Value), "\n", "\n  ")
	}
	return text
}

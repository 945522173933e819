package source

import (
	"slices"
	"strings"
	"testing"
)

// A file with a block list of connections is split. Any other file is read as a whole.
func TestSplit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text  string
		head  string // empty: the file is read as a whole
		items string
	}{
		"indented items": {
			"a: 1\nconnections:\n  - {x: 1}\n  # c\n  - x: 2\n    y: 3\nb: 2\n",
			"a: 1\nconnections:\n\n\n\n\nb: 2\n",
			"  - {x: 1}\n  # c\n  - x: 2\n    y: 3\n",
		},
		"items that are not indented": {
			"connections:\n- x\n- y\nb: 1\n",
			"connections:\n\n\nb: 1\n",
			"- x\n- y\n",
		},
		"a list within an item": {
			"connections:\n- x:\n  - 1\n  - 2\n- y\n",
			"connections:\n\n\n\n\n",
			"- x:\n  - 1\n  - 2\n- y\n",
		},
		"a list on one line":            {"connections: [x]\n", "", ""},
		"a mapping in place of a list":  {"connections:\n  x: 1\n", "", ""},
		"connections twice":             {"connections:\n- x\nconnections:\n- y\n", "", ""},
		"no connections":                {"a: 1\n", "", ""},
		"indentation by tabs":           {"connections:\n- x\n\t- y\n", "", ""},
		"a comment in place of a list":  {"connections: # none\nb: 1\n", "", ""},
		"connections below another key": {"a:\n  connections:\n  - x\n", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			head, chunks := Split(c.text)
			var items strings.Builder
			for _, one := range chunks {
				items.WriteString(one.Text)
			}
			if c.head == "" {
				if chunks != nil {
					t.Errorf("the items are %q", items.String())
				}
				return
			}
			if head != c.head || items.String() != c.items {
				t.Errorf("head %q, items %q", head, items.String())
			}
		})
	}
}

// Each chunk begins after as many lines and items as it says, so that positions and paths are those of the file.
func TestChunksKnowTheirPlace(t *testing.T) {
	t.Parallel()
	text := "version: 1\nconnections:\n" + strings.Repeat("- a: 1\n  b: 2\n", 2*itemsPerChunk+1)
	_, chunks := Split(text)
	want := []Chunk{{Line: 2, Index: 0}, {Line: 2 + 2*itemsPerChunk, Index: itemsPerChunk},
		{Line: 2 + 4*itemsPerChunk, Index: 2 * itemsPerChunk}}
	if len(chunks) != len(want) {
		t.Fatalf("there are %d chunks", len(chunks))
	}
	for i, one := range chunks {
		if one.Line != want[i].Line || one.Index != want[i].Index {
			t.Errorf("chunk %d is after line %d and item %d", i, one.Line, one.Index)
		}
	}
}

// Items are whole lines: comments and blank lines belong to the item before them.
func TestItemsOfChunk(t *testing.T) {
	t.Parallel()
	items := []string{
		"  - {x: 1} # one\r\n", "  - x: 2\n    y:\n      - 3\n# comment\n\n", "  - |\n    - text\n", "  - \n",
		"  - last",
	}
	_, chunks := Split("version: 1\nconnections:\n" + strings.Join(items, ""))
	if len(chunks) != 1 {
		t.Fatalf("there are %d chunks", len(chunks))
	}
	var found []string
	var lines []int
	for line, text := range chunks[0].Items() {
		lines, found = append(lines, line), append(found, text)
	}
	if !slices.Equal(found, items) || !slices.Equal(lines, []int{0, 1, 6, 8, 9}) {
		t.Errorf("items %q in lines %v", found, lines)
	}
	for _, text := range chunks[0].Items() {
		if text != items[0] {
			t.Errorf("the first item is %q", text)
		}
		break
	}
}

package scenarios

import (
	"testing"
)

func TestSplitTakesPlainBlockLists(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text, head string
		items      int // bytes of the chunk
	}{
		"indented": {"a: 1\nconnections:\n  - {x: 1}\n  # c\n  - x: 2\n    y: 3\nb: 2\n",
			"a: 1\nconnections:\n\n\n\n\nb: 2\n", 35},
		"not indented":   {"connections:\n- x\n- y\nb: 1\n", "connections:\n\n\nb: 1\n", 8},
		"a flow list":    {"connections: [x]\n", "", 0},
		"a mapping":      {"connections:\n  x: 1\n", "", 0},
		"twice":          {"connections:\n- x\nconnections:\n- y\n", "", 0},
		"none":           {"a: 1\n", "", 0},
		"tabs":           {"connections:\n- x\n\t- y\n", "", 0},
		"a comment only": {"connections: # none\nb: 1\n", "", 0},
	} {
		head, chunks := split([]byte(c.text))
		size := 0
		for _, one := range chunks {
			size += len(one.text)
		}
		if string(head) != c.head || size != c.items {
			t.Errorf("%s: head %q, %d bytes of items", name, head, size)
		}
	}
}

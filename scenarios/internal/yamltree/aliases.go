package yamltree

import (
	"example.com/pipesfake/internal/fields"

	"gopkg.in/yaml.v3"
)

// nodeAt returns a node with a position, for mistakes that concern no value.
func nodeAt(line, column int) *fields.Node {
	return &fields.Node{Position: fields.Position{Line: int32(line), Column: int32(column)}}
}

// maxAliased limits the values that aliases stand for: a short file with aliases of aliases can stand for billions.
const maxAliased = 2_000_000

// checkAliases reports whether aliases can be followed. It reports a mistake for an alias within what it names, and for
// aliases that stand for more than maxAliased values.
func checkAliases(r *fields.Reader, root *yaml.Node) bool {
	const open = -1
	sizes := map[*yaml.Node]int{} // numbers of values under anchors, or open
	good, all := true, 0
	var size func(n *yaml.Node) int
	size = func(n *yaml.Node) (total int) {
		if n.Anchor != "" {
			sizes[n] = open
			defer func() { sizes[n] = total }()
		}
		for _, one := range n.Content {
			if !good {
				return total
			}
			if one.Kind != yaml.AliasNode {
				total += size(one)
				continue
			}
			known := sizes[one.Alias] // the anchor is before the alias
			total, all = total+known, all+known
			name := fields.OneLine(fields.Abridge(one.Value))
			if known == open {
				r.Mistake(nodeAt(one.Line, one.Column), "",
					"*%s leads back to itself: an alias cannot be a part of what it names", name)
				good = false
			} else if all > maxAliased {
				r.Mistake(nodeAt(one.Line, one.Column), "",
					"*%s and aliases like it make more than %d values of this file: use fewer", name, maxAliased)
				good = false
			}
		}
		return total + 1
	}
	size(root)
	return good
}

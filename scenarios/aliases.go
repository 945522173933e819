package scenarios

import "gopkg.in/yaml.v3"

// mostRead bounds what aliases make of a little text: ten of ten of ten …
const mostRead = 2_000_000

// aliases finds those that lead back to themselves, and those that make too much, and tells whether there are none:
// who follows them could not end.
func (w *walker) aliases(root *yaml.Node) bool {
	const open = -1
	sizes := map[*yaml.Node]int{} // of what anchors name
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
			known := sizes[one.Alias] // what it names stands before it
			total, all = total+known, all+known
			if known == open {
				w.wrong(one, "", "*%s leads back to itself: an alias cannot stand in what it names", oneLine(Abridge(one.Value)))
				good = false
			} else if all > mostRead {
				w.wrong(one, "", "*%s and aliases like it make more than %d values of this file: write less", oneLine(Abridge(one.Value)), mostRead)
				good = false
			}
		}
		return total + 1
	}
	size(root)
	return good
}

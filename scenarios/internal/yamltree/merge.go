package yamltree

import (
	"fmt"
	"slices"

	"example.com/pipesfake/internal/fields"

	"gopkg.in/yaml.v3"
)

// merger replaces the merge keys of a tree.
type merger struct {
	*fields.Reader
	done map[*yaml.Node]bool
}

// visit replaces the merge keys of a node and of everything in it.
func (m *merger) visit(n *yaml.Node) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind == yaml.ScalarNode || m.done[n] {
		return
	}
	m.done[n] = true
	for _, inside := range n.Content {
		m.visit(inside)
	}
	if n.Kind == yaml.MappingNode {
		m.merge(n)
	}
}

// merge replaces the merge key of a mapping. The mappings that it names have none any more.
func (m *merger) merge(n *yaml.Node) {
	var key, value *yaml.Node
	isMergeKey := func(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!merge" }
	if !slices.ContainsFunc(n.Content, isMergeKey) {
		return
	}
	own := make([]*yaml.Node, 0, len(n.Content))
	has := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		one := n.Content[i]
		switch {
		case !isMergeKey(one):
			own = append(own, one, n.Content[i+1])
			has[one.Value] = true
		case key != nil:
			m.Mistake(nodeAt(one.Line, one.Column), "",
				"<< is listed twice (first in line %d): merge both with <<: [*one, *other]", key.Line)
		default:
			key, value = one, n.Content[i+1]
		}
	}
	n.Content = own
	for _, from := range m.sources(value) {
		for i := 0; i+1 < len(from.Content); i += 2 {
			if one := from.Content[i]; !has[one.Value] {
				has[one.Value] = true
				n.Content = append(n.Content, shared(one), shared(from.Content[i+1]))
			}
		}
	}
}

// sources returns the mappings that the value of a merge key names. Earlier ones have priority.
func (m *merger) sources(value *yaml.Node) (mappings []*yaml.Node) {
	named := []*yaml.Node{value}
	if list := target(value); list.Kind == yaml.SequenceNode {
		named = list.Content
	}
	for _, one := range named {
		if mapping := target(one); mapping.Kind == yaml.MappingNode {
			mappings = append(mappings, mapping)
			continue
		}
		at := one
		if value.Kind == yaml.AliasNode {
			at = value // rather than an item of the list that it names
		}
		m.Mistake(nodeAt(at.Line, at.Column), "",
			"<< needs a mapping, not %s: write <<: *name with the anchor of a mapping, or <<: [*one, *other]",
			describe(target(one)))
	}
	return mappings
}

func target(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.ShortTag() == "!!null":
		return "nothing"
	}
	return fmt.Sprintf("%q", fields.Abridge(n.Value))
}

// shared marks a node as one that stands in several places, so that it is converted once however many there are.
func shared(n *yaml.Node) *yaml.Node {
	if n.Kind != yaml.AliasNode && n.Anchor == "" {
		n.Anchor = "<<"
	}
	return n
}

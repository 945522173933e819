package yamltree

import (
	"fmt"
	"strings"

	"example.com/pipesfake/internal/fields"

	"gopkg.in/yaml.v3"
)

// FromValue converts a value of a tree to a node that is written on one line.
func FromValue(value any) *yaml.Node {
	switch v := value.(type) {
	case fields.Tree:
		n := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
		for _, member := range v {
			if _, hidden := member.Value.(fields.Hidden); !hidden {
				n.Content = append(n.Content, FromValue(member.Key), FromValue(member.Value))
			}
		}
		return n
	case []fields.Tree:
		return listToYAML(v)
	case []string:
		return listToYAML(v)
	case string:
		n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v}
		if needsQuotes(v) {
			n.Style = yaml.DoubleQuotedStyle
		}
		return n
	case *string:
		return FromValue(*v)
	case *int:
		return FromValue(*v)
	case nil:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: "null"}
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprint(value)} // a number or a bool
}

func listToYAML[T any](items []T) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, one := range items {
		n.Content = append(n.Content, FromValue(one))
	}
	return n
}

// needsQuotes reports whether yaml.v3 would write a plain text in a way that does not read as the same text.
func needsQuotes(text string) bool {
	isUnusual := func(r rune) bool { return r < ' ' || r > '~' }
	return text == "<<" || text != strings.TrimSpace(text) || strings.ContainsFunc(text, isUnusual)
}

// Line returns a tree as YAML on one line.
func Line(tree fields.Tree) string {
	text, err := yaml.Marshal(FromValue(tree))
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(text))
}

package scenarios

import (
	"reflect"
	"slices"

	"example.com/pipesfake/internal/fields"

	"gopkg.in/yaml.v3"
)

// change edits a mapping that said was so that it says is. What is the same stays as the file writes it.
func change(n *yaml.Node, was, is fields.Tree) {
	for _, one := range was {
		if _, still := is.Get(one.Key); !still {
			remove(n, one.Key)
		}
	}
	for _, one := range is {
		before, found := was.Get(one.Key)
		if found && reflect.DeepEqual(before, one.Value) {
			continue
		}
		inside, _ := before.(fields.Tree)
		now, isMapping := one.Value.(fields.Tree)
		_, isSecret := one.Value.(fields.Hidden)
		switch own := child(n, one.Key); {
		case isSecret:
			remove(n, one.Key)
		case isMapping && own != nil && own.Kind == yaml.MappingNode:
			change(own, inside, now)
		default:
			put(n, one.Key, toYAML(one.Value))
		}
	}
}

// plain returns a copy of a tree with aliases replaced by what they name, so that one of them can be changed. In a
// mapping or a list on one line, nothing is written as null, because an encoder would write an empty text.
func plain(n *yaml.Node, inFlow bool) *yaml.Node {
	from := n
	if n.Kind == yaml.AliasNode {
		from = n.Alias
	}
	made := *from
	made.HeadComment, made.LineComment, made.FootComment = n.HeadComment, n.LineComment, n.FootComment
	inFlow = inFlow || made.Style&yaml.FlowStyle != 0
	isNothing := made.Kind == yaml.ScalarNode && made.Value == "" && made.ShortTag() == "!!null"
	if inFlow && isNothing {
		made.Value = "null"
	}
	made.Anchor, made.Content = "", make([]*yaml.Node, len(from.Content))
	for i, inside := range from.Content {
		made.Content[i] = plain(inside, inFlow)
	}
	return &made
}

// replaceTexts changes the texts of a tree, except for access tokens.
func replaceTexts(n *yaml.Node, change func(text string) string) {
	for i, inside := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1].Value == "access_token" {
			continue
		}
		replaceTexts(inside, change)
	}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" {
		if changed := change(n.Value); changed != n.Value {
			n.Value, n.Style = changed, yaml.DoubleQuotedStyle
		}
	}
}

// child returns the value of a key, and nil if there is none.
func child(mapping *yaml.Node, key string) *yaml.Node {
	if i := valueIndex(mapping, key); i >= 0 {
		return mapping.Content[i]
	}
	return nil
}

// valueIndex returns where the value of a key is in the content of a mapping, and -1 if there is none.
func valueIndex(mapping *yaml.Node, key string) int {
	for i := 0; i+1 < len(mapping.Content) && mapping.Kind == yaml.MappingNode; i += 2 {
		if mapping.Content[i].Value == key {
			return i + 1
		}
	}
	return -1
}

// put sets the value of a key, and keeps the comments.
func put(mapping *yaml.Node, key string, value *yaml.Node) {
	i := valueIndex(mapping, key)
	if i < 0 {
		mapping.Content = append(mapping.Content, toYAML(key), value)
		return
	}
	old := mapping.Content[i]
	value.HeadComment, value.LineComment, value.FootComment = old.HeadComment, old.LineComment, old.FootComment
	mapping.Content[i] = value
}

// remove deletes a key.
func remove(mapping *yaml.Node, key string) {
	if i := valueIndex(mapping, key); i >= 0 {
		mapping.Content = slices.Concat(mapping.Content[:i-1], mapping.Content[i+1:])
	}
}

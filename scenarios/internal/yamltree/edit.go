package yamltree

import (
	"reflect"
	"slices"

	"example.com/pipesfake/internal/fields"

	"gopkg.in/yaml.v3"
)

// Edit changes a mapping with the contents was to the contents is. Unchanged values keep their style and
// comments.
func Edit(n *yaml.Node, was, is fields.Tree) {
	for _, one := range was {
		if _, still := is.Get(one.Key); !still {
			RemoveKey(n, one.Key)
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
		switch own := ValueOf(n, one.Key); {
		case isSecret:
			RemoveKey(n, one.Key)
		case isMapping && own != nil && own.Kind == yaml.MappingNode:
			Edit(own, inside, now)
		default:
			SetKey(n, one.Key, FromValue(one.Value))
		}
	}
}

// withoutAliases returns a copy of a tree with aliases replaced by what they name, so that each can be changed on its
// own. It writes null out in mappings and lists on one line, where yaml.v3 would write an empty text.
// It calls copied with each node and its copy.
func withoutAliases(n *yaml.Node, inFlow bool, copied func(from, to *yaml.Node)) *yaml.Node {
	from := n
	if n.Kind == yaml.AliasNode {
		from = n.Alias
	}
	made := *from
	made.HeadComment, made.LineComment, made.FootComment = n.HeadComment, n.LineComment, n.FootComment
	inFlow = inFlow || made.Style&yaml.FlowStyle != 0
	isNull := made.Kind == yaml.ScalarNode && made.Value == "" && made.ShortTag() == "!!null"
	if inFlow && isNull {
		made.Value = "null"
	}
	made.Anchor, made.Content = "", make([]*yaml.Node, len(from.Content))
	for i, inside := range from.Content {
		made.Content[i] = withoutAliases(inside, inFlow, copied)
	}
	copied(from, &made)
	return &made
}

// replaceTexts is Replace for the texts in a node.
func (d *Document) replaceTexts(n *yaml.Node, change func(text string) string) {
	for i, inside := range n.Content {
		key := ""
		if n.Kind == yaml.MappingNode && i%2 == 1 {
			key = n.Content[i-1].Value
		}
		if _, isReference := d.writtenAs(key, inside); key != "access_token" && !isReference {
			d.replaceTexts(inside, change)
		}
	}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" {
		if changed := change(n.Value); changed != n.Value {
			n.Value, n.Style = changed, yaml.DoubleQuotedStyle
		}
	}
}

// ValueOf returns the value of a key, or nil.
func ValueOf(mapping *yaml.Node, key string) *yaml.Node {
	if i := valueIndex(mapping, key); i >= 0 {
		return mapping.Content[i]
	}
	return nil
}

// valueIndex returns the index of the value of a key in the content of a mapping, or -1.
func valueIndex(mapping *yaml.Node, key string) int {
	for i := 0; i+1 < len(mapping.Content) && mapping.Kind == yaml.MappingNode; i += 2 {
		if mapping.Content[i].Value == key {
			return i + 1
		}
	}
	return -1
}

// SetKey sets the value of a key. It keeps the comments of the old value.
func SetKey(mapping *yaml.Node, key string, value *yaml.Node) {
	i := valueIndex(mapping, key)
	if i < 0 {
		mapping.Content = append(mapping.Content, FromValue(key), value)
		return
	}
	old := mapping.Content[i]
	value.HeadComment, value.LineComment, value.FootComment = old.HeadComment, old.LineComment, old.FootComment
	mapping.Content[i] = value
}

// RemoveKey removes a key, if it is there.
func RemoveKey(mapping *yaml.Node, key string) {
	if i := valueIndex(mapping, key); i >= 0 {
		mapping.Content = slices.Concat(mapping.Content[:i-1], mapping.Content[i+1:])
	}
}

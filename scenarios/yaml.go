package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios/internal/yamltree"

	"gopkg.in/yaml.v3"
)

// parseYAML parses a document and returns its root. If it is not valid, parseYAML reports one mistake and returns nil.
func parseYAML(r *fields.Reader, text []byte) *yaml.Node {
	var root, second yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	err := decoder.Decode(&root)
	switch {
	case errors.Is(err, io.EOF):
		r.Mistake(yamltree.NodeAt(1, 1), "", "the file is empty; it needs at least version: 1")
		return nil
	case err != nil:
		yamltree.ReportSyntaxError(r, err)
		return nil
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		if err != nil {
			yamltree.ReportSyntaxError(r, err)
		} else {
			r.Mistake(yamltree.NodeAt(second.Line, second.Column), "",
				"a second document begins here; a scenario file is one")
		}
		return nil
	}
	if !yamltree.Complete(r, &root) {
		return nil
	}
	return root.Content[0]
}

// converter converts nodes of yaml.v3 to nodes of package fields. It converts a node with an anchor once, however many
// aliases refer to it.
type converter struct {
	offset   int // number of lines before the converted part of the file
	anchored map[*yaml.Node]*fields.Node
}

// convert converts a tree of nodes. Offset is the number of lines before it.
func convert(n *yaml.Node, offset int) *fields.Node {
	c := converter{offset: offset, anchored: map[*yaml.Node]*fields.Node{}}
	return c.node(n)
}

func (c *converter) node(n *yaml.Node) *fields.Node {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Anchor == "" {
		return c.convert(n)
	}
	if c.anchored[n] == nil {
		c.anchored[n] = c.convert(n)
	}
	return c.anchored[n]
}

func (c *converter) convert(n *yaml.Node) *fields.Node {
	made := &fields.Node{}
	if n.Line > 0 {
		made.Position = fields.Position{Line: int32(n.Line + c.offset), Column: int32(n.Column)}
	}
	switch n.Kind {
	case yaml.MappingNode:
		made.Kind = fields.Map
		made.Entries = make([]fields.Entry, 0, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			made.Entries = append(made.Entries, fields.Entry{Key: c.node(n.Content[i]), Value: c.node(n.Content[i+1])})
		}
	case yaml.SequenceNode:
		made.Kind = fields.List
		made.Items = make([]*fields.Node, len(n.Content))
		for i, item := range n.Content {
			made.Items[i] = c.node(item)
		}
	default:
		made.Kind, made.Text = kindOf(n), n.Value
		if made.Kind != fields.String && made.Kind != fields.Null {
			_ = n.Decode(&made.Value) // the value stays nil if it cannot be decoded
		}
	}
	return made
}

// scalarKinds lists the kinds of scalars by their tags.
var scalarKinds = map[string]fields.Kind{
	"!!null": fields.Null, "!!bool": fields.Boolean, "!!int": fields.Integer, "!!float": fields.Float,
	"!!timestamp": fields.Date, "!!merge": fields.MergeKey, "!!str": fields.String,
}

func kindOf(scalar *yaml.Node) fields.Kind {
	if kind, ok := scalarKinds[scalar.ShortTag()]; ok {
		return kind
	}
	return fields.Other
}

// toYAML converts a value of a tree to a node that is written on one line.
func toYAML(value any) *yaml.Node {
	switch v := value.(type) {
	case fields.Tree:
		n := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
		for _, member := range v {
			if _, hidden := member.Value.(fields.Hidden); !hidden {
				n.Content = append(n.Content, toYAML(member.Key), toYAML(member.Value))
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
		return toYAML(*v)
	case *int:
		return toYAML(*v)
	case nil:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: "null"}
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprint(value)} // a number or a bool
}

func listToYAML[T any](items []T) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, one := range items {
		n.Content = append(n.Content, toYAML(one))
	}
	return n
}

// needsQuotes reports whether yaml.v3 would write a plain text in a way that does not read as the same text.
func needsQuotes(text string) bool {
	isUnusual := func(r rune) bool { return r < ' ' || r > '~' }
	return text == "<<" || text != strings.TrimSpace(text) || strings.ContainsFunc(text, isUnusual)
}

// Text returns the fault as YAML on one line.
func (f Fault) Text() string {
	text, err := yaml.Marshal(toYAML(f.Tree()))
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(text))
}

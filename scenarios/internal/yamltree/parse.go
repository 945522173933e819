package yamltree

import (
	"errors"
	"io"
	"strings"

	"example.com/pipesfake/internal/fields"

	"gopkg.in/yaml.v3"
)

// Parse parses a document. If it is not valid, Parse reports one mistake and returns nil. It also reports mistakes in
// references to variables and in merge keys.
func Parse(r *fields.Reader, text string, variables *Variables) *Document {
	if !checkLineBreaks(r, text) {
		return nil
	}
	var document, second yaml.Node
	hidden, braces := hideBraces(text)
	decoder := yaml.NewDecoder(strings.NewReader(hidden))
	err := decoder.Decode(&document)
	switch {
	case errors.Is(err, io.EOF):
		r.Mistake(nodeAt(1, 1), "", "the file is empty; it needs at least version: 1")
		return nil
	case err != nil:
		reportSyntaxError(r, braces.explained(err))
		return nil
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		if err != nil {
			reportSyntaxError(r, braces.explained(err))
		} else {
			r.Mistake(nodeAt(second.Line, second.Column), "", "a second document begins here; a scenario file is one")
		}
		return nil
	}
	if !checkAliases(r, &document) {
		return nil
	}
	braces.restore(&document)
	e := expander{Reader: r, Variables: variables, written: map[*yaml.Node]string{}}
	e.visit(&document)
	m := merger{Reader: r, done: map[*yaml.Node]bool{}}
	m.visit(&document)
	return &Document{Node: &document, written: e.written}
}

// converter converts nodes of yaml.v3 to nodes of package fields. It converts a node with an anchor once, however many
// aliases refer to it.
type converter struct {
	offset   int // number of lines before the converted part of the file
	written  map[*yaml.Node]string
	anchored map[*yaml.Node]*fields.Node
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
		made.Kind, made.Text, made.Written = kindOf(n), n.Value, c.written[n]
		decodeValue(made, n)
	}
	return made
}

// decodeValue sets the value of a node of a scalar. It stays nil if it cannot be decoded.
func decodeValue(made *fields.Node, scalar *yaml.Node) {
	if made.Kind != fields.String && made.Kind != fields.Null {
		_ = scalar.Decode(&made.Value)
	}
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

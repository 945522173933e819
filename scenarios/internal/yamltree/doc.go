// Package yamltree reads, edits and writes the trees of YAML documents. Parse refuses aliases that cannot be followed,
// and replaces variables, and merge keys (<<) by the entries that they stand for.
package yamltree

import (
	"bytes"
	"maps"

	"example.com/pipesfake/internal/fields"

	"gopkg.in/yaml.v3"
)

// Document is the tree of a YAML document. Its values contain no references to variables: they are replaced.
type Document struct {
	Node *yaml.Node // its only child is the root

	written map[*yaml.Node]string // how the values are written in which variables were replaced
	secrets map[string]string     // how secrets are written, by their values: see KeepWritten

	isSecret func(key string) bool
}

// New returns a document whose root is an empty mapping.
func New() *Document {
	return &Document{Node: &yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}}
}

// Root returns the node that contains all others.
func (d *Document) Root() *yaml.Node { return d.Node.Content[0] }

// Fields returns the document as nodes of package fields. Offset is the number of lines before it in its file.
func (d *Document) Fields(offset int) *fields.Node {
	c := converter{offset: offset, written: d.written, anchored: map[*yaml.Node]*fields.Node{}}
	return c.node(d.Root())
}

// WithoutAliases returns a copy with aliases replaced by what they name, so that each can be changed on its own.
func (d *Document) WithoutAliases() *Document {
	made := &Document{written: map[*yaml.Node]string{}}
	made.Node = withoutAliases(d.Node, false, func(from, to *yaml.Node) {
		if written, isReplaced := d.written[from]; isReplaced {
			made.written[to] = written
		}
	})
	return made
}

// KeepWritten makes Text write references to variables only for the values at some positions, which are secrets, and
// for equal values under keys for which isSecret reports true. Text writes the other values out.
func (d *Document) KeepWritten(at map[fields.Position]bool, isSecret func(key string) bool) {
	d.isSecret, d.secrets = isSecret, map[string]string{}
	maps.DeleteFunc(d.written, func(n *yaml.Node, written string) bool {
		isKept := at[nodeAt(n.Line, n.Column).Position]
		if isKept {
			d.secrets[n.Value] = written
		}
		return !isKept
	})
}

// Replace applies change to the texts of the tree, except for access tokens, and secrets that Text does not write out.
func (d *Document) Replace(change func(text string) string) { d.replaceTexts(d.Root(), change) }

// writtenAs returns the reference that Text writes in the place of a value.
func (d *Document) writtenAs(key string, n *yaml.Node) (written string, isReference bool) {
	if written, isReference = d.written[n]; isReference || n.Kind != yaml.ScalarNode {
		return written, isReference
	}
	written, isReference = d.secrets[n.Value]
	return written, isReference && d.isSecret(key) && n.ShortTag() == "!!str"
}

// Text returns the document as YAML.
func (d *Document) Text() ([]byte, error) {
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	err := encoder.Encode(d.forFile("", d.Node))
	return text.Bytes(), err
}

// forFile returns a copy of a value as a file says it: with references to variables, or with ${ escaped.
func (d *Document) forFile(key string, n *yaml.Node) *yaml.Node {
	made := *n
	if n.Kind == yaml.ScalarNode {
		written, isReference := d.writtenAs(key, n)
		if !isReference {
			written = escape(n.Value)
		}
		made.Value = written
	}
	made.Content = make([]*yaml.Node, len(n.Content))
	for i, inside := range n.Content {
		switch {
		case n.Kind != yaml.MappingNode:
			made.Content[i] = d.forFile(key, inside)
		case i%2 == 0: // variables are not replaced in keys
			made.Content[i] = inside
		default:
			made.Content[i] = d.forFile(n.Content[i-1].Value, inside)
		}
	}
	return &made
}

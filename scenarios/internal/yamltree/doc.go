// Package yamltree reads, edits and writes the trees of YAML documents. Parse refuses aliases that cannot be followed,
// and replaces merge keys (<<) by the entries that they stand for.
package yamltree

import (
	"bytes"

	"example.com/pipesfake/internal/fields"

	"gopkg.in/yaml.v3"
)

// Document is the tree of a YAML document.
type Document struct {
	Node *yaml.Node // its only child is the root
}

// New returns a document whose root is an empty mapping.
func New() *Document {
	return &Document{&yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}}
}

// Root returns the node that contains all others.
func (d *Document) Root() *yaml.Node { return d.Node.Content[0] }

// Fields returns the document as nodes of package fields. Offset is the number of lines before it in its file.
func (d *Document) Fields(offset int) *fields.Node {
	c := converter{offset: offset, anchored: map[*yaml.Node]*fields.Node{}}
	return c.node(d.Root())
}

// Text returns the document as YAML.
func (d *Document) Text() ([]byte, error) {
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	err := encoder.Encode(d.Node)
	return text.Bytes(), err
}

// WithoutAliases returns a copy with aliases replaced by what they name, so that each can be changed on its own.
func (d *Document) WithoutAliases() *Document { return &Document{withoutAliases(d.Node, false)} }

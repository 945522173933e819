package scenarios

import (
	"strings"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios/internal/source"
	"example.com/pipesfake/scenarios/internal/yamltree"
)

// largeFile is the size in bytes from which on a file is read in chunks. yaml.v3 builds the tree of a whole document,
// which takes about 2 kB for each connection. A large file is therefore read in parts: first the file with the lines of
// its connections left blank, then a thousand connections at a time. If the file is not written in the form that
// source.Split expects, it is read as a whole.
const largeFile = 256 << 10

// decodeInChunks reads a large file in chunks. It returns nil if the file must be read as a whole.
func decodeInChunks(name, text string, variables *yamltree.Variables) *decoder {
	if len(text) < largeFile {
		return nil
	}
	head, chunks := source.Split(text)
	if chunks == nil {
		return nil
	}
	d := newFileDecoder(name)
	document := yamltree.Parse(&d.Reader, head, variables)
	if document == nil {
		return nil
	}
	d.file(document.Fields(0))
	p := chunkParser{Reader: &d.Reader, variables: variables}
	for _, c := range chunks {
		items := p.items(c)
		if items == nil {
			return nil
		}
		d.List(&fields.Node{Kind: fields.List, Items: items, FirstIndex: c.Index}, "connections", d.connection)
	}
	return d
}

// chunkParser parses chunks.
type chunkParser struct {
	*fields.Reader
	variables *yamltree.Variables
	simple    yamltree.SimpleItems
}

// items returns the items of a chunk. It returns nil if the file must be read as a whole: if the chunk is not valid on
// its own, because of a mistake or an alias, or if what looks like an item is a part of another one.
func (p *chunkParser) items(c source.Chunk) (items []*fields.Node) {
	isSimple := true
	for line, text := range c.Items() {
		item := p.simple.Parse(text, c.Line+line+1)
		items = append(items, item)
		isSimple = isSimple && item != nil
	}
	if isSimple {
		return items
	}
	before := len(p.Mistakes)
	document := yamltree.Parse(p.Reader, withEmptyItems(c, items), p.variables)
	if document == nil || len(p.Mistakes) > before { // their lines would be those of the chunk
		return nil
	}
	parsed := document.Fields(c.Line).Items
	if len(parsed) != len(items) {
		return nil
	}
	for i, item := range items {
		if item == nil {
			items[i] = parsed[i]
		}
	}
	return items
}

// withEmptyItems returns the text of a chunk with an empty item in place of each that is parsed already. The others
// keep their lines.
func withEmptyItems(c source.Chunk, parsed []*fields.Node) string {
	var rest strings.Builder
	i := 0
	for _, text := range c.Items() {
		if parsed[i] == nil {
			rest.WriteString(text)
		} else {
			indent, _, _ := strings.Cut(text, "-")
			rest.WriteString(indent + "-" + strings.Repeat("\n", strings.Count(text, "\n")))
		}
		i++
	}
	return rest.String()
}

package scenarios

import (
	"example.com/pipesfake/scenarios/internal/source"
	"example.com/pipesfake/scenarios/internal/yamltree"
)

// largeFile is the size in bytes from which on a file is read in chunks. yaml.v3 builds the tree of a whole document,
// which takes about 2 kB for each connection. A large file is therefore read in parts: first the file with the lines of
// its connections left blank, then a thousand connections at a time. If the file is not written in the simple form that
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
	for _, c := range chunks {
		before := len(d.Mistakes)
		document := yamltree.Parse(&d.Reader, c.Text, variables)
		if document == nil || len(d.Mistakes) > before { // their lines would be those of the chunk
			return nil
		}
		list := document.Fields(c.Line)
		list.FirstIndex = c.Index
		d.List(list, "connections", d.connection)
	}
	return d
}

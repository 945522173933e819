package scenarios

import (
	"bytes"
	"regexp"
	"slices"

	"example.com/pipesfake/scenarios/internal/yamltree"

	"gopkg.in/yaml.v3"
)

// yaml.v3 builds the tree of a whole document, which takes about 2 kB for each connection. A large file is therefore
// read in chunks: first the file with the lines of its connections left blank, then a thousand connections at a time.
// If the file is not written in the simple form that split expects, it is read as a whole.
const (
	largeFile     = 256 << 10 // bytes
	itemsPerChunk = 1000
)

// chunk is the text of some consecutive items of connections.
type chunk struct {
	line, index int // numbers of lines and of items before it
	text        []byte
}

// decodeInChunks reads a large file in chunks. It returns nil if the file must be read as a whole.
func decodeInChunks(name string, text []byte) *decoder {
	if len(text) < largeFile {
		return nil
	}
	head, chunks := split(text)
	if chunks == nil {
		return nil
	}
	d := newFileDecoder(name)
	root := parseYAML(&d.Reader, head)
	if root == nil {
		return nil
	}
	d.file(convert(root, 0))
	for _, c := range chunks {
		var document yaml.Node
		if yaml.Unmarshal(c.text, &document) != nil || len(document.Content) != 1 ||
			!yamltree.Complete(&d.Reader, &document) {
			return nil
		}
		list := convert(document.Content[0], c.line)
		list.FirstIndex = c.index
		d.List(list, "connections", d.connection)
	}
	return d
}

// split separates the items of the top-level key connections from the rest of a file. It returns nil chunks unless the
// items are a block list. In a block list only an item begins at the indentation of the items, whatever scalars they
// contain.
func split(text []byte) (head []byte, chunks []chunk) {
	keys := regexp.MustCompile(`(?m)^connections:[ \t]*(#.*)?\r?\n`).FindAllIndex(text, -1)
	if len(keys) != 1 {
		return nil, nil
	}
	start := keys[0][1]
	lineNumber, items, indent, end := bytes.Count(text[:start], []byte("\n")), 0, -1, start
	for end < len(text) {
		line := readLine(text[end:])
		switch {
		case indent < 0 && line.isItem:
			indent = line.width
		case indent < 0 && !line.isBlank, line.hasTab:
			return nil, nil
		}
		if !line.isBlank && (line.width < indent || line.width == indent && !line.isItem) {
			break
		}
		if line.isItem && line.width == indent {
			if items%itemsPerChunk == 0 {
				chunks = append(chunks, chunk{line: lineNumber, index: items})
			}
			items++
		}
		if len(chunks) > 0 {
			c := &chunks[len(chunks)-1]
			c.text = text[end-len(c.text) : end+line.length]
		}
		lineNumber++
		end += line.length
	}
	blank := bytes.Repeat([]byte("\n"), bytes.Count(text[start:end], []byte("\n")))
	return slices.Concat(text[:start], blank, text[end:]), chunks
}

// line describes a line of YAML as far as split needs it.
type line struct {
	length, width           int // of the line with its line break, and of its indentation
	isItem, isBlank, hasTab bool
}

// readLine describes the first line of a text.
func readLine(text []byte) line {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		text = text[:i+1]
	}
	content := bytes.TrimLeft(text, " ")
	return line{
		length: len(text), width: len(text) - len(content),
		isItem:  bytes.HasPrefix(content, []byte("- ")),
		isBlank: len(bytes.TrimSpace(content)) == 0 || content[0] == '#',
		hasTab:  bytes.HasPrefix(content, []byte("\t")),
	}
}

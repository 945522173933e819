package source

import (
	"bytes"
	"regexp"
	"slices"
)

// itemsPerChunk is the number of items in a chunk.
const itemsPerChunk = 1000

// Chunk is the text of some consecutive items of connections.
type Chunk struct {
	Line, Index int // numbers of lines and of items before it
	Text        []byte
}

// Split separates the items of the top-level key connections from the rest of a file. It returns nil chunks unless the
// items are a block list. In a block list only an item begins at the indentation of the items, whatever scalars they
// contain.
func Split(text []byte) (head []byte, chunks []Chunk) {
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
				chunks = append(chunks, Chunk{Line: lineNumber, Index: items})
			}
			items++
		}
		if len(chunks) > 0 {
			c := &chunks[len(chunks)-1]
			c.Text = text[end-len(c.Text) : end+line.length]
		}
		lineNumber++
		end += line.length
	}
	blank := bytes.Repeat([]byte("\n"), bytes.Count(text[start:end], []byte("\n")))
	return slices.Concat(text[:start], blank, text[end:]), chunks
}

// line describes a line of YAML as far as Split needs it.
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

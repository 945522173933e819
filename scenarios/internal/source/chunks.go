package source

import (
	"iter"
	"strings"
)

// itemsPerChunk is the number of items in a chunk.
const itemsPerChunk = 1000

// Chunk is the text of some consecutive items of connections.
type Chunk struct {
	Line, Index int // numbers of lines and of items before it
	Text        string

	indent int // the number of spaces before each item
}

// Split separates the items of the top-level key connections from the rest of a file. It returns nil chunks unless the
// items are a block list. In a block list only an item begins at the indentation of the items, whatever scalars they
// contain.
func Split(text string) (head string, chunks []Chunk) {
	start := startOfItems(text)
	if start < 0 {
		return "", nil
	}
	firstLine := strings.Count(text[:start], "\n")
	lineNumber, items, indent, end := firstLine, 0, -1, start
	for end < len(text) {
		line := readLine(text[end:])
		switch {
		case indent < 0 && line.isItem:
			indent = line.width
		case indent < 0 && !line.isBlank, line.hasTab:
			return "", nil
		}
		if !line.isBlank && (line.width < indent || line.width == indent && !line.isItem) {
			break
		}
		if line.isItem && line.width == indent {
			if items%itemsPerChunk == 0 {
				chunks = append(chunks, Chunk{Line: lineNumber, Index: items, indent: indent})
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
	blank := strings.Repeat("\n", lineNumber-firstLine)
	return text[:start] + blank + text[end:], chunks
}

// startOfItems returns the index of the line after the only line with the top-level key connections, or -1 if there is
// no such line, if there are several, or if the key has a value on its line.
func startOfItems(text string) int {
	const key = "connections:"
	start := -1
	for from := 0; ; {
		i := strings.Index(text[from:], key)
		if i < 0 {
			return start
		}
		begin := from + i
		from = begin + len(key)
		value, _, isLine := strings.Cut(text[from:], "\n")
		if begin > 0 && text[begin-1] != '\n' || !isLine || !isEmptyValue(value) {
			continue
		}
		if start >= 0 {
			return -1
		}
		start = from + len(value) + 1
	}
}

// isEmptyValue reports whether the rest of a line after a key is blank or a comment.
func isEmptyValue(text string) bool {
	text = strings.TrimLeft(text, " \t")
	return text == "" || text == "\r" || text[0] == '#'
}

// Items returns the items of a chunk: the text of each, which is whole lines, with the number of its first line in the
// chunk, from 0 on.
func (c Chunk) Items() iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		number, start, firstLine := 0, 0, 0
		for end := 0; end < len(c.Text); number++ {
			line := readLine(c.Text[end:])
			if end > start && line.isItem && line.width == c.indent {
				if !yield(firstLine, c.Text[start:end]) {
					return
				}
				start, firstLine = end, number
			}
			end += line.length
		}
		yield(firstLine, c.Text[start:])
	}
}

// line describes a line of YAML as far as Split needs it.
type line struct {
	length, width           int // of the line with its line break, and of its indentation
	isItem, isBlank, hasTab bool
}

// readLine describes the first line of a text.
func readLine(text string) line {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i+1]
	}
	content := strings.TrimLeft(text, " ")
	return line{
		length: len(text), width: len(text) - len(content),
		isItem:  strings.HasPrefix(content, "- "),
		isBlank: strings.TrimSpace(content) == "" || content[0] == '#',
		hasTab:  strings.HasPrefix(content, "\t"),
	}
}

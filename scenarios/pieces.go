package scenarios

import (
	"bytes"
	"regexp"
	"slices"

	"gopkg.in/yaml.v3"
)

// yaml.v3 builds the whole tree of a document at once, some 2 kB a connection. So a large file is read
// in pieces: its connections a thousand at a time, each with the number of its first line, and the rest
// with those lines left blank. Whatever is unusual about it, it is read whole instead.
const (
	large         = 256 << 10 // bytes
	itemsPerPiece = 1000
)

type piece struct {
	line, index int // lines and items before it
	text        []byte
}

// parseInPieces tells whether it read the file; if not, nothing has happened.
func (l *loader) parseInPieces(data []byte) bool {
	if len(data) < large {
		return false
	}
	head, pieces := split(data)
	if pieces == nil {
		return false
	}
	attempt := newLoader(l.walker.file)
	root, ok := attempt.document(head)
	if !ok {
		return false
	}
	attempt.root(root)
	for _, p := range pieces {
		var document yaml.Node
		if yaml.Unmarshal(p.text, &document) != nil || len(document.Content) != 1 || !attempt.aliases(&document) {
			return false
		}
		attempt.offset, attempt.walker.index = p.line, p.index
		attempt.list(document.Content[0], "connections", attempt.connection)
	}
	*l = attempt
	return true
}

// split takes the items of a top-level connections: apart, where they are a plain block list. In such a
// list only an item begins at the items' own indentation, whatever scalars they contain.
func split(data []byte) (head []byte, pieces []piece) {
	keys := regexp.MustCompile(`(?m)^connections:[ \t]*(#.*)?\r?\n`).FindAllIndex(data, -1)
	if len(keys) != 1 {
		return nil, nil
	}
	start := keys[0][1]
	line, items, indent, end := bytes.Count(data[:start], []byte("\n")), 0, -1, start
	for end < len(data) {
		text := data[end:]
		if i := bytes.IndexByte(text, '\n'); i >= 0 {
			text = text[:i+1]
		}
		content := bytes.TrimLeft(text, " ")
		width := len(text) - len(content)
		isItem := bytes.HasPrefix(content, []byte("- "))
		blank := len(bytes.TrimSpace(content)) == 0 || content[0] == '#'
		switch {
		case indent < 0 && isItem:
			indent = width
		case indent < 0 && !blank, bytes.HasPrefix(content, []byte("\t")):
			return nil, nil
		}
		if !blank && (width < indent || width == indent && !isItem) {
			break
		}
		if isItem && width == indent {
			if items%itemsPerPiece == 0 {
				pieces = append(pieces, piece{line: line, index: items})
			}
			items++
		}
		if len(pieces) > 0 {
			p := &pieces[len(pieces)-1]
			p.text = data[end-len(p.text) : end+len(text)]
		}
		line++
		end += len(text)
	}
	blank := bytes.Repeat([]byte("\n"), bytes.Count(data[start:end], []byte("\n")))
	return slices.Concat(data[:start], blank, data[end:]), pieces
}

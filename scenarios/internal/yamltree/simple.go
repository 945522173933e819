package yamltree

import (
	"strings"

	"example.com/pipesfake/internal/fields"

	"gopkg.in/yaml.v3"
)

// SimpleItems parses items of block lists that are written in a simple form. For a large file it takes a tenth of the
// time of yaml.v3. The form is a small part of YAML, in which every text can mean only one thing:
//
//   - An item is a mapping in braces on one line, or a block mapping with a key and its value on each line.
//   - A key is a word. A value is a word, a text in quotes without escapes, or a mapping or list of these on one line.
//   - A word consists of some characters of ASCII that have no meaning in YAML. It may be a number or a truth value.
//   - Blank lines and comments may follow.
//
// The zero SimpleItems is ready for use.
type SimpleItems struct {
	text      string
	at        int // the index of the next byte
	line      int // the number of its line in the file
	lineStart int // the index at which the line begins
	depth     int // the number of brackets around it

	free []fields.Node
}

// maxSimpleDepth limits the brackets within each other. yaml.v3 has a limit, too, which is larger.
const maxSimpleDepth = 10

// maxSimpleKey limits the length of keys. yaml.v3 has a limit, too, which is larger.
const maxSimpleKey = 100

// Parse parses an item: whole lines, of which the first one begins with the dash of the item after its indentation.
// Line is the number of that line in the file. Parse returns the node that Document.Fields would return, or nil if the
// item is not in the simple form, or has a mistake.
func (s *SimpleItems) Parse(text string, line int) *fields.Node {
	s.text, s.at, s.line, s.lineStart, s.depth = text, 0, line, 0, 0
	s.skipBlanks()
	if !s.skip('-') || s.skipBlanks() == 0 {
		return nil
	}
	var item *fields.Node
	if s.next() == '{' {
		if item = s.mapping(); item == nil || !s.endLine() {
			return nil
		}
	} else if item = s.blockMapping(); item == nil {
		return nil
	}
	if s.at < len(s.text) {
		return nil
	}
	return item
}

// blockMapping parses a mapping with an entry on each line, up to the end of the text.
func (s *SimpleItems) blockMapping() *fields.Node {
	indent := s.at
	made := s.node(fields.Map)
	made.Entries = make([]fields.Entry, 0, 4)
	for {
		key := s.key()
		if key == nil {
			return nil
		}
		value := s.value()
		if value == nil || !s.endLine() {
			return nil
		}
		made.Entries = append(made.Entries, fields.Entry{Key: key, Value: value})
		if s.at == len(s.text) {
			return made
		}
		if s.skipBlanks() != indent {
			return nil
		}
	}
}

// mapping parses a mapping in braces.
func (s *SimpleItems) mapping() *fields.Node {
	made := s.node(fields.Map)
	made.Entries = make([]fields.Entry, 0, 4)
	isClosed := s.inBrackets('}', func() bool {
		key := s.key()
		if key == nil {
			return false
		}
		value := s.value()
		made.Entries = append(made.Entries, fields.Entry{Key: key, Value: value})
		return value != nil
	})
	if !isClosed {
		return nil
	}
	return made
}

// list parses a list in brackets.
func (s *SimpleItems) list() *fields.Node {
	made := s.node(fields.List)
	made.Items = []*fields.Node{}
	isClosed := s.inBrackets(']', func() bool {
		item := s.value()
		made.Items = append(made.Items, item)
		return item != nil
	})
	if !isClosed {
		return nil
	}
	return made
}

// inBrackets skips a bracket, calls part for each part up to the closing one, and skips it. It reports whether the
// brackets are closed, and all parts are simple.
func (s *SimpleItems) inBrackets(closing byte, part func() bool) bool {
	if s.depth++; s.depth > maxSimpleDepth {
		return false
	}
	s.at++
	for s.skipBlanks(); !s.skip(closing); s.skipBlanks() {
		if !part() {
			return false
		}
		s.skipBlanks()
		if !s.skip(',') && s.next() != closing {
			return false
		}
	}
	s.depth--
	return true
}

// key parses a key with its colon and the blanks after it.
func (s *SimpleItems) key() *fields.Node {
	key := s.word()
	if key == nil || len(key.Text) > maxSimpleKey || !s.skip(':') || s.skipBlanks() == 0 {
		return nil
	}
	return key
}

// value parses a value of a mapping or an item of a list.
func (s *SimpleItems) value() *fields.Node {
	switch s.next() {
	case '{':
		return s.mapping()
	case '[':
		return s.list()
	case '"', '\'':
		return s.quoted()
	}
	return s.word()
}

// word parses a text without quotes. It may be a number or a truth value.
func (s *SimpleItems) word() *fields.Node {
	start := s.at
	if !isWordStart(s.next()) {
		return nil
	}
	made := s.node(fields.String)
	for isWordPart(s.next()) {
		s.at++
	}
	made.Text = s.text[start:s.at]
	if len(made.Text) > len("false") && isLetter(made.Text[0]) {
		return made // the letters that are not a string in YAML are at most five
	}
	scalar := yaml.Node{Kind: yaml.ScalarNode, Value: made.Text}
	made.Kind = kindOf(&scalar)
	decodeValue(made, &scalar)
	return made
}

// quoted parses a text in quotes, without escapes and variables.
func (s *SimpleItems) quoted() *fields.Node {
	made := s.node(fields.String)
	quote := s.next()
	s.at++
	start := s.at
	for c := s.next(); c != quote; c = s.next() {
		if !isPrintable(c) || c == '\\' || c == '$' {
			return nil
		}
		s.at++
	}
	made.Text = s.text[start:s.at]
	s.at++
	if s.next() == quote { // it is doubled: an escape
		return nil
	}
	return made
}

// endLine skips the rest of a line, which must be blank or a comment, and the lines after it that are.
func (s *SimpleItems) endLine() bool {
	for blanks := s.skipBlanks(); ; blanks = s.skipBlanks() {
		if s.next() == '#' && (blanks > 0 || s.at == s.lineStart) {
			for isPrintable(s.next()) {
				s.at++
			}
		}
		if strings.HasPrefix(s.text[s.at:], "\r\n") {
			s.at++
		}
		if !s.skip('\n') {
			return s.at == len(s.text)
		}
		s.line++
		s.lineStart = s.at
		if !s.isBeforeBlankLine() {
			return true
		}
	}
}

// isBeforeBlankLine reports whether the next line is blank or a comment.
func (s *SimpleItems) isBeforeBlankLine() bool {
	line := strings.TrimLeft(s.text[s.at:], " ")
	return line != "" && strings.IndexByte("#\r\n", line[0]) >= 0
}

// node returns a new node with the current position.
func (s *SimpleItems) node(kind fields.Kind) *fields.Node {
	if len(s.free) == 0 {
		s.free = make([]fields.Node, 64) // one allocation for many
	}
	made := &s.free[0]
	s.free = s.free[1:]
	made.Kind = kind
	made.Position = fields.Position{Line: int32(s.line), Column: int32(s.at - s.lineStart + 1)}
	return made
}

// next returns the next byte, or 0 at the end of the text.
func (s *SimpleItems) next() byte {
	if s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

// skip skips the next byte if it is c, and reports whether it is.
func (s *SimpleItems) skip(c byte) bool {
	if s.next() != c {
		return false
	}
	s.at++
	return true
}

// skipBlanks skips spaces, and returns how many there are.
func (s *SimpleItems) skipBlanks() (n int) {
	for s.skip(' ') {
		n++
	}
	return n
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func isWordStart(c byte) bool { return isLetter(c) || c >= '0' && c <= '9' || c == '_' }

func isWordPart(c byte) bool {
	return isWordStart(c) || c != 0 && strings.IndexByte("-.+@/|~=", c) >= 0
}

func isPrintable(c byte) bool { return c >= ' ' && c <= '~' }

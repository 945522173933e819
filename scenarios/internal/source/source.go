// Package source holds the text of a scenario file: it shows the text without its secrets, and splits a large one.
package source

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/pipesfake/internal/fields"
)

// Source is the text of a file, with the places of its secrets. The zero Source is that of no file.
type Source struct {
	Text    string
	Digest  [sha256.Size]byte // of the text, and of the values of its variables
	secrets []secret
}

// secret is a value that must not be shown. Its Position is where its node begins.
type secret struct {
	fields.Position
	value string
}

// New returns the source with a text, the nodes of its secrets, and the variables that it names and that are set.
func New(text string, secrets []*fields.Node, variables map[string]string) Source {
	s := Source{Text: text, Digest: digest(text, variables), secrets: make([]secret, len(secrets))}
	for i, n := range secrets {
		s.secrets[i] = secret{n.Position, cmp.Or(n.Written, n.Text)}
	}
	return s
}

// digest is different for texts that mean different things.
func digest(text string, variables map[string]string) (sum [sha256.Size]byte) {
	hash := sha256.New()
	var part [4096]byte // a hash takes bytes: a large text is not copied as a whole
	for len(text) > 0 {
		n := copy(part[:], text)
		hash.Write(part[:n])
		text = text[n:]
	}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		fmt.Fprintf(hash, "\x00%s=%q", name, variables[name])
	}
	hash.Sum(sum[:0])
	return sum
}

// IsOf reports whether the source has this text.
func (s Source) IsOf(text []byte) bool { return s.Text == string(text) }

// Secrets returns the positions of the secrets.
func (s Source) Secrets() map[fields.Position]bool {
	at := make(map[fields.Position]bool, len(s.secrets))
	for _, one := range s.secrets {
		at[one.Position] = true
	}
	return at
}

// Values returns the values of the secrets, with references to variables as they are written.
func (s Source) Values() []string {
	values := make([]string, len(s.secrets))
	for i, one := range s.secrets {
		values[i] = one.value
	}
	return values
}

// Says reports whether a text is a part of the source.
func (s Source) Says(text string) bool { return strings.Contains(s.Text, text) }

// Lines returns the first lines of the text, at most maxLines, with an ellipsis in place of each secret.
func (s Source) Lines(maxLines int) []string {
	if len(s.Text) == 0 {
		return nil
	}
	masked := []byte(s.Text)
	for _, span := range s.Spans() {
		mask(masked[span[0]:span[1]])
	}
	lines := bytes.SplitN(bytes.TrimSuffix(masked, []byte("\n")), []byte("\n"), maxLines+1)
	shown := make([]string, min(len(lines), maxLines))
	for i := range shown {
		shown[i] = withEllipses(string(lines[i]))
	}
	return shown
}

// Spans returns where the secrets are in the text: each from an index to before another one. The whole text counts as
// one if a secret is not where its position says, because it may then be anywhere.
func (s Source) Spans() (found [][2]int) {
	positions := newPositions(s.Text)
	for _, one := range s.secrets {
		start, end, isThere := 0, 0, false
		if index := positions.index(one.Position); index >= 0 {
			start, end, isThere = one.span(s.Text, index)
		}
		if !isThere && one.value != "" {
			return [][2]int{{0, len(s.Text)}}
		}
		found = append(found, [2]int{start, end})
	}
	return found
}

// mask overwrites a text with zeros, except for line breaks.
func mask(text []byte) {
	for i := range text {
		if text[i] != '\r' && text[i] != '\n' {
			text[i] = 0
		}
	}
}

// withEllipses replaces each masked part of a line by an ellipsis.
func withEllipses(line string) string {
	var shown strings.Builder
	for {
		before, after, found := strings.Cut(line, "\x00")
		shown.WriteString(before)
		if !found {
			return shown.String()
		}
		shown.WriteString("…")
		line = strings.TrimLeft(after, "\x00")
	}
}

// positions converts positions to indexes into a text. It continues from the last position, because a line can be as
// long as the file: counting from the beginning of the line each time would take too long.
type positions struct {
	text   string
	starts []int // indexes of the lines
	last   fields.Position
	found  int // the index of last
}

func newPositions(text string) *positions {
	p := &positions{text: text}
	start := 0
	for line := range strings.Lines(text) {
		p.starts = append(p.starts, start)
		start += len(line)
	}
	return p
}

// index returns the index of a position, or -1 if its line is not in the text. Columns count characters, not bytes.
func (p *positions) index(at fields.Position) int {
	if at.Line < 1 || int(at.Line) > len(p.starts) {
		return -1
	}
	from, index := fields.Position{Line: at.Line, Column: 1}, p.starts[at.Line-1]
	if p.last.Line == at.Line && p.last.Column <= at.Column {
		from, index = p.last, p.found
	}
	for range at.Column - from.Column {
		_, size := utf8.DecodeRuneInString(p.text[index:])
		index += size
	}
	p.last, p.found = at, index
	return index
}

// span returns where the value of a secret begins and ends, and reports whether the value is there. Index is the index
// of its position.
func (s secret) span(text string, index int) (start, end int, isThere bool) {
	start = index
	for start < len(text) && strings.IndexByte("&!", text[start]) >= 0 { // skip an anchor or a tag
		blank := strings.IndexAny(text[start:], blanks)
		if blank < 0 {
			return start, len(text), false
		}
		start = afterBlanks(text, start+blank)
	}
	switch {
	case start == len(text):
		return start, start, s.value == ""
	case text[start] == '"', text[start] == '\'':
		end = quoteEnd(text, start)
		return start, end, s.isQuoted(text[start:end])
	case text[start] == '|', text[start] == '>':
		if start += strings.IndexByte(text[start:], '\n'); text[start] != '\n' {
			return start, len(text), false // the text ends before the value
		}
	}
	end = start
	// A plain value may continue on the next lines.
	for _, part := range strings.FieldsFunc(s.value, isBlank) {
		if end = afterBlanks(text, end); !strings.HasPrefix(text[end:], part) {
			return start, end, false
		}
		end += len(part)
	}
	return start, end, true
}

// isQuoted reports whether a text in quotes is the value of the secret, as far as its first escape.
func (s secret) isQuoted(quoted string) bool {
	quote, inside := quoted[:1], quoted[1:]
	inside, isClosed := strings.CutSuffix(inside, quote)
	isEscaped := false
	if quote == "'" {
		inside = strings.ReplaceAll(inside, "''", "'")
	} else {
		inside, _, isEscaped = strings.Cut(inside, `\`)
	}
	inside, value := withoutBlanks(inside), withoutBlanks(s.value)
	return isClosed && (inside == value || isEscaped && strings.HasPrefix(value, inside))
}

// quoteEnd returns the end of the quoted text that begins at start.
func quoteEnd(text string, start int) int {
	quote := text[start]
	for i := start + 1; i < len(text); i++ {
		switch {
		case quote == '"' && text[i] == '\\', quote == '\'' && strings.HasPrefix(text[i:], "''"):
			i++ // the next byte is escaped
		case text[i] == quote:
			return i + 1
		}
	}
	return len(text)
}

// blanks are the characters that YAML takes for blanks and line breaks between the words of a value.
const blanks = " \t\r\n"

func isBlank(r rune) bool { return strings.ContainsRune(blanks, r) }

// afterBlanks returns the index of the first byte at or after from that is not blank.
func afterBlanks(text string, from int) int {
	from = min(from, len(text))
	return len(text) - len(strings.TrimLeft(text[from:], blanks))
}

// withoutBlanks returns a text without its blanks. Those of a value on several lines are not those of the file.
func withoutBlanks(text string) string { return strings.Join(strings.FieldsFunc(text, isBlank), "") }

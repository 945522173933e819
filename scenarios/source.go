package scenarios

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"unicode/utf8"
)

// source is the text that a set was read from, and where its secrets are. It is empty for the built-in set.
type source struct {
	text    []byte
	digest  [sha256.Size]byte
	secrets []secret
}

// secret is a value of the text that must not be shown: where it begins, and what it is.
type secret struct {
	Position
	value string
}

func newSource(text []byte, secrets []secret) source {
	return source{text: bytes.Clone(text), digest: sha256.Sum256(text), secrets: secrets}
}

func (s source) isOf(text []byte) bool { return s.digest == sha256.Sum256(text) }

// lines returns the first lines of the text, at most maxLines, with each secret replaced by an ellipsis.
func (s source) lines(maxLines int) []string {
	if len(s.text) == 0 {
		return nil
	}
	lines := bytes.SplitN(bytes.TrimSuffix(s.text, []byte("\n")), []byte("\n"), maxLines+1)
	lines = lines[:min(len(lines), maxLines)]
	text := string(bytes.Join(lines, []byte("\n")))
	positions := newPositions(text, lines)
	masked, maskedFrom := []byte(text), len(text) // from there on, everything
	for _, one := range s.secrets {
		if int(one.Line) > len(lines) {
			continue
		}
		start, end := one.span(text, positions.index(one.Position))
		if end == len(text) {
			maskedFrom = min(maskedFrom, start)
			continue
		}
		mask(masked[start:end])
	}
	mask(masked[maskedFrom:])
	shown := strings.Split(string(masked), "\n")
	for i, line := range shown {
		shown[i] = withEllipses(line)
	}
	return shown
}

// mask writes zeros over a text, and keeps its lines apart.
func mask(text []byte) {
	for i := range text {
		if text[i] != '\n' {
			text[i] = 0
		}
	}
}

// withEllipses returns a line with an ellipsis for what is masked in it.
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

// positions finds where positions are in a text. It goes on from the last position that it found, because a line can be
// as long as the file.
type positions struct {
	text   string
	starts []int // of its lines
	last   Position
	found  int // the index of last
}

func newPositions(text string, lines [][]byte) *positions {
	p := &positions{text: text, starts: make([]int, len(lines)+1)}
	for i, line := range lines {
		p.starts[i+1] = p.starts[i] + len(line) + 1
	}
	return p
}

// index returns the index of a position, whose columns are characters.
func (p *positions) index(at Position) int {
	from, index := Position{at.Line, 1}, p.starts[at.Line-1]
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

// span returns where a secret begins and ends in a text, in which its position is at the index. If the secret is not
// where it should be, its end is that of the text.
func (s secret) span(text string, index int) (start, end int) {
	start = index
	for start < len(text) && strings.IndexByte("&!", text[start]) >= 0 { // an anchor, a tag
		blank := strings.IndexAny(text[start:], " \t\n")
		if blank < 0 {
			return start, len(text)
		}
		start = afterBlanks(text, start+blank)
	}
	switch {
	case start == len(text):
		return start, start
	case text[start] == '"', text[start] == '\'':
		return start, quoteEnd(text, start)
	case text[start] == '|', text[start] == '>':
		if start += strings.IndexByte(text[start:], '\n'); text[start] != '\n' {
			return start, len(text) // its lines are beyond the text
		}
	}
	end = start
	for _, part := range strings.Fields(s.value) { // over lines, however they are folded
		if end = afterBlanks(text, end); !strings.HasPrefix(text[end:], part) {
			return start, len(text)
		}
		end += len(part)
	}
	return start, end
}

// quoteEnd returns where the quoted text that begins at start ends.
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

// afterBlanks returns the index of the first byte that is not blank.
func afterBlanks(text string, from int) int {
	from = min(from, len(text))
	return len(text) - len(strings.TrimLeft(text[from:], " \t\r\n"))
}

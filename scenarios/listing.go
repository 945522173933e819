package scenarios

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// hidden is a text of the file that is not shown: where it begins, and what it says.
type hidden struct {
	Position
	value string
}

// secret reads a word that is not shown.
func (w *walker) secret(n *yaml.Node, path string) string {
	w.secrets = append(w.secrets, hidden{w.position(n), n.Value})
	return w.word(n, path)
}

// Lines are the first lines of what the set was read from, without the secrets; nil for the built-in one.
func (s *Set) Lines(most int) []string {
	if len(s.text) == 0 {
		return nil
	}
	lines := bytes.SplitN(bytes.TrimSuffix(s.text, []byte("\n")), []byte("\n"), most+1)
	lines = lines[:min(len(lines), most)]
	text := string(bytes.Join(lines, []byte("\n")))
	places := newPlaces(text, lines)
	hidden, hiddenFrom := []byte(text), len(text) // from there on, everything
	for _, one := range s.secrets {
		if int(one.Line) > len(lines) {
			continue
		}
		start, end := one.span(text, places.index(one.Position))
		if end == len(text) {
			hiddenFrom = min(hiddenFrom, start)
			continue
		}
		hide(hidden[start:end])
	}
	hide(hidden[hiddenFrom:])
	shown := strings.Split(string(hidden), "\n")
	for i, line := range shown {
		shown[i] = withoutHidden(line)
	}
	return shown
}

// hide writes zeros over a text, and leaves its lines apart.
func hide(text []byte) {
	for i := range text {
		if text[i] != '\n' {
			text[i] = 0
		}
	}
}

// withoutHidden returns a line with an ellipsis for what is hidden in it.
func withoutHidden(line string) string {
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

// places finds where positions are in a text. It goes on from the last position that it found, because a line can be
// as long as the file.
type places struct {
	text   string
	begins []int // of its lines
	last   Position
	found  int // the index of last
}

func newPlaces(text string, lines [][]byte) *places {
	p := &places{text: text, begins: make([]int, len(lines)+1)}
	for i, line := range lines {
		p.begins[i+1] = p.begins[i] + len(line) + 1
	}
	return p
}

// index returns the index of a position, whose columns are characters.
func (p *places) index(at Position) int {
	from, index := Position{at.Line, 1}, p.begins[at.Line-1]
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

// span is where a secret stands in a text, in which its position is at an index. One that is not found there, as it
// should be, goes on to the end.
func (s hidden) span(text string, index int) (start, end int) {
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
			return start, len(text) // its lines are not listed any more
		}
	}
	end = start
	for _, word := range strings.Fields(s.value) { // over lines, however they are folded
		if end = afterBlanks(text, end); !strings.HasPrefix(text[end:], word) {
			return start, len(text)
		}
		end += len(word)
	}
	return start, end
}

// quoteEnd is where a quoted text ends that begins at an index.
func quoteEnd(text string, start int) int {
	quote := text[start]
	for i := start + 1; i < len(text); i++ {
		switch {
		case quote == '"' && text[i] == '\\', quote == '\'' && strings.HasPrefix(text[i:], "''"):
			i++ // what follows is meant as it stands
		case text[i] == quote:
			return i + 1
		}
	}
	return len(text)
}

func afterBlanks(text string, from int) int {
	from = min(from, len(text))
	return len(text) - len(strings.TrimLeft(text[from:], " \t\r\n"))
}

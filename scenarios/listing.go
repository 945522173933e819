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
	begins := make([]int, len(lines)+1)
	for i, line := range lines {
		begins[i+1] = begins[i] + len(line) + 1
	}
	hidden := []byte(text)
	for _, one := range s.secrets {
		if int(one.Line) > len(lines) {
			continue
		}
		start, end := one.span(text, begins[one.Line-1])
		for i := start; i < end; i++ {
			if hidden[i] != '\n' {
				hidden[i] = 0
			}
		}
	}
	shown := strings.Split(string(hidden), "\n")
	for i, line := range shown {
		for strings.Contains(line, "\x00") {
			before, after, _ := strings.Cut(line, "\x00")
			line = before + "…" + strings.TrimLeft(after, "\x00")
		}
		shown[i] = line
	}
	return shown
}

// span is where a secret stands in a text, of which its line begins at an index. One that is not found there, as it
// should be, goes on to the end.
func (s hidden) span(text string, line int) (start, end int) {
	start = line
	for range s.Column - 1 { // columns are characters
		_, size := utf8.DecodeRuneInString(text[start:])
		start += size
	}
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

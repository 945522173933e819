package yamltree

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// braces are the runes that stand for the braces of ${…} while yaml.v3 parses a text. In {times: ${N}} it would take
// the braces for those of a mapping. To it the runes are letters, and the text does not contain them.
type braces struct {
	opening, closing rune
	doubtful         int // the first line with a ${ that may not be closed; zero: there is none
}

// hideBraces replaces the braces of each ${…}. Columns stay the same, because they count characters. A closing brace
// stays if it follows a quote, a comma, a bracket or a line break: it may be that of a mapping, and within quotes none
// has to be replaced. hideBraces returns nil if there is nothing to restore.
func hideBraces(text string) (string, *braces) {
	if !strings.Contains(text, "${") {
		return text, nil
	}
	b := unusedRunes(text)
	if b == nil {
		return text, nil
	}
	var hidden []byte
	line, isOpen := 1, false // isOpen: a closing brace belongs to a ${
	for i := range len(text) {
		c := text[i]
		switch c {
		case '{':
			b.doubt(isOpen, line)
			if isOpen = i > 0 && text[i-1] == '$'; isOpen {
				hidden = utf8.AppendRune(hidden, b.opening)
				continue
			}
		case '}':
			if isOpen {
				hidden = utf8.AppendRune(hidden, b.closing)
				isOpen = false
				continue
			}
		case ',', '[', ']', '\n':
			b.doubt(isOpen, line)
			isOpen = false
		case '"', '\'':
			isOpen = false
		}
		if c == '\n' {
			line++
		}
		hidden = append(hidden, c)
	}
	return string(hidden), b
}

// doubt notes the first line with a ${ that is open at a character which it cannot contain without quotes.
func (b *braces) doubt(isOpen bool, line int) {
	if isOpen && b.doubtful == 0 {
		b.doubtful = line
	}
}

// unusedRunes returns two runes of the private use area that a text does not contain, or nil if it contains nearly all.
func unusedRunes(text string) *braces {
	const first, last = '\ue000', '\uf8ff'
	used := map[rune]bool{}
	for _, r := range text {
		if r >= first && r <= last {
			used[r] = true
		}
	}
	var unused []rune
	for r := first; r <= last; r++ {
		if !used[r] {
			if unused = append(unused, r); len(unused) == 2 {
				return &braces{opening: unused[0], closing: unused[1]}
			}
		}
	}
	return nil
}

// restore puts the braces back into the texts and comments of a tree.
func (b *braces) restore(n *yaml.Node) {
	if b == nil {
		return
	}
	for _, text := range []*string{&n.Value, &n.Tag, &n.HeadComment, &n.LineComment, &n.FootComment} {
		*text = b.restored(*text)
	}
	for _, inside := range n.Content {
		b.restore(inside)
	}
}

// restored returns a text with its braces.
func (b *braces) restored(text string) string {
	if !strings.ContainsRune(text, b.opening) && !strings.ContainsRune(text, b.closing) {
		return text // as nearly all texts: a replacer is slow to make
	}
	return strings.NewReplacer(string(b.opening), "{", string(b.closing), "}").Replace(text)
}

// explained returns the text of a syntax error with its braces, and with a ${ that may be its cause.
func (b *braces) explained(err error) string {
	if b == nil {
		return err.Error()
	}
	text := b.restored(err.Error())
	if b.doubtful > 0 {
		text += fmt.Sprintf(" (is the ${ in line %d closed? "+
			"Write it in quotes if its default contains a comma or brackets)", b.doubtful)
	}
	return text
}

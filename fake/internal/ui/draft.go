package ui

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"example.com/pipesfake/fake/internal/control"
)

// draft is the text of a scenario file to be edited. A mark replaces each secret, and becomes the secret again when the
// edited text comes back. Marks derive from the secret: they stay right if the file has changed meanwhile.
type draft struct {
	Text    string
	secrets map[string]string // by mark, as the file writes them
	values  []string          // of the secrets
	isDOS   bool              // the lines of the file end in \r\n
}

// variable matches the name of a variable in place of a secret. The name is none.
var variable = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^["']?\$\{\w+\}["']?$`)
})

// draftOf returns the text of the scenarios in force.
func draftOf(r Request) draft {
	set := r.Environment.Scenarios()
	text, spans := set.Source()
	d := draft{secrets: map[string]string{}, values: set.Secrets(), isDOS: isDOS(text)}
	mark := func(secret string) string {
		mac := hmac.New(sha256.New, []byte(r.Did.secretKey()))
		mac.Write([]byte(secret))
		made := "<secret-" + hex.EncodeToString(mac.Sum(nil)[:4]) + ">"
		d.secrets[made] = secret
		return made
	}
	slices.SortFunc(spans, func(a, b [2]int) int { return a[0] - b[0] })
	var marked strings.Builder
	from := 0
	for _, span := range spans {
		// The line break and the indentation of a block stay, so that another secret can replace the mark.
		span[0] = span[1] - len(bytes.TrimLeft(text[span[0]:span[1]], " \t\r\n"))
		if span[0] < from || span[0] == span[1] { // an alias of the one before, or an empty text
			continue
		}
		marked.WriteString(r.Environment.ReplaceSecrets(string(text[from:span[0]]), mark))
		secret := string(text[span[0]:span[1]])
		if !variable().MatchString(secret) {
			secret = mark(secret)
		}
		marked.WriteString(secret)
		from = span[1]
	}
	marked.WriteString(r.Environment.ReplaceSecrets(string(text[from:]), mark))
	d.Text = marked.String()
	if len(text) == 0 {
		d.Text = "version: 1\n"
	}
	return d
}

// isDOS reports whether most lines of a text end in \r\n.
func isDOS(text []byte) bool {
	return 2*bytes.Count(text, []byte("\r\n")) > bytes.Count(text, []byte("\n"))
}

// edited is an edited text with the secrets in place of their marks.
type edited struct {
	shown    string // with marks
	text     string // with secrets
	replaced []replacement
	hidden   []hidden
	isDOS    bool
	problems []control.TextProblem // marks that stand for nothing
}

// replacement is a mark that became a secret, and where the secret begins in the text.
type replacement struct {
	at           int
	secret, mark string
}

// hidden is a text that messages must not quote, and what replaces it.
type hidden struct{ text, by string }

var secretMark = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`<secret-[0-9a-f]{8}>`)
})

// restored returns an edited text with the secrets of the draft in place of their marks.
func (d draft) restored(shown string) edited {
	e := edited{shown: shown, isDOS: d.isDOS}
	var text strings.Builder
	from := 0
	for _, span := range secretMark().FindAllStringIndex(shown, -1) {
		mark := shown[span[0]:span[1]]
		secret, isKnown := d.secrets[mark]
		if !isKnown {
			line, column := positionAt(shown, span[0])
			e.problems = append(e.problems, control.TextProblem{Line: line, Column: column, Message: mark +
				" stands for a secret that the scenarios in force do not have: write the secret in its place"})
			secret = mark
		}
		text.WriteString(shown[from:span[0]])
		e.replaced = append(e.replaced, replacement{text.Len(), secret, mark})
		text.WriteString(secret)
		from = span[1]
	}
	text.WriteString(shown[from:])
	e.text = text.String()
	e.hide(d.values)
	return e
}

// forFile returns the text with the line ends of the file: those that a browser sends are always the same.
func (e edited) forFile() string {
	text := strings.ReplaceAll(e.text, "\r\n", "\n")
	if e.isDOS {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

// minQuoted is the length from which on a secret is masked in the messages about a text.
const minQuoted = 4

// hide fills hidden with the replaced secrets as they are written, and with the values of all. A message can quote one
// line of a secret, because the mark can stand where line breaks have another meaning. Longer texts come first: others
// can be parts of them.
func (e *edited) hide(values []string) {
	add := func(text, by string) {
		quoted := strconv.Quote(text)
		text += "\n" + quoted[1:len(quoted)-1] // in messages
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); len(line) >= minQuoted {
				e.hidden = append(e.hidden, hidden{line, by})
			}
		}
	}
	for _, r := range e.replaced {
		add(strings.Trim(r.secret, `"'`), r.mark)
	}
	for _, value := range values {
		if !variable().MatchString(value) {
			add(value, "…")
		}
	}
	slices.SortStableFunc(e.hidden, func(a, b hidden) int { return len(b.text) - len(a.text) })
}

// minAbridged is how many bytes of a longer secret are enough to recognize it: messages cut long values off.
const minAbridged = 16

// in returns a message with the replacement in place of each occurrence of the text, or of the beginning of it.
func (h hidden) in(message string) string {
	length := min(len(h.text), minAbridged)
	var shown strings.Builder
	for {
		before, after, isFound := strings.Cut(message, h.text[:length])
		shown.WriteString(before)
		if !isFound {
			return shown.String()
		}
		shown.WriteString(h.by)
		rest := h.text[length:]
		for after != "" && rest != "" && after[0] == rest[0] {
			after, rest = after[1:], rest[1:]
		}
		message = after
	}
}

// shownProblem returns a problem of the text as a problem of what is shown.
func (e edited) shownProblem(one control.TextProblem) control.TextProblem {
	at := indexOf(e.text, one.Line, one.Column)
	for _, h := range e.hidden {
		one.Message = h.in(one.Message)
	}
	longer := 0 // how much longer the text is, as far as the problem
	for _, r := range e.replaced {
		switch behind := at - r.at; {
		case behind >= len(r.secret):
			longer += len(r.secret) - len(r.mark)
		case behind > 0: // within it
			longer += behind - min(behind, len(r.mark))
		}
	}
	one.Line, one.Column = positionAt(e.shown, at-longer)
	return one
}

// positionAt returns the line and the column of an index in a text.
func positionAt(text string, index int) (line, column int) {
	before := text[:min(index, len(text))]
	start := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[start:]) + 1
}

// indexOf returns the index of a line and a column in a text.
func indexOf(text string, line, column int) int {
	index := 0
	for range line - 1 {
		next := strings.IndexByte(text[index:], '\n')
		if next < 0 {
			return len(text)
		}
		index += next + 1
	}
	for range column - 1 {
		letter, size := utf8.DecodeRuneInString(text[index:])
		if size == 0 || letter == '\n' {
			break
		}
		index += size
	}
	return index
}

// lineAt returns a line of a text, cut to a readable length.
func lineAt(text string, line int) string {
	start := indexOf(text, line, 1)
	found, _, _ := strings.Cut(text[start:], "\n")
	if letters := []rune(found); len(letters) > 200 {
		return fmt.Sprintf("%s…", string(letters[:200]))
	}
	return found
}

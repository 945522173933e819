package yamltree

import (
	"strings"
	"unicode/utf8"

	"example.com/pipesfake/internal/fields"
)

// checkLineBreaks reports whether the lines of a text end only in \n or \r\n. yaml.v3 also breaks lines at other
// characters, which no editor shows as line breaks: its positions would be those of other lines than the user's, and a
// secret would not be where its position says. It reports only the first such character as a mistake, because a file
// that was converted wrongly has one in each line.
func checkLineBreaks(r *fields.Reader, text string) bool {
	if strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") {
		r.Mistake(nodeAt(1, 1), "", "the file is UTF-16: save it as UTF-8")
		return false
	}
	for i := range len(text) {
		c := text[i]
		if c != '\r' && c != 0xc2 && c != 0xe2 {
			continue
		}
		if message := unusualLineBreak(text[i:]); message != "" {
			start := strings.LastIndexByte(text[:i], '\n') + 1
			line, column := strings.Count(text[:i], "\n")+1, utf8.RuneCountInString(text[start:i])+1
			r.Mistake(nodeAt(line, column), "", "%s", message)
			return false
		}
	}
	return true
}

// unusualLineBreak returns what is wrong if a text begins with a character at which only YAML breaks a line, or "".
func unusualLineBreak(text string) string {
	letter, _ := utf8.DecodeRuneInString(text)
	switch letter {
	case '\r':
		if !strings.HasPrefix(text, "\r\n") {
			return `a carriage return without a line feed: save the file with ordinary line ends (\n or \r\n)`
		}
	case '\u0085':
		return `the line break U+0085: remove it, or write "\u0085" in a quoted text`
	case '\u2028':
		return `the line separator U+2028: remove it, or write "\u2028" in a quoted text`
	case '\u2029':
		return `the paragraph separator U+2029: remove it, or write "\u2029" in a quoted text`
	}
	return ""
}

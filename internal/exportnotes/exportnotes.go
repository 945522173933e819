// Package exportnotes writes the comments at the beginning of exported scenario files, and removes them again.
package exportnotes

import (
	"slices"
	"strings"
	"unicode"
)

// Comments returns lines as YAML comments.
func Comments(lines []string) (text []byte) {
	for _, line := range lines {
		text = append(text, "# "+strings.Map(printable, line)+"\n"...)
	}
	return text
}

// Write returns the comments at the beginning of an export. A later export of the exported file replaces them.
func Write(environment, at string, lines []string) []byte {
	first := notesBegin + environment + " as it stood at " + at + notesEnd
	return append(Comments(slices.Insert(slices.Clone(lines), 0, first)), '\n')
}

// The beginning and the end of the first line of the notes, by which Remove finds them.
const (
	notesBegin = "Environment "
	notesEnd   = ", exported by pipesfake."
)

// Remove returns the comments of a file without the notes of an export.
func Remove(comments string) string {
	blocks := slices.DeleteFunc(strings.Split(comments, "\n\n"), func(block string) bool {
		first, _, _ := strings.Cut(block, "\n")
		return strings.HasPrefix(first, "# "+notesBegin) && strings.HasSuffix(first, notesEnd)
	})
	return strings.Join(blocks, "\n\n")
}

// printable replaces runes that would end the line, or are invisible.
func printable(r rune) rune {
	if !unicode.IsPrint(r) {
		return ' '
	}
	return r
}

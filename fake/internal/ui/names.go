package ui

import (
	"html/template"
	"strings"
	"time"
)

// The lengths from which on an id is shortened in the middle: on narrow screens, and on all.
const (
	maxNarrowName = 24
	maxName       = 28
)

// shorten returns a text as HTML, with its long words shortened in the middle so that no line breaks inside of one. The
// style sheet shows a word in full while the pointer or the focus is on it.
func shorten(text string) template.HTML {
	var to strings.Builder
	for i, word := range strings.Split(text, " ") {
		if i > 0 {
			to.WriteByte(' ')
		}
		for j, part := range strings.Split(word, "/") { // a path may break at its slashes
			if j > 0 {
				to.WriteString("/<wbr>")
			}
			writeWord(&to, part)
		}
	}
	return template.HTML(to.String())
}

func writeWord(to *strings.Builder, word string) {
	letters := []rune(word)
	_, err := time.Parse(time.RFC3339, strings.TrimRight(word, ",.;")) // which browsers would break at its dashes
	switch {
	case err == nil:
		to.WriteString(`<span class="unbroken">` + template.HTMLEscapeString(word) + `</span>`)
		return
	case len(letters) <= maxNarrowName:
		to.WriteString(template.HTMLEscapeString(word))
		return
	}
	class, head, tail := "id", 11, 10
	if len(letters) > maxName {
		class = "id long"
	}
	short := string(letters[:head]) + "…" + string(letters[len(letters)-tail:])
	to.WriteString(`<span class="` + class + `"><span class="cut" aria-hidden="true">` +
		template.HTMLEscapeString(short) + `</span><span class="full">` + template.HTMLEscapeString(word) +
		`</span></span>`)
}

package ui

import (
	"cmp"
	"html/template"
	"net/url"
	"strconv"
	"strings"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// cell is a connection in the table.
type cell struct {
	Place, Word, Symbol, Class, Label string
	Note                              string  // the step of its script
	Ends                              *moment // when the ttl of the deciding switch ends
}

// cellOf returns the cell of a connection, without secrets.
func (r Request) cellOf(c model.View) cell {
	c.Key = r.shown(c.Key)
	shown := cell{Place: place(c.Key), Note: scriptNote(c.Decision.Steps)}
	shown.Word, shown.Class, shown.Symbol = stateShown(c)
	if by := c.Decision.Switch; by != nil {
		shown.Ends = r.moment(by.EndsAt())
	}
	shown.Label = ownerName(c.Key) + ", " + c.Provider + ": " + shown.Word
	return shown
}

// stateShown returns the state of a connection as its cell shows it: in words, as a class of the style sheet, and as a
// symbol. An expired token counts before missing scopes.
func stateShown(c model.View) (word, class, symbol string) {
	word, class, symbol = strings.ReplaceAll(c.State, "_", " "), c.State, "●"
	switch {
	case c.State == scenarios.NotInstalled:
		symbol = "○"
	case c.State == scenarios.NeedsReauthorization:
		symbol = "↻"
	case c.Stale:
		return "expired", "expired", "▲"
	}
	if len(c.MissingScopes) > 0 && !c.Stale {
		word, class = "missing scopes", "missing"
		if c.State == scenarios.Connected {
			symbol = "◐"
		}
	}
	return word, class, symbol
}

// scriptNote says in which step of its innermost script a connection is. It returns an empty text without a script.
func scriptNote(steps []model.Step) string {
	if len(steps) == 0 {
		return ""
	}
	last := steps[len(steps)-1]
	name := cmp.Or(last.Script.Name, "script")
	if last.Number == 0 {
		return name + ", ended"
	}
	note := name + " " + strconv.Itoa(last.Number) + "/" + strconv.Itoa(last.Of)
	if last.Fault != nil {
		note += ", gets " + faultName(*last.Fault)
	}
	return note
}

// write writes the cell as HTML. It does not use a template because a table has hundreds of cells, for which templates
// are too slow. The link of the cell opens it: it is opens followed by the place. open is the place that is open now.
func (c cell) write(to *strings.Builder, id, opens, open string) {
	text, class := template.HTMLEscapeString, c.Class
	if c.Place == open {
		class += " open"
	}
	label := text(c.Label)
	to.WriteString(`<td><span class="pair ` + class + `"><button name="place" value="` + text(c.Place) +
		`" id="cell-` + id + `" class="cell"><span class="sr">` + label +
		` </span><span aria-hidden="true">` + c.Symbol + " " + c.Word + `</span>`)
	if c.Note != "" {
		to.WriteString(` <small>` + text(c.Note) + `</small>`)
	}
	if c.Ends != nil {
		to.WriteString(` <small>ends ` + string(c.Ends.HTML()) + `</small>`)
	}
	to.WriteString(`</button><a class="why" id="why-` + id + `" href="` + text(opens+url.QueryEscape(c.Place)) +
		`">why<span class="sr"> ` + label + `</span></a></span></td>`)
}

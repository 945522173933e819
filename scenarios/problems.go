package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"example.com/pipesfake/internal/fields"
)

// Position is a place in a file. It is zero for what was not read from a file.
type Position struct {
	Line, Column int32
}

// Problem is a mistake in a document.
type Problem struct {
	File     string   // empty unless the document is a file
	Position Position // zero unless the document is a file
	Field    string   // the path of the field in its document: connections[3].user_id
	Message  string   // what is wrong, and what to do about it

	code fields.Code // empty means fields.Invalid
}

// Code returns the kind of mistake, as the errors of control calls have it: invalid, invalid_type, required, unknown or
// unresolved.
func (p Problem) Code() string { return string(cmp.Or(p.code, fields.Invalid)) }

// String returns the message with file and position, as far as they are known.
func (p Problem) String() string {
	if p.File == "" {
		return p.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Position.Line, p.Position.Column, p.Message)
}

// Problems is an error that lists all mistakes of a document, in the order of the document.
type Problems []Problem

// Error returns the problems, one on each line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// add appends a problem with a field. The message is the field's path followed by the formatted text.
func (p *Problems) add(field, format string, args ...any) {
	*p = append(*p, Problem{Field: field, Message: field + " " + fmt.Sprintf(format, args...)})
}

// report is a fields.Report that calls add.
func (p *Problems) report(field, problem string) { p.add(field, "%s", problem) }

func (p Problems) sort() {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Position.Line, b.Position.Line), cmp.Compare(a.Position.Column, b.Position.Column),
			cmp.Compare(a.Field, b.Field))
	})
}

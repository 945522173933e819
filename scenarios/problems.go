package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Position is a place in a file. The zero Position is that of what was not read from a file.
type Position struct {
	Line, Column int32
}

// Problem is a mistake in a document: where it is, and what to do about it.
type Problem struct {
	File     string   // empty for a document that came with a control call or from Go
	Position Position // zero there too
	Field    string   // the path of the field in its document: connections[3].user_id
	Message  string
}

func (p Problem) String() string {
	if p.File == "" {
		return p.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Position.Line, p.Position.Column, p.Message)
}

// Problems are all the mistakes of a document, in its order. As an error they are a line each.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// add appends a problem with a field; the problem is written after the field's path.
func (p *Problems) add(field, format string, args ...any) {
	*p = append(*p, Problem{Field: field, Message: field + " " + fmt.Sprintf(format, args...)})
}

// report is add for the checks of package fields.
func (p *Problems) report(field, problem string) { p.add(field, "%s", problem) }

func (p Problems) sort() {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Position.Line, b.Position.Line), cmp.Compare(a.Position.Column, b.Position.Column),
			cmp.Compare(a.Field, b.Field))
	})
}

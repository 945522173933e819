package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one mistake: where it stands, and what to do about it.
type Problem struct {
	File     string   // empty for a scenario that came with a control call or from Go
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

// Problems are all the mistakes of one document, in its order. They are an error, a line for each.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

func (p Problems) sort() {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Position.Line, b.Position.Line), cmp.Compare(a.Position.Column, b.Position.Column),
			cmp.Compare(a.Field, b.Field))
	})
}

// mostToList is how many words an error lists.
const mostToList = 12

// NotOneOf tells of a word that is none of those that are allowed: which are near, and which there are unless they
// are many.
func NotOneOf(word string, allowed []string) string {
	if len(allowed) > mostToList {
		return fmt.Sprintf("is %q, which is none%s: GET /_control/openapi.json lists them", Abridge(word), DidYouMean(word, allowed))
	}
	return fmt.Sprintf("is %q, not one of %s%s", Abridge(word), strings.Join(allowed, ", "), DidYouMean(word, allowed))
}

package control

import (
	"net/url"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// bodyReader reads a body and collects what is wrong with it.
type bodyReader struct {
	fields.Reader
	*fields.Values
	root *fields.Node
}

// openBody parses the body of a call, an object, and checks its keys. It fails only if the body is not JSON.
func openBody[T any](c Call, described *fields.Mapping[T]) (*bodyReader, error) {
	if _, err := c.Bodies.Parse(c.Body); err != nil {
		return nil, err
	}
	root, err := fields.FromJSON(c.Body)
	if err != nil {
		return nil, err
	}
	r := &bodyReader{root: root}
	r.Limit, r.FullPaths = maxMistakes, true
	r.Values = described.Open(&r.Reader, root, "")
	return r, nil
}

// maxMistakes is how many mistakes an answer reports.
const maxMistakes = 20

// check adds what is wrong with a value, unless the field could not be read anyway.
func (r *bodyReader) check(problems scenarios.Problems) {
	addProblems(&r.Reader, r.root, problems)
}

// addProblems adds problems to the mistakes of a reader, except those of fields that have a mistake already.
func addProblems(r *fields.Reader, root *fields.Node, problems scenarios.Problems) {
	for _, problem := range problems {
		if !r.HasMistake(0, problem.Field) {
			r.Mistake(root, problem.Field, "%s", problem.Message)
		}
	}
}

// err returns one error with everything that is wrong, or nil.
func (r *bodyReader) err() error { return invalid(r.Mistakes) }

func invalid(mistakes []fields.Mistake) error {
	if len(mistakes) == 0 {
		return nil
	}
	var wrong []pipes.FieldError
	for _, mistake := range mistakes[:min(len(mistakes), maxMistakes)] {
		wrong = append(wrong,
			pipes.FieldError{Field: mistake.Path, Code: string(mistake.Code), Message: mistake.Message})
	}
	return pipes.Invalid(wrong...)
}

// readQuery reads the query of a call. Check, which may be nil, returns what is wrong with the parameters as a whole.
func readQuery[T any](c Call, described *fields.Mapping[T], into *T, check func() scenarios.Problems) error {
	var r fields.Reader
	described.Read(&r, fields.FromValues(c.Query), "", into)
	for i := range r.Mistakes {
		r.Mistakes[i].Code = fields.Invalid
	}
	if check != nil {
		addProblems(&r, &fields.Node{}, check())
	}
	return invalid(r.Mistakes)
}

// CheckQuery refuses parameters that a call does not have, and parameters that are given more than once.
func CheckQuery(query url.Values, known ...string) error {
	var wrong []pipes.FieldError
	for name, values := range query {
		shown := fields.Abridge(name)
		switch {
		case !slices.Contains(known, name):
			wrong = append(wrong, pipes.FieldError{Field: shown, Code: "unknown",
				Message: "unknown query parameter " + shown + fields.DidYouMean(name, known)})
		case len(values) > 1:
			wrong = append(wrong, pipes.FieldError{Field: name, Code: "invalid",
				Message: name + " is in the query more than once"})
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.SortFunc(wrong, func(a, b pipes.FieldError) int { return strings.Compare(a.Field, b.Field) })
	return pipes.Invalid(wrong...)
}

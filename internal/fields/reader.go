package fields

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Mistake is something wrong in a document.
type Mistake struct {
	Position        // zero if the document has no positions
	Path     string // of the field: connections[3].user_id
	Code     Code
	Message  string
}

// Code is what kind of mistake it is.
type Code string

// The kinds of mistakes.
const (
	Invalid     Code = "invalid"
	InvalidType Code = "invalid_type" // the value is of the wrong kind
	Missing     Code = "required"
	Unknown     Code = "unknown" // the key, or what the value names
)

// Reader gathers the mistakes of a document while it is read, so that one pass finds all of them. The zero Reader is
// ready.
type Reader struct {
	Limit     int  // mistakes that get a message; later ones are only counted. Zero means all
	FullPaths bool // messages name fields by their whole path, because there are no positions
	Mistakes  []Mistake
	Secrets   []*Node // values that must not be shown

	nearest suggester
}

// maxSuggestions is the number of mistakes after which the reader stops to look for similar names, which is slow.
const maxSuggestions = 100

// Mistake records that the value n of the field at path is wrong.
func (r *Reader) Mistake(n *Node, path, format string, args ...any) {
	r.MistakeOf(Invalid, n, path, format, args...)
}

// MistakeOf records a mistake of a kind.
func (r *Reader) MistakeOf(code Code, n *Node, path, format string, args ...any) {
	mistake := Mistake{Path: path, Code: code}
	if r.Limit == 0 || len(r.Mistakes) < r.Limit {
		mistake.Position, mistake.Message = n.Position, fmt.Sprintf(format, args...)
	}
	r.Mistakes = append(r.Mistakes, mistake)
}

// Name returns how messages call the field at path.
func (r *Reader) Name(path string) string {
	if r.FullPaths && path != "" {
		return path
	}
	return Last(path)
}

// pathOf is Name for a key of the mapping at path, which may be anything.
func (r *Reader) pathOf(path, key string) string {
	if r.FullPaths && path != "" {
		return path + "." + key
	}
	return key
}

// Suggest is DidYouMean while the document has few mistakes, and while its suggestions have not cost too much. It lists
// the candidates only then.
func (r *Reader) Suggest(text string, candidates func() []string) string {
	if len(r.Mistakes) >= maxSuggestions || r.nearest.isSpent() {
		return ""
	}
	return r.nearest.didYouMean(text, candidates())
}

// HasMistake reports whether one of the mistakes recorded since there were so many concerns the field at path or
// something in it.
func (r *Reader) HasMistake(since int, path string) bool {
	return slices.ContainsFunc(r.Mistakes[since:], func(m Mistake) bool { return strings.HasPrefix(m.Path, path) })
}

// Entries visits the entries of a mapping. A key that is given twice is a mistake; so is one that is not known, unless
// known is nil. For an unknown key, hint may return the text that says what to do.
func (r *Reader) Entries(n *Node, path string, known []string, hint func(key string) string,
	visit func(key, value *Node, path string)) {
	if n.Kind != Map {
		r.MistakeOf(InvalidType, n, path, "%s must be a mapping, not %s%s", r.Name(path), n, listKeys(known))
		return
	}
	first := make(map[string]*Node, len(n.Entries))
	for _, entry := range n.Entries {
		key := entry.Key
		switch earlier := first[key.Text]; {
		case key.Kind == MergeKey:
			r.Mistake(key, path, "merge keys (<<) are not understood: write the fields out")
			continue
		case !key.IsScalar() || key.Kind == Null:
			r.Mistake(key, path, "%s is not a key", key)
			continue
		case earlier != nil:
			r.Mistake(key, Join(path, key.Text), "%s is listed twice (first in line %d)", OneLine(Abridge(key.Text)),
				earlier.Line)
			continue
		case known != nil && !slices.Contains(known, key.Text):
			todo := ""
			if hint != nil {
				todo = hint(key.Text)
			}
			todo = cmp.Or(todo, r.Suggest(key.Text, func() []string { return known }), listKeys(known))
			r.MistakeOf(Unknown, key, Join(path, key.Text), "unknown key %q%s", Abridge(r.pathOf(path, key.Text)), todo)
			continue
		}
		first[key.Text] = key
		visit(key, entry.Value, Join(path, key.Text))
	}
}

// List visits the items of a list.
func (r *Reader) List(n *Node, path string, visit func(item *Node, path string)) {
	if n.Kind != List && n.Kind != Untyped {
		r.MistakeOf(InvalidType, n, path, "%s must be a list, not %s", r.Name(path), n)
		return
	}
	for i, item := range n.Items {
		visit(item, fmt.Sprintf("%s[%d]", path, n.FirstIndex+i))
	}
}

// Join returns the path of a key in the mapping at path.
func Join(path, key string) string {
	key = OneLine(Abridge(key))
	if path == "" {
		return key
	}
	return path + "." + key
}

// Last returns the last part of a path, by which people know the field.
func Last(path string) string {
	if path == "" {
		return "the file"
	}
	return path[strings.LastIndexByte(path, '.')+1:]
}

func listKeys(known []string) string {
	if known == nil {
		return ""
	}
	return " (it takes " + strings.Join(known, ", ") + ")"
}

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
	Message  string
}

// Reader gathers the mistakes of a document while it is read, so that one pass finds all of them. The zero Reader is
// ready.
type Reader struct {
	Limit    int // mistakes that get a message; later ones are only counted. Zero means all
	Mistakes []Mistake
	Secrets  []*Node // values that must not be shown
}

// maxSuggestions is the number of mistakes after which the reader stops to look for similar names, which is slow.
const maxSuggestions = 100

// Mistake records that the value n of the field at path is wrong.
func (r *Reader) Mistake(n *Node, path, format string, args ...any) {
	mistake := Mistake{Path: path}
	if r.Limit == 0 || len(r.Mistakes) < r.Limit {
		mistake.Position, mistake.Message = n.Position, fmt.Sprintf(format, args...)
	}
	r.Mistakes = append(r.Mistakes, mistake)
}

// Suggest is DidYouMean, unless there are many mistakes already.
func (r *Reader) Suggest(text string, candidates []string) string {
	if len(r.Mistakes) >= maxSuggestions {
		return ""
	}
	return DidYouMean(text, candidates)
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
		r.Mistake(n, path, "%s must be a mapping, not %s%s", Last(path), n, listKeys(known))
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
			todo = cmp.Or(todo, r.Suggest(key.Text, known), listKeys(known))
			r.Mistake(key, Join(path, key.Text), "unknown key %q%s", Abridge(key.Text), todo)
			continue
		}
		first[key.Text] = key
		visit(key, entry.Value, Join(path, key.Text))
	}
}

// List visits the items of a list.
func (r *Reader) List(n *Node, path string, visit func(item *Node, path string)) {
	if n.Kind != List && n.Kind != Untyped {
		r.Mistake(n, path, "%s must be a list, not %s", Last(path), n)
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

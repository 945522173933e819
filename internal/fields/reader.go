package fields

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Mistake is a mistake in a document.
type Mistake struct {
	Position        // zero if the document has no positions
	Path     string // of the field: connections[3].user_id
	Code     Code
	Message  string
	Written  string // the value as it is written, if it has references to variables
}

// Code is the kind of a mistake.
type Code string

// Kinds of mistakes.
const (
	Invalid     Code = "invalid"
	InvalidType Code = "invalid_type" // the value is of the wrong kind
	Missing     Code = "required"
	Unknown     Code = "unknown"    // there is no such key, or nothing with the name that is the value
	Unresolved  Code = "unresolved" // the value refers to a variable that is not set, or does so wrongly
)

// Reader collects the mistakes of a document while it is read, so that the user sees all at once. The zero Reader is
// ready for use.
type Reader struct {
	Limit     int  // the number of mistakes that get a message; later ones are only counted. Zero means no limit
	FullPaths bool // messages contain the full paths of fields, for documents without positions
	Mistakes  []Mistake
	Secrets   []*Node // the values of secret fields

	nearest suggester
}

// maxSuggestions is the number of mistakes after which the reader no longer searches for similar names, which is slow.
const maxSuggestions = 100

// Mistake records a mistake in the value n of the field at path.
func (r *Reader) Mistake(n *Node, path, format string, args ...any) {
	r.MistakeOf(Invalid, n, path, format, args...)
}

// MistakeOf is Mistake with a code other than Invalid.
func (r *Reader) MistakeOf(code Code, n *Node, path, format string, args ...any) {
	mistake := Mistake{Path: path, Code: code}
	if r.Limit == 0 || len(r.Mistakes) < r.Limit {
		mistake.Position, mistake.Message = n.Position, fmt.Sprintf(format, args...)
		mistake.Written = n.Written
	}
	r.Mistakes = append(r.Mistakes, mistake)
}

// AddSecret records a copy of the value of a secret field: n itself may be in the same block of memory as many others.
func (r *Reader) AddSecret(n *Node) {
	secret := *n
	r.Secrets = append(r.Secrets, &secret)
}

// Name returns the name of the field at path for messages.
func (r *Reader) Name(path string) string {
	if r.FullPaths && path != "" {
		return path
	}
	return Last(path)
}

// pathOf is Name for a key of the mapping at path. The key may contain any characters.
func (r *Reader) pathOf(path, key string) string {
	if r.FullPaths && path != "" {
		return path + "." + key
	}
	return key
}

// Suggest is DidYouMean with limits: it returns "" after many mistakes, or after much work. It calls candidates only if
// it needs them.
func (r *Reader) Suggest(text string, candidates func() []string) string {
	if len(r.Mistakes) >= maxSuggestions || r.nearest.isSpent() {
		return ""
	}
	return r.nearest.didYouMean(text, candidates())
}

// HasMistake reports whether the field at path, or a part of it, has a mistake. It ignores the first since mistakes.
func (r *Reader) HasMistake(since int, path string) bool {
	return slices.ContainsFunc(r.Mistakes[since:], func(m Mistake) bool { return strings.HasPrefix(m.Path, path) })
}

// Entries calls visit for each entry of a mapping. It reports keys that are listed twice, and keys that are not in
// known, unless known is nil. Hint may be nil, or return what to do about an unknown key.
func (r *Reader) Entries(n *Node, path string, known []string, hint func(key string) string,
	visit func(key, value *Node, path string)) {
	r.entries(n, path, known, hint, func(key, value *Node) { visit(key, value, Join(path, key.Text)) })
}

// entries is Entries for a visit that needs no path.
func (r *Reader) entries(n *Node, path string, known []string, hint func(key string) string,
	visit func(key, value *Node)) {
	if n.Kind != Map {
		r.MistakeOf(InvalidType, n, path, "%s must be a mapping, not %s%s", r.Name(path), n, listKeys(known))
		return
	}
	first := firstKeys{few: make([]*Node, 0, maxFew+1)}
	for _, entry := range n.Entries {
		key := entry.Key
		switch earlier := first.find(key.Text); {
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
		first.add(key)
		visit(key, entry.Value)
	}
}

// firstKeys finds the keys of a mapping. The zero value has none.
type firstKeys struct {
	few  []*Node          // up to maxFew keys: a search is faster than a map
	many map[string]*Node // nil unless there are more
}

const maxFew = 16

func (f *firstKeys) find(text string) *Node {
	if f.many != nil {
		return f.many[text]
	}
	for _, key := range f.few {
		if key.Text == text {
			return key
		}
	}
	return nil
}

func (f *firstKeys) add(key *Node) {
	if f.many != nil {
		f.many[key.Text] = key
		return
	}
	if f.few = append(f.few, key); len(f.few) > maxFew {
		f.many = make(map[string]*Node, 2*maxFew)
		for _, one := range f.few {
			f.many[one.Text] = one
		}
	}
}

// List calls visit for each item of a list.
func (r *Reader) List(n *Node, path string, visit func(item *Node, path string)) {
	if n.Kind != List && n.Kind != Untyped {
		r.MistakeOf(InvalidType, n, path, "%s must be a list, not %s", r.Name(path), n)
		return
	}
	for i, item := range n.Items {
		visit(item, path+"["+strconv.Itoa(n.FirstIndex+i)+"]")
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

// Last returns the last part of a path.
func Last(path string) string {
	if path == "" {
		return "the file"
	}
	return path[strings.LastIndexByte(path, '.')+1:]
}

// listKeys returns the list of known keys for messages.
func listKeys(known []string) string {
	if known == nil {
		return ""
	}
	return " (it takes " + strings.Join(known, ", ") + ")"
}

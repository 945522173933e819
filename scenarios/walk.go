package scenarios

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"gopkg.in/yaml.v3"
)

// walker reads nodes and gathers what is wrong with them. Its readers answer a zero value for what
// they complained of, so that one pass finds every mistake.
type walker struct {
	file     string
	offset   int // lines before the piece of the file that is read
	index    int // elements of its list before it
	problems Problems
	secrets  []hidden
	nearest  suggester
}

func (w *walker) position(n *yaml.Node) Position {
	if n.Line == 0 {
		return Position{}
	}
	return Position{Line: int32(n.Line + w.offset), Column: int32(n.Column)}
}

// mostTold is how many problems of an inline scenario or fault are told, and mostSuggested those of a document for
// which the nearest words are looked for.
const (
	mostTold      = 20
	mostSuggested = 100
)

// suggest is DidYouMean while the document has few problems, and while its suggestions have not cost too much. It
// lists the candidates only then.
func (w *walker) suggest(word string, candidates func() []string) string {
	if len(w.problems) >= mostSuggested || w.nearest.isSpent() {
		return ""
	}
	return w.nearest.didYouMean(word, candidates())
}

func (w *walker) wrong(n *yaml.Node, path, format string, args ...any) {
	if w.file == "" && len(w.problems) >= mostTold {
		w.problems = append(w.problems, Problem{Field: path}) // counted, and not told
		return
	}
	w.problems = append(w.problems, Problem{
		File: w.file, Position: w.position(n), Field: path, Message: fmt.Sprintf(format, args...),
	})
}

// complained tells whether a field has a problem already, among those since a mark.
func (w *walker) complained(since int, path string) bool {
	return slices.ContainsFunc(w.problems[since:], func(p Problem) bool { return strings.HasPrefix(p.Field, path) })
}

// entries visits the keys of a mapping. With known keys, others are mistakes; a key twice always is.
func (w *walker) entries(n *yaml.Node, path string, known []string, visit func(key, value *yaml.Node, path string)) {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		w.wrong(n, path, "%s must be a mapping, not %s%s", last(path), describe(n), mend(known))
		return
	}
	seen := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := resolve(n.Content[i]), resolve(n.Content[i+1])
		switch first := seen[key.Value]; {
		case key.Kind != yaml.ScalarNode || key.ShortTag() == "!!null":
			w.wrong(key, path, "%s is not a key", describe(key))
			continue
		case key.ShortTag() == "!!merge":
			w.wrong(key, path, "merge keys (<<) are not understood: write the fields out")
			continue
		case first != nil:
			w.wrong(key, join(path, key.Value), "%s stands here twice (first in line %d)", oneLine(Abridge(key.Value)), first.Line+w.offset)
			continue
		case known != nil && !slices.Contains(known, key.Value):
			near := w.suggest(key.Value, func() []string { return known })
			hint := cmp.Or(ofStep(key.Value, known), near, mend(known))
			w.wrong(key, join(path, key.Value), "unknown key %q%s", Abridge(key.Value), hint)
			continue
		}
		seen[key.Value] = key
		visit(key, value, join(path, key.Value))
	}
}

// fields are the values of a mapping by their keys, to be read in an order of the reader's own.
type fields struct {
	path   string
	values map[string]*yaml.Node
}

func (w *walker) fields(n *yaml.Node, path string, known []string) fields {
	f := fields{path: path, values: map[string]*yaml.Node{}}
	w.entries(n, path, known, func(key, value *yaml.Node, _ string) { f.values[key.Value] = value })
	return f
}

func (f fields) read(key string, reader func(n *yaml.Node, path string)) {
	if n := f.values[key]; n != nil {
		reader(n, join(f.path, key))
	}
}

// readFilled lets everything under a key be commented out.
func (f fields) readFilled(key string, reader func(n *yaml.Node, path string)) {
	if n := f.values[key]; n != nil && n.ShortTag() != "!!null" {
		reader(n, join(f.path, key))
	}
}

func (w *walker) text(n *yaml.Node, path string) string {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" {
		hint := ""
		if n.Kind == yaml.ScalarNode && n.ShortTag() != "!!null" && n.Line > 0 {
			hint = fmt.Sprintf(": write %q in quotes", Abridge(n.Value))
		}
		w.wrong(n, path, "%s must be a string, not %s%s", last(path), describe(n), hint)
		return ""
	}
	return n.Value
}

// word is a text that must say something.
func (w *walker) word(n *yaml.Node, path string) string {
	before := len(w.problems)
	text := w.text(n, path)
	if text == "" && len(w.problems) == before {
		w.wrong(n, path, "%s must not be empty: leave it out for its default", last(path))
	}
	return text
}

// choice is one of the words that are allowed here.
func (w *walker) choice(n *yaml.Node, path string, allowed ...string) string {
	before := len(w.problems)
	word := w.text(n, path)
	switch {
	case len(w.problems) > before:
		return ""
	case !slices.Contains(allowed, word):
		w.wrong(n, path, "%s %s", last(path), NotOneOf(word, allowed))
		return ""
	}
	return word
}

// choices are some of the words that are allowed here, each once.
func (w *walker) choices(n *yaml.Node, path string, allowed ...string) (chosen []string) {
	whole := path
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		w.wrong(n, path, "%s must not be empty: leave it out for its default", last(path))
	}
	w.list(n, path, func(element *yaml.Node, path string) {
		word := w.choice(element, path, allowed...)
		if word != "" && slices.Contains(chosen, word) {
			w.wrong(element, path, "%s names %q twice", last(whole), word)
		}
		chosen = append(chosen, word)
	})
	return chosen
}

// name tells whether a key may be the name of such a thing.
func (w *walker) name(key *yaml.Node, path, thing string) bool {
	if !IsName(key.Value) {
		w.wrong(key, path, "%q is not a name for %s: 1 to 64 letters, digits, dashes, dots or underscores, first a letter, digit or underscore", Abridge(key.Value), thing)
		return false
	}
	return true
}

func (w *walker) id(n *yaml.Node, path string) string {
	before := len(w.problems)
	id := w.text(n, path)
	if problem := CheckID(id); problem != "" && before == len(w.problems) {
		w.wrong(n, path, "%s %s", last(path), problem)
	}
	return id
}

func (w *walker) boolean(n *yaml.Node, path string) (b bool) {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" || n.Decode(&b) != nil {
		w.wrong(n, path, "%s must be true or false, not %s%s", last(path), describe(n), unquote(n, n.Value == "true" || n.Value == "false"))
	}
	return b
}

func (w *walker) integer(n *yaml.Node, path string) (i int64) {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || n.Decode(&i) != nil {
		_, err := strconv.ParseInt(n.Value, 10, 64)
		if n.ShortTag() != "!!str" && errors.Is(err, strconv.ErrRange) {
			size := "large"
			if strings.HasPrefix(n.Value, "-") {
				size = "small"
			}
			w.wrong(n, path, "%s is too %s: %s", last(path), size, describe(n))
			return 0
		}
		w.wrong(n, path, "%s must be a whole number, not %s%s", last(path), describe(n), unquote(n, err == nil))
	}
	return i
}

// unquote is the mend for what would be good without its quotes.
func unquote(n *yaml.Node, good bool) string {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" && good {
		return ": take the quotes away"
	}
	return ""
}

// lifetime reads expires_in: a duration that is not zero, or never.
func (w *walker) lifetime(n *yaml.Node, path string) time.Duration {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!int" {
		w.wrong(n, path, "%s %s has no unit (write %ss, %sm or %sh)", last(path), Abridge(n.Value), Abridge(n.Value), Abridge(n.Value), Abridge(n.Value))
		return 0
	}
	before := len(w.problems)
	text := w.text(n, path)
	if text == "never" || len(w.problems) > before {
		return Never
	}
	d, err := parseAnyDuration(text)
	switch {
	case err != nil:
		w.wrong(n, path, "%s %s, or never", last(path), err)
	case d > longestLife || d < -longestLife: // also Never, which is a duration in Go
		w.wrong(n, path, "%s %s", last(path), tooLongALife)
	case d == 0:
		w.wrong(n, path, "%s must not be zero (negative for a stale token, never for one that does not expire)", last(path))
	}
	return d
}

// list visits the elements of a sequence.
func (w *walker) list(n *yaml.Node, path string, visit func(element *yaml.Node, path string)) {
	if n.Kind != yaml.SequenceNode {
		w.wrong(n, path, "%s must be a list, not %s", last(path), describe(n))
		return
	}
	first := w.index
	w.index = 0 // of the lists inside nothing comes before
	for i, element := range n.Content {
		visit(resolve(element), fmt.Sprintf("%s[%d]", path, first+i))
	}
}

func (w *walker) texts(n *yaml.Node, path string) []string {
	texts := []string{}
	w.list(n, path, func(element *yaml.Node, path string) { texts = append(texts, w.text(element, path)) })
	return texts
}

func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

func join(path, key string) string {
	key = oneLine(Abridge(key))
	if path == "" {
		return key
	}
	return path + "." + key
}

// oneLine quotes what would not stand in a line as it is.
func oneLine(text string) string {
	if strings.ContainsFunc(text, unicode.IsControl) {
		return strconv.Quote(text)
	}
	return text
}

// last is the end of a path: what a person calls the field.
func last(path string) string {
	if path == "" {
		return "the file"
	}
	return path[strings.LastIndexByte(path, '.')+1:]
}

func mend(known []string) string {
	if known == nil {
		return ""
	}
	return " (it takes " + strings.Join(known, ", ") + ")"
}

// ofStep is the mend for what a scenario does not take, but its steps do.
func ofStep(key string, known []string) string {
	if slices.Contains(known, "steps") && slices.Contains([]string{"fault", "times", "for"}, key) {
		return ": it is part of a step (write steps: [{fault: {status: 503}, times: 2}, {scenario: active}])"
	}
	return ""
}

func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!null":
		return "nothing"
	case "!!int", "!!float":
		return "the number " + Abridge(n.Value)
	case "!!bool":
		return "the truth value " + Abridge(n.Value)
	case "!!timestamp":
		return "the date " + Abridge(n.Value)
	}
	return fmt.Sprintf("%q", Abridge(n.Value))
}

// jsonNode makes nodes without places of decoded JSON, so that one walker reads both.
func jsonNode(value any) *yaml.Node {
	switch v := value.(type) {
	case map[string]any:
		n := &yaml.Node{Kind: yaml.MappingNode}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			n.Content = append(n.Content, jsonNode(key), jsonNode(v[key]))
		}
		return n
	case []any:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		for _, element := range v {
			n.Content = append(n.Content, jsonNode(element))
		}
		return n
	case string:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v}
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: fmt.Sprint(v)}
	case json.Number:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!" + kindOfNumber(v), Value: v.String()}
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
}

func kindOfNumber(n json.Number) string {
	if _, err := n.Int64(); err != nil {
		return "float"
	}
	return "int"
}

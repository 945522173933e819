package fields

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
)

// Kind is the kind of value that a node is.
type Kind uint8

// Kinds of nodes.
const (
	Null    Kind = iota
	Boolean      // Value is a bool
	Integer      // Value is an int, int64 or uint64, or nil for larger numbers
	Float        // Value is a float64
	Date         // Value is a time.Time
	String
	Untyped  // a text from a query or a form, which can mean a string, a number or a bool
	MergeKey // the key << of YAML
	Other    // a scalar with an unknown YAML tag
	List
	Map
)

// Node is a value of a document.
type Node struct {
	Kind       Kind
	Text       string  // the text of a scalar
	Written    string  // how the scalar is written, if that is another text, with variables; otherwise empty
	Value      any     // the value of a number, bool or date; nil if it cannot be decoded
	Items      []*Node // the items of a list, or all values of an Untyped parameter
	Entries    []Entry // the entries of a mapping
	FirstIndex int     // the index of the first item, if the list is a part of a longer one
	Position
}

// Entry is an entry of a mapping.
type Entry struct{ Key, Value *Node }

// Position is a place in a document. It is zero for nodes that were not read from a file.
type Position struct {
	Line, Column int32
}

// IsScalar reports whether the node is neither a list nor a mapping.
func (n *Node) IsScalar() bool { return n.Kind != List && n.Kind != Map }

// FromJSON parses a JSON document. Its nodes have no positions, and the keys of its mappings are sorted.
func FromJSON(text []byte) (*Node, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if rest := bytes.TrimSpace(text[decoder.InputOffset():]); len(rest) > 0 {
		return nil, fmt.Errorf("there is more after the JSON value, at byte %d: %s", len(text)-len(rest),
			Abridge(string(rest)))
	}
	return fromJSON(value), nil
}

func fromJSON(value any) *Node {
	switch v := value.(type) {
	case map[string]any:
		n := &Node{Kind: Map}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			n.Entries = append(n.Entries, Entry{&Node{Kind: String, Text: key}, fromJSON(v[key])})
		}
		return n
	case []any:
		n := &Node{Kind: List}
		for _, item := range v {
			n.Items = append(n.Items, fromJSON(item))
		}
		return n
	case string:
		return &Node{Kind: String, Text: v}
	case bool:
		return &Node{Kind: Boolean, Text: fmt.Sprint(v), Value: v}
	case json.Number:
		return fromNumber(v)
	}
	return &Node{}
}

func fromNumber(number json.Number) *Node {
	n := &Node{Kind: Float, Text: number.String()}
	if i, err := number.Int64(); err == nil {
		n.Kind, n.Value = Integer, i
	} else if f, err := number.Float64(); err == nil {
		n.Value = f
	}
	return n
}

// FromValues returns query parameters or a form as a mapping. If a parameter is given more than once, the first value
// counts, unless its type is a list.
func FromValues(values url.Values) *Node {
	n := &Node{Kind: Map}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		value := &Node{Kind: Untyped}
		for i, text := range values[key] {
			value.Items = append(value.Items, &Node{Kind: Untyped, Text: text})
			if i == 0 {
				value.Text = text
			}
		}
		n.Entries = append(n.Entries, Entry{&Node{Kind: String, Text: key}, value})
	}
	return n
}

// Plain returns the value of a node for encoding/json. It resolves YAML merge keys.
func (n *Node) Plain() (any, error) {
	switch n.Kind {
	case Null:
		return nil, nil
	case Map:
		return n.plainMap()
	case List:
		items := make([]any, len(n.Items))
		for i, item := range n.Items {
			var err error
			if items[i], err = item.Plain(); err != nil {
				return nil, err
			}
		}
		return items, nil
	case String, Untyped, MergeKey, Other:
		return n.Text, nil
	}
	if n.Value == nil {
		return nil, fmt.Errorf("%s has no value", n)
	}
	return n.Value, nil
}

func (n *Node) plainMap() (any, error) {
	all := map[string]any{}
	for _, entry := range n.Entries {
		if entry.Key.Kind == MergeKey {
			if err := merge(all, entry.Value); err != nil {
				return nil, err
			}
		}
	}
	for _, entry := range n.Entries {
		switch entry.Key.Kind {
		case MergeKey:
			continue
		case String:
		default:
			return nil, fmt.Errorf("its key %s is not a string", entry.Key)
		}
		value, err := entry.Value.Plain()
		if err != nil {
			return nil, err
		}
		all[entry.Key.Text] = value
	}
	return all, nil
}

// merge adds the value of a merge key: a mapping, or a list of mappings in which earlier ones have priority.
func merge(into map[string]any, from *Node) error {
	if from.Kind == List {
		for _, one := range slices.Backward(from.Items) {
			if err := merge(into, one); err != nil {
				return err
			}
		}
		return nil
	}
	value, err := from.Plain()
	if err != nil {
		return err
	}
	members, isMap := value.(map[string]any)
	if !isMap {
		return errors.New("the merge key << needs a mapping")
	}
	maps.Copy(into, members)
	return nil
}

// String describes a node for errors: a mapping, the number 5, "text".
func (n *Node) String() string {
	switch n.Kind {
	case Map:
		return "a mapping"
	case List:
		return "a list"
	case Null:
		return "nothing"
	case Integer, Float:
		return "the number " + Abridge(n.Text)
	case Boolean:
		return "the truth value " + Abridge(n.Text)
	case Date:
		return "the date " + Abridge(n.Text)
	}
	return fmt.Sprintf("%q", Abridge(n.Text))
}

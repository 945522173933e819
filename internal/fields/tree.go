package fields

import (
	"bytes"
	"encoding/json"
)

// Tree is a mapping as it is written: its members are in order, and those with their default are left out.
type Tree []Member

// Member is a key of a tree with its value: a string, number or bool, a pointer to one of these, a []string, a Tree, a
// []Tree, a Hidden, or nil for null.
type Member struct {
	Key   string
	Value any
}

// Hidden is a secret value. It can be compared, but must not be written.
type Hidden string

// Get returns the value of a key.
func (t Tree) Get(key string) (value any, found bool) {
	for _, member := range t {
		if member.Key == key {
			return member.Value, true
		}
	}
	return nil, false
}

// Add appends a member if the condition holds.
func (t *Tree) Add(condition bool, key string, value any) {
	if condition {
		*t = append(*t, Member{key, value})
	}
}

// MarshalJSON encodes the tree as a JSON object with its members in order.
func (t Tree) MarshalJSON() ([]byte, error) { return appendJSON(nil, t) }

// appendJSON appends a value of a tree. It encodes the trees within itself: encoding/json would check the text of each
// tree again for every tree around it.
func appendJSON(text []byte, value any) (_ []byte, err error) {
	switch v := value.(type) {
	case Tree:
		text = append(text, '{')
		for i, member := range v {
			if i > 0 {
				text = append(text, ',')
			}
			if text, err = appendJSON(text, member.Key); err != nil {
				return nil, err
			}
			if text, err = appendJSON(append(text, ':'), member.Value); err != nil {
				return nil, err
			}
		}
		return append(text, '}'), nil
	case []Tree:
		text = append(text, '[')
		for i, one := range v {
			if i > 0 {
				text = append(text, ',')
			}
			if text, err = appendJSON(text, one); err != nil {
				return nil, err
			}
		}
		return append(text, ']'), nil
	}
	var encoded bytes.Buffer
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false) // the encoder of the whole document decides
	err = encoder.Encode(value)
	return append(text, bytes.TrimSuffix(encoded.Bytes(), []byte("\n"))...), err
}

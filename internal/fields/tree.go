package fields

import (
	"bytes"
	"encoding/json"
)

// Tree is a mapping as it is written: in order, and without what is left to its default.
type Tree []Member

// Member is a key of a tree with its value: a string, number or bool, a pointer to one of these, a []string, a Tree or
// a []Tree, a Hidden value, or nil for null.
type Member struct {
	Key   string
	Value any
}

// Hidden is a secret value: it can be compared, but it is not written.
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

// MarshalJSON keeps the order of the members.
func (t Tree) MarshalJSON() ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // whoever encodes the whole document decides
	text.WriteByte('{')
	for i, member := range t {
		if i > 0 {
			text.WriteByte(',')
		}
		if err := encoder.Encode(member.Key); err != nil {
			return nil, err
		}
		text.WriteByte(':')
		if err := encoder.Encode(member.Value); err != nil {
			return nil, err
		}
	}
	text.WriteByte('}')
	return text.Bytes(), nil
}

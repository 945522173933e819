package fields

// Values contains the values of a mapping by their keys.
type Values struct {
	Path      string // the path of the mapping
	IsMapping bool   // false if the node is something else, which is a mistake

	values []keyedValue // few enough that a search is faster than a map
}

type keyedValue struct {
	key  string
	node *Node
	good bool
}

func (v *Values) find(key string) *keyedValue {
	for i := range v.values {
		if v.values[i].key == key {
			return &v.values[i]
		}
	}
	return nil
}

// Node returns the value of a key, or nil if the key is missing.
func (v *Values) Node(key string) *Node {
	if value := v.find(key); value != nil {
		return value.node
	}
	return nil
}

// Filled returns the value of a key, or nil if the key is missing or its value is null.
func (v *Values) Filled(key string) *Node {
	if n := v.Node(key); n != nil && n.Kind != Null {
		return n
	}
	return nil
}

// ReadFilled calls read with the value of a key and its path, unless the key is missing or its value is null.
func (v *Values) ReadFilled(key string, read func(n *Node, path string)) {
	if n := v.Filled(key); n != nil {
		read(n, v.PathOf(key))
	}
}

// IsGood reports whether Fill read the key without a mistake. It is false if the key is missing.
func (v *Values) IsGood(key string) bool {
	value := v.find(key)
	return value != nil && value.good
}

// PathOf returns the full path of a key.
func (v *Values) PathOf(key string) string { return Join(v.Path, key) }

// Drop removes a key, so that Fill skips it.
func (v *Values) Drop(key string) {
	for i := range v.values {
		if v.values[i].key == key {
			v.values = append(v.values[:i], v.values[i+1:]...)
			return
		}
	}
}

package fields

import "reflect"

// Field describes a key of a mapping that is read into a T.
type Field[T any] struct {
	Key      string
	Doc      string // one line of documentation
	Shape    Shape
	Default  any    // as written in a document; nil: there is none, or Doc explains it
	Nullable bool   // null counts as left out, so that users can comment out everything below the key
	Missing  string // of a required field: what to write, as the end of "KEY is missing: …"
	Secret   bool

	required bool
	read     func(r *Reader, n *Node, path string, into *T)
	isSet    func(from *T) bool
	write    func(from *T) (value any, written bool)
	check    func(from *T, path string, report Report)
}

// Bind describes a field that is stored in one place of the struct, to which pointer returns a pointer.
func Bind[T, V any](key string, t Type[V], pointer func(*T) *V, doc string) Field[T] {
	f := Field[T]{Key: key, Doc: doc, Shape: t.Shape, Secret: t.Secret}
	if t.defaultValue != nil {
		f.Default = t.format(*t.defaultValue)
	}
	f.read = func(r *Reader, n *Node, path string, into *T) { *pointer(into) = t.Read(r, n, path) }
	f.isSet = func(from *T) bool { return !isZero(*pointer(from)) }
	f.write = func(from *T) (any, bool) {
		v := *pointer(from)
		if t.leavesOut(v) {
			return nil, false
		}
		return t.format(v), true
	}
	f.check = func(from *T, path string, report Report) {
		v := *pointer(from)
		if isZero(v) {
			return
		}
		if t.inside != nil {
			t.inside(v, path, report)
		}
		if t.Check == nil {
			return
		}
		if problem := t.Check(v); problem != "" {
			report(path, problem)
		}
	}
	return f
}

// leavesOut reports whether a value is not written, because it is the default. A zero value other than false means the
// default, too.
func (t Type[V]) leavesOut(v V) bool {
	if t.defaultValue != nil {
		if _, isBool := any(v).(bool); isBool || reflect.DeepEqual(v, *t.defaultValue) {
			return reflect.DeepEqual(v, *t.defaultValue)
		}
	}
	return isZero(v)
}

func isZero[V any](v V) bool { return reflect.ValueOf(&v).Elem().IsZero() }

// Declare describes a field that Read and Write skip. Its value depends on more than the field: the caller reads it
// from Values, and passes it to Write.
func Declare[T any](key string, shape Shape, doc string) Field[T] {
	return Field[T]{Key: key, Doc: doc, Shape: shape}
}

// Custom describes a field that is stored in more than one place of the struct.
func Custom[T any](key string, shape Shape, doc string,
	read func(r *Reader, n *Node, path string, into *T), write func(from *T) (value any, written bool)) Field[T] {
	isSet := func(from *T) bool {
		_, written := write(from)
		return written
	}
	return Field[T]{Key: key, Doc: doc, Shape: shape, read: read, write: write, isSet: isSet}
}

// CheckedBy returns the field with a function for Mapping.Check.
func (f Field[T]) CheckedBy(check func(from *T, path string, report Report)) Field[T] {
	f.check = check
	return f
}

// OrNull returns the field as one that counts as left out if its value is null.
func (f Field[T]) OrNull() Field[T] {
	f.Nullable = true
	return f
}

// Required returns the field as a required one. Missing says what to write: see Field.Missing.
func (f Field[T]) Required(missing string) Field[T] {
	f.Missing, f.required = missing, true
	return f
}

// RequiredElsewhere returns the field as a required one that the caller of Open checks. The schema and the
// documentation say that it is required.
func (f Field[T]) RequiredElsewhere() Field[T] {
	f.required = true
	return f
}

// DocumentDefault returns the field with a default for the documentation. Write writes it like any other value.
func (f Field[T]) DocumentDefault(value any) Field[T] {
	f.Default = value
	return f
}

// IsSet reports whether the field has a value in the struct, even if it is the default.
func (f Field[T]) IsSet(from *T) bool { return f.isSet != nil && f.isSet(from) }

// Embed returns the fields of a U as fields of a T, which contains the U that get returns.
func Embed[T, U any](inner []Field[U], get func(*T) *U) []Field[T] {
	outer := make([]Field[T], len(inner))
	for i, f := range inner {
		outer[i] = Field[T]{
			Key: f.Key, Doc: f.Doc, Shape: f.Shape, Default: f.Default,
			Nullable: f.Nullable, Missing: f.Missing, Secret: f.Secret, required: f.required,
		}
		if f.read != nil {
			outer[i].read = func(r *Reader, n *Node, path string, into *T) { f.read(r, n, path, get(into)) }
		}
		if f.isSet != nil {
			outer[i].isSet = func(from *T) bool { return f.isSet(get(from)) }
		}
		if f.write != nil {
			outer[i].write = func(from *T) (any, bool) { return f.write(get(from)) }
		}
		if f.check != nil {
			outer[i].check = func(from *T, path string, report Report) { f.check(get(from), path, report) }
		}
	}
	return outer
}

// Mapping describes a mapping that is read into a T.
type Mapping[T any] struct {
	Name       string
	Fields     []Field[T]
	Incomplete string                  // the mistake if required fields are missing; empty: one for each field
	Hint       func(key string) string // returns what to do about an unknown key, or ""; may be nil
	Lenient    bool                    // whether unknown keys are ignored
	Rules      string                  // a JSON object with more members for the JSON Schema

	keys []string
}

// NewMapping returns a mapping with the fields of all groups, in this order.
func NewMapping[T any](name string, groups ...[]Field[T]) *Mapping[T] {
	m := &Mapping[T]{Name: name}
	for _, group := range groups {
		for _, f := range group {
			m.Fields = append(m.Fields, f)
			m.keys = append(m.keys, f.Key)
		}
	}
	return m
}

// WithRules returns the mapping with more members for the JSON Schema: see Rules.
func (m *Mapping[T]) WithRules(rules string) *Mapping[T] {
	m.Rules = rules
	return m
}

// Keys returns the keys of the fields. The slice must not be changed.
func (m *Mapping[T]) Keys() []string { return m.keys }

// Read reads a mapping into a struct: it calls Open and Fill.
func (m *Mapping[T]) Read(r *Reader, n *Node, path string, into *T) *Values {
	v := m.Open(r, n, path)
	m.Fill(r, v, into)
	return v
}

// Open checks the keys of a mapping, and returns its values for Fill. It reports unknown and missing keys.
func (m *Mapping[T]) Open(r *Reader, n *Node, path string) *Values {
	v := &Values{Path: path, IsMapping: n.Kind == Map}
	known := m.keys
	if m.Lenient {
		known = nil
	}
	v.values = make([]keyedValue, 0, len(n.Entries))
	r.entries(n, path, known, m.Hint, func(key, value *Node) {
		v.values = append(v.values, keyedValue{key.Text, value, false})
	})
	if !v.IsMapping {
		return v
	}
	for i := range m.Fields {
		f := &m.Fields[i]
		switch {
		case f.Missing == "" || v.Filled(f.Key) != nil || v.Node(f.Key) != nil && !f.Nullable:
		case m.Incomplete != "":
			r.MistakeOf(Missing, n, path, "%s", m.Incomplete)
			return v
		default:
			r.MistakeOf(Missing, n, Join(path, f.Key), "%s is missing: %s", f.Key, f.Missing)
		}
	}
	return v
}

// Fill reads the values into a struct, in the order of the fields.
func (m *Mapping[T]) Fill(r *Reader, v *Values, into *T) {
	for i := range m.Fields {
		f := &m.Fields[i]
		value := v.find(f.Key)
		if f.read == nil || value == nil || f.Nullable && value.node.Kind == Null {
			continue
		}
		before := len(r.Mistakes)
		f.read(r, value.node, Join(v.Path, f.Key), into)
		value.good = len(r.Mistakes) == before
	}
}

// Check reports the problems of a struct that was made in Go. It does not check fields with the zero value, because
// they mean the default.
func (m *Mapping[T]) Check(from *T, path string, report Report) {
	for i := range m.Fields {
		if f := &m.Fields[i]; f.check != nil {
			f.check(from, Join(path, f.Key), report)
		}
	}
}

// Write returns the fields of a struct without those that have their default. Declared contains the values of fields
// that were described by Declare, in any order.
func (m *Mapping[T]) Write(from *T, declared ...Member) Tree {
	tree := Tree{}
	for i := range m.Fields {
		f := &m.Fields[i]
		if f.write == nil {
			if value, found := Tree(declared).Get(f.Key); found {
				tree = append(tree, Member{f.Key, value})
			}
			continue
		}
		if value, written := f.write(from); written {
			tree = append(tree, Member{f.Key, value})
		}
	}
	return tree
}

// Nested returns the type of a field that is a mapping itself.
func Nested[T any](m *Mapping[T]) Type[*T] {
	return Type[*T]{
		Shape: Shape{Name: "mapping", Schema: m.SchemaText()},
		Parse: func(r *Reader, n *Node, path string) *T {
			value := new(T)
			m.Read(r, n, path, value)
			return value
		},
		Format: func(value *T) any { return m.Write(value) },
		inside: func(value *T, path string, report Report) { m.Check(value, path, report) },
	}
}

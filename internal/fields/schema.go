package fields

import (
	"encoding/json"
	"fmt"
	"strings"
)

// SchemaText returns the JSON Schema (draft-07) of the mapping, as JSON.
func (m *Mapping[T]) SchemaText() string {
	text, err := json.Marshal(m.Schema())
	if err != nil {
		panic(fmt.Sprintf("the description of %s: %v", m.Name, err)) // it contains a schema that is not valid JSON
	}
	return string(text)
}

// Schema returns the JSON Schema (draft-07) of the mapping.
func (m *Mapping[T]) Schema() Tree {
	schema := Tree{}
	schema.Add(true, "type", "object")
	var required []string
	properties := Tree{}
	for _, f := range m.Fields {
		if f.required {
			required = append(required, f.Key)
		}
		properties.Add(true, f.Key, f.schema())
	}
	schema.Add(required != nil, "required", required)
	schema.Add(true, "additionalProperties", false)
	schema.Add(true, "properties", properties)
	return append(schema, members(m.Rules)...)
}

// Definitions adds the definitions to which the fields of the mapping refer.
func (m *Mapping[T]) Definitions(into map[string]json.RawMessage) {
	for _, f := range m.Fields {
		if f.Shape.Ref != "" && f.Shape.Schema != "" {
			into[f.Shape.Ref] = json.RawMessage(f.Shape.Schema)
		}
	}
}

// SchemaAlone returns the JSON Schema of the mapping with the definitions in place of references to them. It does not
// replace references within definitions.
func (m *Mapping[T]) SchemaAlone() []byte { return m.alone(m.Schema()) }

// Parameters returns the descriptions of the fields as query parameters, for an OpenAPI document.
func (m *Mapping[T]) Parameters() [][]byte {
	parameters := make([][]byte, len(m.Fields))
	for i, f := range m.Fields {
		schema := f.Shape.members()
		schema.Add(f.Default != nil, "default", f.Default)
		parameters[i] = m.alone(Tree{
			{"name", f.Key}, {"in", "query"}, {"required", false}, {"description", f.Doc}, {"schema", schema},
		})
	}
	return parameters
}

// alone returns a schema as JSON with the definitions of the mapping in place of references to them.
func (m *Mapping[T]) alone(schema Tree) []byte {
	encoded, err := json.Marshal(schema)
	if err != nil {
		panic(fmt.Sprintf("the description of %s: %v", m.Name, err))
	}
	text := string(encoded)
	definitions := map[string]json.RawMessage{}
	m.Definitions(definitions)
	for name, definition := range definitions {
		inside := strings.TrimSpace(string(definition))
		text = strings.ReplaceAll(text, `"$ref":"#/definitions/`+name+`"`, inside[1:len(inside)-1])
	}
	return []byte(text)
}

// schema returns the JSON Schema of the field.
func (f Field[T]) schema() Tree {
	schema := Tree{}
	schema.Add(f.Doc != "", "description", f.Doc)
	shape := f.Shape.members()
	if f.Nullable {
		shape = Tree{{"anyOf", []any{shape, Tree{{"type", "null"}}}}}
	}
	schema = append(schema, shape...)
	schema.Add(f.Default != nil, "default", f.Default)
	return schema
}

// members returns the members of the schema of a shape: of a reference, or of the schema itself.
func (s Shape) members() Tree {
	if s.Ref != "" {
		return Tree{{"$ref", "#/definitions/" + s.Ref}}
	}
	return members(s.Schema)
}

// members returns the members of a JSON object, in order.
func members(object string) (tree Tree) {
	if object == "" {
		return nil
	}
	decoder := json.NewDecoder(strings.NewReader(object))
	if _, err := decoder.Token(); err != nil {
		panic(fmt.Sprintf("%s: %v", object, err))
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			panic(fmt.Sprintf("%s: %v", object, err))
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			panic(fmt.Sprintf("%s: %v", object, err))
		}
		tree = append(tree, Member{fmt.Sprint(key), value})
	}
	return tree
}

// Ref returns the shape of values that a definition of the schema describes.
func Ref(name, definition string) Shape { return Shape{Name: name, Ref: definition} }

// ListOf returns the shape of a list.
func ListOf(item Shape, name string) Shape {
	return Shape{Name: name, Schema: fmt.Sprintf(`{"type": "array", "items": %s}`, item.Text())}
}

// Text returns the schema of the shape, as JSON.
func (s Shape) Text() string {
	if s.Ref == "" {
		return s.Schema
	}
	return fmt.Sprintf(`{"$ref": "#/definitions/%s"}`, s.Ref)
}

// Table returns the fields as a Markdown table.
func (m *Mapping[T]) Table() string {
	var b strings.Builder
	b.WriteString("| key | type | default | meaning |\n|---|---|---|---|\n")
	for _, f := range m.Fields {
		defaultText, doc := "", f.Doc
		if f.Default != nil {
			text, _ := json.Marshal(f.Default)
			defaultText = "`" + strings.Trim(string(text), `"`) + "`"
		}
		if f.required {
			defaultText = "required"
		}
		if f.Secret {
			doc += " Secret: it is never shown."
		}
		name := f.Shape.Name
		if f.Nullable {
			name += ", or nothing"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Key, name, defaultText, strings.ReplaceAll(doc, "|", `\|`))
	}
	return b.String()
}

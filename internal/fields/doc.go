// Package fields reads, checks, writes and documents mappings of keys to values by one description of their fields.
//
// A [Mapping] lists the [Field]s of a mapping. A field has a key, a [Type], a default and a line of documentation.
// [Bind] connects it with a field of a Go struct. One description is used
//
//   - to read a document into the struct ([Mapping.Read]): a [Reader] collects every mistake,
//   - to check a struct that was made in Go ([Mapping.Check]),
//   - to write the struct ([Mapping.Write]) as a [Tree], which can be encoded as JSON or YAML,
//   - to generate the JSON Schema ([Mapping.Schema]) and the documentation ([Mapping.Table]).
//
// A document is a tree of [Node]s. Package scenarios makes nodes from YAML, [FromJSON] from JSON, and [FromValues] from
// query parameters and forms.
package fields

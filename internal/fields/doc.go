// Package fields describes the fields of mappings once, and reads and writes the mappings by these descriptions.
//
// A [Mapping] lists the [Field]s that a mapping takes. Each field has a key, a type, a default, a line of documentation
// and, if it is bound to a Go struct, the place where its value is kept. From one description come
//
//   - the reader ([Mapping.Read]), which reports every mistake with its position or the path of its field,
//   - the checks of values that were made in Go ([Mapping.Check]),
//   - the writer ([Mapping.Write]), whose [Tree] can be encoded as JSON or YAML,
//   - the JSON Schema ([Mapping.Schema]) and the table for the documentation ([Mapping.Table]).
//
// Documents are trees of [Node]s. They are made of YAML (by package scenarios), of JSON ([FromJSON]), and of query
// parameters and forms ([FromValues]).
package fields

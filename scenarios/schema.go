package scenarios

import _ "embed"

//go:generate go test -run TestGeneratedFilesAreUpToDate . -update

//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema (draft-07) of scenario files, for editors. It refuses what a schema can refuse. Parse
// refuses more: a schema cannot look up names or compare fields.
func Schema() []byte { return append([]byte(nil), schema...) }

package scenarios

import _ "embed"

//go:generate go test -run TestGeneratedFilesAreUpToDate . -update

//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema (draft-07) of a scenario file, for editors. It refuses what a schema can
// refuse; Parse refuses more.
func Schema() []byte { return append([]byte(nil), schema...) }

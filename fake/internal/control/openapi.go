package control

import (
	_ "embed"
	"encoding/json"
)

//go:generate go test -run TestOpenAPIIsUpToDate . -update

//go:embed openapi.json
var openAPI []byte

// GetOpenAPI returns the description of the control plane.
func GetOpenAPI(Call) (any, error) { return json.RawMessage(openAPI), nil }

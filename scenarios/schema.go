package scenarios

import (
	_ "embed"
	"strings"
)

//go:generate go test -run TestGeneratedFilesAreUpToDate . -update

//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema (draft-07) of scenario files, for editors. It refuses what a schema can refuse. Parse
// refuses more: a schema cannot look up names or compare fields.
func Schema() []byte { return append([]byte(nil), schema...) }

// FaultSchema returns the JSON Schema of a fault without references, for the description of the control plane. It
// accepts a fault with several ways to break responses, which ParseFault refuses.
func FaultSchema() []byte { return faultMapping.SchemaAlone() }

// ScenarioSchema returns the JSON Schema of a scenario for the description of the control plane. Scenario and stepFault
// are the references to use for a scenario within a scenario, and for the fault of a step.
func ScenarioSchema(scenario, stepFault string) []byte {
	text := strings.ReplaceAll(string(scenarioMapping.SchemaAlone()),
		`{"$ref":"#/definitions/step"}`, string(stepMapping.SchemaAlone()))
	references := strings.NewReplacer(`"#/definitions/scenario"`, `"`+scenario+`"`, `"#/definitions/step_fault"`,
		`"`+stepFault+`"`)
	return []byte(references.Replace(text))
}

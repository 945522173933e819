package control

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what is generated in openapi.json")

// The schemas of faults, scenarios and switches and the query parameters in openapi.json are generated from their
// descriptions: go generate ./fake/internal/control writes them.
func TestOpenAPIIsUpToDate(t *testing.T) {
	t.Parallel()
	const file = "openapi.json"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := withParameters(t, withSchemas(t, text))
	switch {
	case bytes.Equal(text, want):
	case *update:
		if err := os.WriteFile(file, want, 0o666); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is stale: run go generate ./fake/internal/control", file)
	}
}

// openapi.json lists every parameter that is described.
func TestOpenAPIHasTheParametersOfTheQueries(t *testing.T) {
	t.Parallel()
	var api struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, In string }
		}
	}
	if err := json.Unmarshal(openAPI, &api); err != nil {
		t.Fatal(err)
	}
	for path, described := range map[string][]string{
		"/_control/coverage": coverageQuery().Keys(), "/_control/environments": environmentsQuery().Keys(),
		"/_control/events": eventsQuery().Keys(), "/_control/requests": requestsQuery().Keys(),
		"/_control/wait": waitQuery().Keys(), "/_control/webhooks": webhooksQuery().Keys(),
	} {
		var listed []string
		for _, parameter := range api.Paths[path]["get"].Parameters {
			if parameter.In == "query" {
				listed = append(listed, parameter.Name)
			}
		}
		for _, name := range described {
			if !slices.Contains(listed, name) {
				t.Errorf("%s: openapi.json lists %q, and not %s", path, listed, name)
			}
		}
	}
}

// withSchemas replaces the properties of the schemas that are described elsewhere.
func withSchemas(t *testing.T, text []byte) []byte {
	t.Helper()
	fault := propertiesOf(t, schemaOf(t, "fault"))
	for i := range fault {
		if fault[i].key == "operation" {
			fault[i].value = json.RawMessage(`{"$ref": "#/components/schemas/Operation"}`)
		}
	}
	place := []string{"operation", "provider", "user_id", "organization_id", "connection_owner", "times"}
	ofStep := slices.DeleteFunc(slices.Clone(fault), func(m member) bool { return slices.Contains(place, m.key) })
	active := slices.Concat(
		object{{"id", json.RawMessage(`{"type": "string"}`)}}, fault,
		object{
			{"defined_at", json.RawMessage(`{"anyOf": [{"type": "string", "description": ` +
				`"file:line:col; null for a fault that a control call added"}, {"type": "null"}]}`)},
			{"struck", json.RawMessage(`{"type": "integer", "minimum": 0, ` +
				`"description": "How many calls the fault has matched."}`)},
			{"serial", json.RawMessage(`{"type": "integer", "minimum": 1, "description": "Only in the response to ` +
				`whoever adds the fault: counts the faults of the environment, also those of before a reset."}`)},
		})
	inline := []byte(strings.NewReplacer("#/definitions/scenario", "#/components/schemas/InlineScenario",
		"#/definitions/step_fault", "#/components/schemas/StepFault").Replace(string(schemaOf(t, "scenario"))))
	for name, properties := range map[string]object{
		"FaultRequest": fault, "StepFault": ofStep, "Fault": active,
		"InlineScenario": propertiesOf(t, inline),
		"SwitchRequest":  propertiesOf(t, switchBody().SchemaAlone()), "RequestFilter": propertiesOf(t,
			filterBody().SchemaAlone()),
	} {
		begin, end := `\n   "`+name+`": \{.*?\n    "properties": \{`, `    \}`
		text = replaceBlock(t, text, begin, end, properties.lines())
	}
	return text
}

// schemaOf returns a schema that go generate ./scenarios has written.
func schemaOf(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile("../../../scenarios/testdata/schemas/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// withParameters replaces the query parameters.
func withParameters(t *testing.T, text []byte) []byte {
	t.Helper()
	for path, parameters := range map[string][][]byte{
		"coverage": coverageQuery().Parameters(), "environments": environmentsQuery().Parameters(),
		"events": eventsQuery().Parameters(), "requests": requestsQuery().Parameters(),
		"wait": waitQuery().Parameters(), "webhooks": webhooksQuery().Parameters(),
	} {
		lines := []string{`     {"$ref": "#/components/parameters/environment"}`}
		for _, parameter := range parameters {
			lines = append(lines, "     "+spaced(parameter))
		}
		begin, end := `\n  "/_control/`+path+`": \{\n   "get": \{.*?\n    "parameters": \[`, `    \]`
		text = replaceBlock(t, text, begin, end, strings.Join(lines, ",\n"))
	}
	return text
}

// replaceBlock replaces the lines between two expressions.
func replaceBlock(t *testing.T, text []byte, begin, end, lines string) []byte {
	t.Helper()
	block := regexp.MustCompile(`(?s)(` + begin + `)\n.*?\n(` + end + `)`)
	if !block.Match(text) {
		t.Fatalf("openapi.json lacks %s", begin)
	}
	return block.ReplaceAllFunc(text, func(old []byte) []byte {
		parts := block.FindSubmatch(old)
		return slices.Concat(parts[1], []byte("\n"+lines+"\n"), parts[2])
	})
}

// object is a JSON object in order.
type object []member

type member struct {
	key   string
	value json.RawMessage
}

func propertiesOf(t *testing.T, schema []byte) object {
	t.Helper()
	return members(t, members(t, schema).get("properties"))
}

func members(t *testing.T, text []byte) (o object) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	if _, err := decoder.Token(); err != nil {
		t.Fatal(err)
	}
	for decoder.More() {
		key, _ := decoder.Token()
		name, _ := key.(string)
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			t.Fatal(err)
		}
		o = append(o, member{name, value})
	}
	return o
}

func (o object) get(key string) json.RawMessage {
	for _, m := range o {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

// lines are the members, one a line, as openapi.json has them.
func (o object) lines() string {
	lines := make([]string, len(o))
	for i, m := range o {
		lines[i] = `     "` + m.key + `": ` + spaced(m.value)
	}
	return strings.Join(lines, ",\n")
}

// spaced is JSON on one line, with blanks after colons and commas.
func spaced(value []byte) string {
	var indented bytes.Buffer
	_ = json.Indent(&indented, value, "", "")
	return strings.ReplaceAll(strings.ReplaceAll(indented.String(), ",\n", ", "), "\n", "")
}

package scenarios

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/pipesfake/internal/fields"
)

var update = flag.Bool("update", false, "write the files that are generated from the descriptions of the fields")

// described is a fields.Mapping with any type of struct.
type described interface {
	Schema() fields.Tree
	Table() string
	Definitions(into map[string]json.RawMessage)
}

// mappings lists the mappings of the language with their headings in the documentation, and the names of their
// definitions in the schema. A mapping without a name is written out where it is used.
var mappings = []struct {
	heading, definition string
	described
}{
	{"The file", "", fileMapping()},
	{"A scenario", "scenario", scenarioMapping()},
	{"A step", "step", stepMapping()},
	{"A fault", "fault", faultMapping()},
	{"A rate limit", "", rateLimitMapping()},
	{"A range of delays", "", delayMapping()},
	{"A provider", "provider", providerMapping()},
	{"A config field", "config_field", configFieldMapping()},
	{"What differs for an organization", "override", overrideMapping()},
	{"A call of the provider's API", "", apiCallMapping()},
	{"A connection", "connection", connectionMapping()},
	{"A switch", "switch", switchMapping()},
	{"A webhook", "webhook", webhookMapping()},
}

func TestGeneratedFilesAreUpToDate(t *testing.T) {
	t.Parallel()
	const page, start, end = "../docs/scenario-fields.md", "<!-- generated: fields -->\n", "<!-- end -->\n"
	for file, generate := range map[string]func(old []byte) []byte{
		"schema.json":                    func([]byte) []byte { return generateSchema(t) },
		"testdata/schemas/fault.json":    func([]byte) []byte { return alone(t, faultMapping()) },
		"testdata/schemas/scenario.json": func([]byte) []byte { return alone(t, scenarioMapping()) },
		page: func(old []byte) []byte {
			before, rest, hasStart := bytes.Cut(old, []byte(start))
			_, after, hasEnd := bytes.Cut(rest, []byte(end))
			if !hasStart || !hasEnd {
				t.Fatalf("%s lacks its markers", page)
			}
			return slices.Concat(before, []byte(start), tables(), []byte(end), after)
		},
	} {
		old, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want := generate(old)
		switch {
		case bytes.Equal(old, want):
		case *update:
			if err := os.WriteFile(file, want, 0o666); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s is stale: run go generate ./scenarios", file)
		}
	}
}

// alone returns the JSON Schema of a mapping for the description of the control plane: definitions are in place of the
// references to them, except for those of a scenario and of the fault of a step.
func alone(t *testing.T, mapping interface{ SchemaAlone() []byte }) []byte {
	step := []byte(`{"$ref":"#/definitions/step"}`)
	schema := bytes.ReplaceAll(mapping.SchemaAlone(), step, stepMapping().SchemaAlone())
	var text bytes.Buffer
	if err := json.Indent(&text, schema, "", "  "); err != nil {
		t.Fatal(err)
	}
	text.WriteByte('\n')
	return text.Bytes()
}

// tables returns the tables of the documentation.
func tables() []byte {
	var b bytes.Buffer
	for _, mapping := range mappings {
		fmt.Fprintf(&b, "\n## %s\n\n%s", mapping.heading, mapping.Table())
	}
	b.WriteString("\n")
	return b.Bytes()
}

// generateSchema returns the JSON Schema of a scenario file.
func generateSchema(t *testing.T) []byte {
	definitions := map[string]json.RawMessage{
		"name": json.RawMessage(`{"pattern": "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$"}`),
		"way":  ways(t),
		"variable": json.RawMessage(`{
			"description": "${NAME} or ${NAME:-default} stands for an environment variable.",
			"type": "string", "pattern": "\\$\\{[A-Za-z_]"}`),
		"placed_fault": json.RawMessage(
			`{"allOf": [{"$ref": "#/definitions/fault"}, {"$ref": "#/definitions/way"}]}`),
		"step_fault": json.RawMessage(
			`{"allOf": [{"$ref": "#/definitions/fault"}, {"$ref": "#/definitions/way"}], "not": {"anyOf": ` +
				required(t, placeKeys()) + `}}`),
	}
	for _, mapping := range mappings {
		mapping.Definitions(definitions)
		if mapping.definition != "" {
			definitions[mapping.definition] = marshal(t, mapping.Schema())
		}
	}
	var sorted fields.Tree
	for _, name := range slices.Sorted(maps.Keys(definitions)) {
		sorted.Add(true, name, definitions[name])
	}
	schema := fields.Tree{
		{Key: "$schema", Value: "http://json-schema.org/draft-07/schema#"},
		{Key: "title", Value: "pipesfake scenario file"},
		{Key: "description",
			Value: "What a fake WorkOS Pipes API returns. `pipesfake check FILE` reports every mistake with its " +
				"position."},
	}
	schema = append(append(schema, fileMapping().Schema()...), fields.Member{Key: "definitions", Value: sorted})
	var text bytes.Buffer
	indent(&text, withVariables(t, marshal(t, schema)), 0, 0)
	text.WriteByte('\n')
	return text.Bytes()
}

// ways returns the schema of one way to break responses, or a delay, or both.
func ways(t *testing.T) json.RawMessage {
	others := slices.DeleteFunc(waysToBreak(), func(way string) bool { return way == delayKey })
	one := required(t, others)
	return json.RawMessage(`{
		"description": "One way to break responses, or a delay, or both.",
		"if": {"not": {"required": ["delay"]}},
		"then": {"oneOf": ` + one + `},
		"else": {"anyOf": [{"oneOf": ` + one + `}, {"not": {"anyOf": ` + one + `}}]}
	}`)
}

// required returns a list of schemas. Each requires one of the keys.
func required(t *testing.T, keys []string) string {
	list := make([]map[string][]string, len(keys))
	for i, key := range keys {
		list[i] = map[string][]string{"required": {key}}
	}
	return string(marshal(t, list))
}

// withVariables returns a schema that accepts ${NAME} in place of every scalar, so that editors do not refuse what
// pipesfake reads.
func withVariables(t *testing.T, schema json.RawMessage) json.RawMessage {
	if schema[0] != '{' {
		return schema // true or false
	}
	members := membersOf(t, schema)
	for i, one := range members {
		value := one.Value.(json.RawMessage)
		switch one.Key {
		case "properties", "definitions":
			inside := membersOf(t, value)
			for i := range inside {
				inside[i].Value = withVariables(t, inside[i].Value.(json.RawMessage))
			}
			members[i].Value = inside
		case "items", "additionalProperties":
			members[i].Value = withVariables(t, value)
		case "anyOf":
			var choices []json.RawMessage
			if err := json.Unmarshal(value, &choices); err != nil {
				t.Fatal(err)
			}
			for i := range choices {
				choices[i] = withVariables(t, choices[i])
			}
			members[i].Value = choices
		}
	}
	if !refusesVariables(t, schema) {
		return marshal(t, members)
	}
	outer, inner := fields.Tree{}, fields.Tree{}
	for _, one := range members {
		isOuter := one.Key == "description" || one.Key == "default"
		outer.Add(isOuter, one.Key, one.Value)
		inner.Add(!isOuter, one.Key, one.Value)
	}
	outer.Add(true, "anyOf", []any{inner, json.RawMessage(`{"$ref": "#/definitions/variable"}`)})
	return marshal(t, outer)
}

// refusesVariables reports whether a schema is that of a scalar, and does not accept ${NAME}.
func refusesVariables(t *testing.T, schema json.RawMessage) bool {
	var s struct {
		Type        any
		Pattern     string
		Const, Enum any
	}
	if err := json.Unmarshal(schema, &s); err != nil {
		t.Fatal(err)
	}
	switch s.Type {
	case "integer", "number", "boolean":
		return true
	case "string":
		return !regexp.MustCompile(s.Pattern).MatchString("${NAME}")
	}
	return s.Const != nil || s.Enum != nil
}

// membersOf returns the members of a JSON object, in their order.
func membersOf(t *testing.T, object json.RawMessage) (members fields.Tree) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	_, err := decoder.Token()
	for err == nil && decoder.More() {
		var key json.Token
		var value json.RawMessage
		if key, err = decoder.Token(); err == nil {
			err = decoder.Decode(&value)
		}
		members.Add(true, fmt.Sprint(key), value)
	}
	if err != nil {
		t.Fatalf("%s: %v", object, err)
	}
	return members
}

func marshal(t *testing.T, value any) json.RawMessage {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSpace(text.Bytes())
}

// indent writes JSON. It writes an object or list on one line if it fits. Column is where the value begins.
func indent(to *bytes.Buffer, value json.RawMessage, depth, column int) {
	const width = 118
	var spaced bytes.Buffer
	_ = json.Indent(&spaced, value, "", "")
	line := strings.ReplaceAll(strings.ReplaceAll(spaced.String(), ",\n", ", "), "\n", "")
	if column+utf8.RuneCountInString(line) <= width || value[0] != '{' && value[0] != '[' {
		to.WriteString(line)
		return
	}
	decoder := json.NewDecoder(bytes.NewReader(value))
	_, _ = decoder.Token()
	margin := strings.Repeat("  ", depth+1)
	to.WriteByte(value[0])
	for first := true; decoder.More(); first = false {
		if !first {
			to.WriteByte(',')
		}
		to.WriteString("\n" + margin)
		start := len(margin)
		if value[0] == '{' {
			key, _ := decoder.Token()
			name, _ := json.Marshal(key)
			fmt.Fprintf(to, "%s: ", name)
			start += len(name) + 2
		}
		var inside json.RawMessage
		_ = decoder.Decode(&inside)
		indent(to, inside, depth+1, start)
	}
	to.WriteString("\n" + strings.Repeat("  ", depth) + string(value[len(value)-1]))
}

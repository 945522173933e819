package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/internal/command"
)

var update = flag.Bool("update", false, "write the golden files")

// Scripts, test suites and programs rely on the outside of the project: it may grow, and nothing may be removed or
// changed. The golden files in testdata/frozen record it; -update adds what is new.

// TestFrozenGoAPI compares the exported declarations of the public packages with their golden files.
func TestFrozenGoAPI(t *testing.T) {
	t.Parallel()
	for _, one := range loadPackages(t, "./client", "./fake", "./scenarios", "./scenarios/lint") {
		compareLines(t, filepath.Join("testdata", "frozen", one.Name+".txt"), declarations(one.Types))
	}
}

// declarations lists the exported constants, variables, functions, types, fields and methods of a package, one a line.
func declarations(p *types.Package) (lines []string) {
	qualify := func(other *types.Package) string {
		if other == p {
			return ""
		}
		return other.Name()
	}
	for _, name := range p.Scope().Names() {
		object := p.Scope().Lookup(name)
		if !object.Exported() {
			continue
		}
		named, isType := object.(*types.TypeName)
		if !isType {
			lines = append(lines, kindOf(object)+" "+name+" "+types.TypeString(withoutNames(object.Type()), qualify))
			continue
		}
		lines = append(lines, "type "+name)
		if fields, isStruct := named.Type().Underlying().(*types.Struct); isStruct {
			for i := range fields.NumFields() {
				if field := fields.Field(i); field.Exported() {
					lines = append(lines, "field "+name+"."+field.Name()+" "+types.TypeString(field.Type(), qualify))
				}
			}
		}
		receiver := named.Type()
		if !types.IsInterface(receiver) {
			receiver = types.NewPointer(receiver)
		}
		methods := types.NewMethodSet(receiver)
		for i := range methods.Len() {
			if method := methods.At(i).Obj(); method.Exported() {
				signature := types.TypeString(withoutNames(method.Type()), qualify)
				lines = append(lines, "method "+name+"."+method.Name()+" "+signature)
			}
		}
	}
	return lines
}

func kindOf(object types.Object) string {
	switch object.(type) {
	case *types.Const:
		return "const"
	case *types.Func:
		return "func"
	}
	return "var"
}

// withoutNames returns the type of a function without the names of its parameters, which callers do not see.
func withoutNames(of types.Type) types.Type {
	signature, isFunction := of.(*types.Signature)
	if !isFunction {
		return of
	}
	unnamed := func(tuple *types.Tuple) *types.Tuple {
		var list []*types.Var
		for i := range tuple.Len() {
			list = append(list, types.NewVar(0, nil, "", tuple.At(i).Type()))
		}
		return types.NewTuple(list...)
	}
	parameters, results := unnamed(signature.Params()), unnamed(signature.Results())
	return types.NewSignatureType(nil, nil, nil, parameters, results, signature.Variadic())
}

// TestFrozenHelp compares the flags of serve with their golden file.
func TestFrozenHelp(t *testing.T) {
	t.Parallel()
	var flags []string
	for line := range strings.Lines(serveHelp(t)) {
		if name := strings.Fields(line); len(name) > 0 && strings.HasPrefix(name[0], "-") {
			flags = append(flags, "-"+strings.TrimLeft(strings.TrimRight(name[0], ","), "-"))
		}
	}
	compareLines(t, filepath.Join("testdata", "frozen", "serve-help.txt"), flags)
}

// serveHelp returns what "pipesfake serve -h" prints.
func serveHelp(t *testing.T) string {
	t.Helper()
	var printed strings.Builder
	code := command.Run(t.Context(), command.Process{
		Args: []string{"serve", "-h"}, LookupEnv: lookupIn(nil), Stdout: &printed, Stderr: &printed,
	})
	if code != 0 {
		t.Fatalf("serve -h ended with %d: %s", code, &printed)
	}
	return printed.String()
}

// compareLines fails for every line of a golden file that is missing, and with -update writes the file.
func compareLines(t *testing.T, path string, lines []string) {
	t.Helper()
	slices.Sort(lines)
	if *update {
		writeGolden(t, path, strings.Join(lines, "\n")+"\n")
		return
	}
	golden, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(golden)) {
		if line = strings.TrimSuffix(line, "\n"); !slices.Contains(lines, line) {
			t.Errorf("%s: gone or changed, but the outside may only grow: %s", path, line)
		}
	}
}

// TestFrozenControlPlane compares the description of the control plane with its golden file: calls, parameters, fields,
// allowed values and statuses. Its texts may change.
func TestFrozenControlPlane(t *testing.T) {
	t.Parallel()
	server := fake.Start(t)
	response, err := server.Client().Get(server.URL() + "/_control/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var document any
	if err := json.NewDecoder(response.Body).Decode(&document); err != nil {
		t.Fatal(err)
	}
	paths := document.(map[string]any)["paths"].(map[string]any)
	var lines []string
	for path, calls := range paths {
		shared := calls.(map[string]any)["parameters"]
		for method, call := range calls.(map[string]any) {
			if method != "parameters" {
				described := describer{document: document.(map[string]any)}
				described.parameters(shared)
				described.call(call.(map[string]any))
				for _, line := range described.lines {
					lines = append(lines, strings.ToUpper(method)+" "+path+line)
				}
			}
		}
	}
	lines = slices.Compact(slices.Sorted(slices.Values(lines)))
	compareLines(t, filepath.Join("testdata", "frozen", "control-plane.txt"), lines)
}

// describer lists what an OpenAPI document says about a call. It resolves references, so that moving a part of the
// document does not change the lines.
type describer struct {
	document map[string]any
	lines    []string
	depth    int
}

func (d *describer) add(format string, args ...any) {
	d.lines = append(d.lines, fmt.Sprintf(format, args...))
}

// resolve follows a reference within the document.
func (d *describer) resolve(value any) map[string]any {
	object, _ := value.(map[string]any)
	reference, isReference := object["$ref"].(string)
	if !isReference {
		return object
	}
	var at any = d.document
	for _, name := range strings.Split(strings.TrimPrefix(reference, "#/"), "/") {
		at = at.(map[string]any)[name]
	}
	return d.resolve(at)
}

func (d *describer) parameters(list any) {
	parameters, _ := list.([]any)
	for _, one := range parameters {
		parameter := d.resolve(one)
		d.add(" %s parameter %s", parameter["in"], parameter["name"])
	}
}

func (d *describer) call(call map[string]any) {
	d.add("")
	d.parameters(call["parameters"])
	d.content(" takes", d.resolve(call["requestBody"])["content"])
	responses, _ := call["responses"].(map[string]any)
	for status, response := range responses {
		d.add(" answers %s", status)
		d.content(" "+status, d.resolve(response)["content"])
	}
}

func (d *describer) content(place string, content any) {
	kinds, _ := content.(map[string]any)
	for kind, one := range kinds {
		d.add("%s %s", place, kind)
		d.schema(place, one.(map[string]any)["schema"])
	}
}

// schema lists the fields and allowed values. Schemas can contain themselves, so the depth is limited.
func (d *describer) schema(place string, value any) {
	schema := d.resolve(value)
	if d.depth++; d.depth < 12 {
		properties, _ := schema["properties"].(map[string]any)
		for name, property := range properties {
			d.add("%s.%s", place, name)
			d.schema(place+"."+name, property)
		}
		allowed, _ := schema["enum"].([]any)
		for _, one := range allowed {
			d.add("%s = %v", place, one)
		}
		for _, keyword := range []string{"allOf", "oneOf", "anyOf"} {
			alternatives, _ := schema[keyword].([]any)
			for _, one := range alternatives {
				d.schema(place, one)
			}
		}
		if items, has := schema["items"]; has {
			d.schema(place+"[]", items)
		}
		if more, is := schema["additionalProperties"].(map[string]any); is {
			d.schema(place+".*", more)
		}
	}
	d.depth--
}

func writeGolden(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

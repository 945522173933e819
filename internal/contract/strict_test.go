package contract_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"

	"example.com/pipesfake/internal/contract"
)

// mutants calls emit with every body that differs from a correct one in one place: a key is missing or added,
// or a value has changed.
func mutants(t *testing.T, body string, others []any, emit func(how, where string, mutant []byte)) {
	t.Helper()
	var root any
	if err := json.Unmarshal([]byte(body), &root); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	show := func(how, where string) {
		mutant, err := json.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		emit(how, where, mutant)
	}
	var walk func(value any, where string)
	each := func(value any, where string, set func(any)) {
		for _, other := range others {
			set(other)
			show("other", where)
		}
		set(value)
		walk(value, where)
	}
	walk = func(value any, where string) {
		switch value := value.(type) {
		case map[string]any:
			value["surplus"] = map[string]any{} // wrong even in config, which takes any name
			show("surplus", where)
			delete(value, "surplus")
			for name, inner := range maps.Clone(value) {
				delete(value, name)
				show("missing", where+"/"+name)
				each(inner, where+"/"+name, func(other any) { value[name] = other })
			}
		case []any:
			for i, inner := range value {
				each(inner, where+"/", func(other any) { value[i] = other })
			}
		}
	}
	walk(root, "")
}

// Every field of every correct response is required and has one type, and no other field is allowed.
func TestSchemasAreStrict(t *testing.T) {
	t.Parallel()
	pipes := load(t)
	optional := regexp.MustCompile(`/(config|metadata)/\w+$|^(/data/)?/credentials$|^/warnings$`)
	for name, a := range good {
		if a.body == "" || strings.HasPrefix(name, "addition") {
			continue
		}
		seen := 0
		mutants(t, a.body, []any{map[string]any{"other": 1}}, func(how, where string, mutant []byte) {
			seen++
			isOptional := how == "missing" && optional.MatchString(where) &&
				(!strings.HasSuffix(where, "credentials") || strings.HasPrefix(name, "configuration"))
			err := answer{a.operation, a.status, string(mutant)}.check(t, pipes)
			if (err == nil) != isOptional {
				t.Errorf("%s, %s %s: the complaint is %v", name, how, where, err)
			}
		})
		if seen < 3 {
			t.Errorf("%s has %d mutants", name, seen)
		}
	}
}

// official returns the official description, or skips the test if it is not there.
func official(t *testing.T) (*contract.Contract, []byte) {
	t.Helper()
	data, err := os.ReadFile("../../../shared/contract/pipes-openapi.json")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the official description is not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	described, err := contract.LoadOfficial(data)
	if err != nil {
		t.Fatal(err)
	}
	return described, data
}

// Our description may refuse what the official one accepts, but never the other way round.
func TestAtLeastAsStrictAsTheOfficialDescription(t *testing.T) {
	t.Parallel()
	described, _ := official(t)
	pipes := load(t)
	refused := 0
	for name, a := range good {
		if err := a.check(t, described); err != nil {
			t.Errorf("%s is good, but: %v", name, err)
		}
		if a.body == "" {
			continue
		}
		mutants(t, a.body, []any{nil, "x", 1, true, []any{}, []any{1}, map[string]any{}, map[string]any{"x": 1}},
			func(how, where string, mutant []byte) {
				b := answer{a.operation, a.status, string(mutant)}
				err := b.check(t, described)
				if err == nil {
					return
				}
				if refused++; b.check(t, pipes) == nil {
					t.Errorf("%s, %s %s: only the official description complains: %v", name, how, where, err)
				}
			})
	}
	if refused < 1000 {
		t.Errorf("the official description refused %d mutants only", refused)
	}
}

// Our description has every operation of the official one, with every status.
func TestEveryOfficialStatusIsOurs(t *testing.T) {
	t.Parallel()
	_, data := official(t)
	own, err := os.ReadFile("pipes.json")
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := statuses(t, own), statuses(t, data)
	for call := range theirs {
		if !ours[call] {
			t.Errorf("%s is not ours", call)
		}
	}
	if len(theirs) < 80 || len(ours) <= len(theirs) {
		t.Errorf("%d statuses are official, %d ours", len(theirs), len(ours))
	}
}

// statuses returns the method, path and status of every response of a description.
func statuses(t *testing.T, data []byte) map[string]bool {
	t.Helper()
	var api struct {
		Paths map[string]map[string]struct{ Responses map[string]any }
	}
	if err := json.Unmarshal(data, &api); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for path, methods := range api.Paths {
		path = regexp.MustCompile(`\{.*?\}`).ReplaceAllString(path, "{}") // the names of variables differ
		for method, description := range methods {
			for status := range description.Responses {
				found[method+" "+path+" "+status] = true
			}
		}
	}
	return found
}

package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// sources are the Go files of the module that are not tests.
func sources(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path != "." {
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil || strings.HasPrefix(entry.Name(), ".") {
				return filepath.SkipDir
			}
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			text, err := os.ReadFile(path)
			found[filepath.ToSlash(path)] = string(text)
			return err
		}
		return nil
	})
	if err != nil || len(found) < 10 {
		t.Fatalf("%d sources (%v)", len(found), err)
	}
	return found
}

// What is decided once stays so: time and chance have one source each, and a library one door.
func TestHouseRules(t *testing.T) {
	t.Parallel()
	doors := map[string]string{
		"gopkg.in/yaml.v3":                         "scenarios/",
		"github.com/agnivade/levenshtein":          "internal/fields/",
		"github.com/gorilla/mux":                   "fake/internal/server/",
		"github.com/brianvoe/gofakeit/v6":          "fake/internal/mint/",
		"github.com/go-json-experiment/json":       "fake/internal/body/",
		"github.com/santhosh-tekuri/jsonschema/v6": "internal/contract/",
		"math/rand":    "fake/internal/mint/",
		"math/rand/v2": "fake/internal/mint/",
		"example.com/pipesfake/fake/internal/control": "fake/",
	}
	for path, text := range sources(t) {
		if regexp.MustCompile(`\btime\.(Now|Since|Until)\(`).MatchString(text) && !strings.HasPrefix(path, "fake/internal/clock/") {
			t.Errorf("%s reads the machine's clock: API time is the environment's", path)
		}
		if regexp.MustCompile(`(?m)^func init\(`).MatchString(text) {
			t.Errorf("%s has an init", path)
		}
		if lines := strings.Count(text, "\n"); lines > 400 {
			t.Errorf("%s has %d lines: is it two things?", path, lines)
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			for library, door := range doors {
				if (imported == library || strings.HasPrefix(imported, library+"/")) && !strings.HasPrefix(path, door) {
					t.Errorf("%s imports %s, whose one door is %s", path, imported, door)
				}
			}
			if strings.HasPrefix(path, "scenarios/") && strings.Contains(imported, "pipesfake/fake") {
				t.Errorf("%s imports upwards: %s", path, imported)
			}
		}
	}
}

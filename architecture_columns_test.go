package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/tools/go/packages"
)

// checkTestColumns finds lines of tests that are too long to read. Lines that begin inside a raw string do not count,
// because a line break would change the string.
func checkTestColumns(t *testing.T, one *packages.Package) {
	files, err := filepath.Glob(filepath.Join(filepath.Dir(one.GoFiles[0]), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var long []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		isRaw := linesInRawStrings(t, file, text)
		for i, line := range strings.Split(string(text), "\n") {
			if n := columns(line); n > maxColumns && !isRaw[i+1] {
				long = append(long, fmt.Sprintf("%s:%d has %d columns", filepath.Base(file), i+1, n))
			}
		}
	}
	if len(long) > 0 {
		t.Errorf("%d lines of the tests of %s are longer than %d columns:\n%s",
			len(long), one.PkgPath, maxColumns, strings.Join(long, "\n"))
	}
}

// columns returns the width of a line. A tab counts as four columns.
func columns(line string) int {
	return utf8.RuneCountInString(strings.ReplaceAll(line, "\t", "    "))
}

// linesInRawStrings returns the numbers of the lines that begin inside a raw string.
func linesInRawStrings(t *testing.T, file string, text []byte) map[int]bool {
	t.Helper()
	positions := token.NewFileSet()
	parsed, err := parser.ParseFile(positions, file, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	isRaw := map[int]bool{}
	ast.Inspect(parsed, func(node ast.Node) bool {
		literal, is := node.(*ast.BasicLit)
		if is && strings.HasPrefix(literal.Value, "`") {
			first := positions.Position(literal.Pos()).Line
			for i := range strings.Count(literal.Value, "\n") {
				isRaw[first+1+i] = true
			}
		}
		return true
	})
	return isRaw
}

func TestLinesInRawStrings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		declaration string
		want        map[int]bool
	}{
		"a string on one line":    {"const a = `b`", map[int]bool{}},
		"a string of three lines": {"const a = `b\nc\nd`", map[int]bool{4: true, 5: true}},
		"a quoted string":         {`const a = "b\nc"`, map[int]bool{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := linesInRawStrings(t, "a.go", []byte("package a\n\n"+c.declaration+"\n"))
			if !maps.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

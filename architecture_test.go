package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// module is the path of this module, which every package of it begins with.
const module = "example.com/pipesfake"

// The limits of the code's shape.
const (
	maxFileLines     = 400
	maxFunctionLines = 60
	maxComplexity    = 15
	maxFilesInCycle  = 3
	maxPackageLines  = 4200
	maxFakeLines     = 2500
	maxColumns       = 120 // a tab counts as four
)

// doors lists the one package that, with its internal packages, may import a library, so that the library can be
// replaced.
var doors = map[string]string{
	"gopkg.in/yaml.v3":                         "scenarios",
	"github.com/agnivade/levenshtein":          "internal/fields",
	"github.com/gorilla/mux":                   "fake/internal/server",
	"github.com/brianvoe/gofakeit/v6":          "fake/internal/mint",
	"github.com/go-json-experiment/json":       "fake/internal/body",
	"github.com/santhosh-tekuri/jsonschema/v6": "internal/contract",
	"github.com/spf13/cobra":                   "internal/command",
	"github.com/spf13/pflag":                   "internal/command",
	"go.etcd.io/bbolt":                         "fake/boltstore",
	"golang.org/x/sync":                        "fake/internal/replica",
	"github.com/redis/go-redis/v9":             "fake/redisstore",
	"math/rand":                                "fake/internal/mint",
	"math/rand/v2":                             "fake/internal/mint",
}

// layers lists the packages from the top down. A package imports only packages of the layers below its own.
var layers = [][]string{
	{""},
	{"internal/engine"},
	{"internal/command"},
	{"client", "fake/boltstore", "fake/redisstore"},
	{"fake"},
	{"fake/internal/server"},
	{
		"fake/internal/api", "fake/internal/provider", "fake/internal/consent", "fake/internal/ui",
		"fake/internal/replica",
	},
	{"fake/internal/control"},
	{"fake/internal/call"},
	{"fake/internal/environment"},
	{"fake/internal/responsecache"},
	{"fake/internal/webhook", "fake/internal/journal"},
	{"fake/internal/model", "fake/internal/export"},
	{"fake/internal/state"},
	{"fake/internal/script"},
	{"fake/internal/fault", "fake/internal/body", "fake/internal/listing"},
	{
		"fake/internal/clock", "fake/internal/mint", "fake/internal/pipes", "fake/internal/redact",
		"fake/internal/schedule", "fake/internal/secrets",
	},
	{"fake/internal/statefile"},
	{"scenarios/lint", "internal/calls", "internal/narrow", "internal/consentpage"},
	{"scenarios"},
	{"scenarios/internal/source", "scenarios/internal/yamltree", "internal/place"},
	{"internal/names", "internal/operations"},
	{
		"internal/access", "internal/apikey", "internal/contract", "internal/deadline", "internal/exportnotes",
		"internal/fields",
		"internal/oldstate", "internal/origin", "internal/storetest", "internal/version",
	},
}

// loadModule returns the packages of the module, without tests.
func loadModule(t *testing.T) []*packages.Package {
	t.Helper()
	loaded := loadPackages(t, "./...")
	if len(loaded) < 10 {
		t.Fatalf("%d packages: the pattern finds too few", len(loaded))
	}
	return loaded
}

// loadPackages type-checks packages of the module. Of what they import from elsewhere, the types are all that counts:
// without what functions do, loading takes a quarter of the time.
func loadPackages(t *testing.T, patterns ...string) []*packages.Package {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes |
			packages.NeedTypesInfo | packages.NeedImports | packages.NeedDeps,
		ParseFile: func(files *token.FileSet, name string, text []byte) (*ast.File, error) {
			file, err := parser.ParseFile(files, name, text, parser.ParseComments|parser.SkipObjectResolution)
			if file != nil && !strings.HasPrefix(name, folder) {
				for _, one := range file.Decls {
					if function, isFunction := one.(*ast.FuncDecl); isFunction {
						function.Body = nil
					}
				}
			}
			return file, err
		},
	}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range loaded {
		for _, problem := range one.Errors {
			t.Fatal(problem)
		}
	}
	return loaded
}

// name returns the path of a package within the module.
func name(one *packages.Package) string {
	return strings.TrimPrefix(strings.TrimPrefix(one.PkgPath, module), "/")
}

// TestArchitecture checks the shape of the code: which package imports which, and how large things are.
func TestArchitecture(t *testing.T) {
	t.Parallel()
	for _, one := range loadModule(t) {
		t.Run(one.PkgPath, func(t *testing.T) {
			checkImports(t, one)
			checkClock(t, one)
			checkSizes(t, one)
			checkColumns(t, one)
			checkTestColumns(t, one)
			checkCycles(t, one)
		})
	}
}

func checkImports(t *testing.T, one *packages.Package) {
	layer := layerOf(name(one))
	if layer < 0 {
		t.Errorf("%s is in none of the layers: add it in architecture_test.go", one.PkgPath)
		return
	}
	for path := range one.Imports {
		for library, door := range doors {
			isDoor := name(one) == door || strings.HasPrefix(name(one), door+"/internal/")
			if (path == library || strings.HasPrefix(path, library+"/")) && !isDoor {
				t.Errorf("%s imports %s, which only %s may import", one.PkgPath, path, door)
			}
		}
		if own, isOwn := strings.CutPrefix(path, module+"/"); isOwn && layerOf(own) <= layer {
			t.Errorf("%s imports %s, which is not below it", one.PkgPath, path)
		}
	}
}

func layerOf(name string) int {
	return slices.IndexFunc(layers, func(layer []string) bool { return slices.Contains(layer, name) })
}

// checkClock keeps the machine's clock in package clock: API time is the environment's.
func checkClock(t *testing.T, one *packages.Package) {
	if name(one) == "fake/internal/clock" {
		return
	}
	for id, object := range one.TypesInfo.Uses {
		function, is := object.(*types.Func)
		isOfTime := is && function.Pkg() != nil && function.Pkg().Path() == "time"
		if isOfTime && slices.Contains([]string{"Now", "Since", "Until"}, function.Name()) {
			t.Errorf("%s: reads the machine's clock: API time is the environment's", one.Fset.Position(id.Pos()))
		}
	}
}

func checkSizes(t *testing.T, one *packages.Package) {
	total := 0
	for _, file := range one.Syntax {
		lines := one.Fset.File(file.FileStart).LineCount()
		if total += lines; lines > maxFileLines {
			t.Errorf("%s has %d lines; at most %d: is it two things?", path(one, file), lines, maxFileLines)
		}
		for _, declaration := range file.Decls {
			function, is := declaration.(*ast.FuncDecl)
			if !is {
				continue
			}
			if function.Recv == nil && function.Name.Name == "init" {
				t.Errorf("%s has an init", path(one, file))
			}
			first, last := one.Fset.Position(function.Pos()).Line, one.Fset.Position(function.End()).Line
			if n := last - first + 1; n > maxFunctionLines {
				t.Errorf("%s: %s has %d lines; at most %d", path(one, file), function.Name.Name, n, maxFunctionLines)
			}
			if n := complexity(function); n > maxComplexity {
				t.Errorf("%s: %s has a cyclomatic complexity of %d; at most %d",
					path(one, file), function.Name.Name, n, maxComplexity)
			}
		}
	}
	limit := maxPackageLines
	if name(one) == "fake" {
		limit = maxFakeLines
	}
	if total > limit {
		t.Errorf("%s has %d lines; at most %d: is it two packages?", one.PkgPath, total, limit)
	}
}

// checkColumns finds lines that are too long to read.
func checkColumns(t *testing.T, one *packages.Package) {
	var long []string
	for _, file := range one.GoFiles {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if n := columns(line); n > maxColumns {
				long = append(long, fmt.Sprintf("%s:%d has %d columns", filepath.Base(file), i+1, n))
			}
		}
	}
	if len(long) > 0 {
		t.Errorf("%d lines of %s are longer than %d columns:\n%s",
			len(long), one.PkgPath, maxColumns, strings.Join(long, "\n"))
	}
}

// complexity returns the cyclomatic complexity of a function with the functions inside it.
func complexity(function *ast.FuncDecl) int {
	n := 1
	ast.Inspect(function, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt, *ast.CommClause:
			n++
		case *ast.CaseClause:
			if node.List != nil {
				n++
			}
		case *ast.BinaryExpr:
			if node.Op == token.LAND || node.Op == token.LOR {
				n++
			}
		}
		return true
	})
	return n
}

func path(one *packages.Package, file *ast.File) string {
	return filepath.Join(name(one), filepath.Base(one.Fset.File(file.FileStart).Name()))
}

// checkCycles finds files that use each other's identifiers in a circle.
func checkCycles(t *testing.T, one *packages.Package) {
	uses := map[string]map[string]bool{}
	base := func(at token.Pos) string { return filepath.Base(one.Fset.Position(at).Filename) }
	for id, object := range one.TypesInfo.Uses {
		from, to := base(id.Pos()), base(object.Pos())
		variable, isVariable := object.(*types.Var)
		isLocal := isVariable && !variable.IsField() && object.Parent() != one.Types.Scope()
		if object.Pkg() != one.Types || isLocal || from == to {
			continue
		}
		if uses[from] == nil {
			uses[from] = map[string]bool{}
		}
		uses[from][to] = true
	}
	for _, cycle := range cycles(uses) {
		if len(cycle) > maxFilesInCycle {
			t.Errorf("%d files of %s need each other in a circle; at most %d: %s",
				len(cycle), one.PkgPath, maxFilesInCycle, strings.Join(cycle, " "))
		}
	}
}

// cycles returns the sets of nodes that can all reach each other, by Tarjan's algorithm.
func cycles(graph map[string]map[string]bool) (found [][]string) {
	index, low := map[string]int{}, map[string]int{}
	var stack []string
	var visit func(node string)
	visit = func(node string) {
		index[node] = len(index) + 1
		low[node] = index[node]
		stack = append(stack, node)
		for next := range graph[node] {
			if index[next] == 0 {
				visit(next)
				low[node] = min(low[node], low[next])
			} else if slices.Contains(stack, next) {
				low[node] = min(low[node], index[next])
			}
		}
		if low[node] == index[node] {
			at := slices.Index(stack, node)
			found = append(found, slices.Sorted(slices.Values(stack[at:])))
			stack = stack[:at]
		}
	}
	for node := range graph {
		if index[node] == 0 {
			visit(node)
		}
	}
	return found
}

// Command systems checks that the module and its tests compile for other operating systems, which it gets as arguments.
// It type-checks the source, which takes 3 seconds of processor time for each. "go vet" takes 70: before it checks
// anything, it compiles the standard library for the other system.
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"

	"golang.org/x/tools/go/packages"
)

func main() {
	status := 0
	for _, system := range os.Args[1:] {
		problems, err := check(system)
		if err != nil {
			problems = append(problems, err.Error())
		}
		for _, problem := range problems {
			fmt.Println(system+":", problem)
			status = 1
		}
	}
	os.Exit(status)
}

// check returns the mistakes in packages of the module in the working directory.
func check(system string) (problems []string, err error) {
	folder, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo |
			packages.NeedImports | packages.NeedDeps,
		Env:   append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0"),
		Tests: true,
		// The types of other modules are all that counts, so what their functions do is left out.
		ParseFile: func(files *token.FileSet, name string, text []byte) (*ast.File, error) {
			file, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution)
			if file != nil && !strings.HasPrefix(name, folder) {
				removeBodies(file)
			}
			return file, err
		},
	}, "./...")
	if err != nil {
		return nil, err
	}
	if len(loaded) < 10 {
		return nil, fmt.Errorf("%d packages: the pattern finds too few", len(loaded))
	}
	for _, one := range loaded {
		if strings.HasSuffix(one.PkgPath, ".test") {
			continue // the main function that "go test" generates
		}
		for _, problem := range one.Errors {
			problems = append(problems, problem.Error())
		}
	}
	return problems, nil
}

func removeBodies(file *ast.File) {
	for _, one := range file.Decls {
		if function, isFunction := one.(*ast.FuncDecl); isFunction {
			function.Body = nil
		}
	}
}

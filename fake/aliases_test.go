package fake_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// go doc shows no fields of an alias, so its comment lists them. The list must be that of the struct, in its order.
func TestCommentsOfAliasesListTheFields(t *testing.T) {
	t.Parallel()
	for file, aliases := range map[string]map[string]reflect.Type{
		"environment.go": {"State": reflect.TypeFor[fake.State]()},
		"faults.go": {
			"Fault":     reflect.TypeFor[fake.Fault](),
			"RateLimit": reflect.TypeFor[fake.RateLimit](),
			"Delay":     reflect.TypeFor[fake.Delay](),
		},
	} {
		comments := commentsOfTypes(t, file)
		for name, of := range aliases {
			listed, wanted := fieldsOfComment(comments[name]), exportedFields(of)
			slices.Sort(listed) // a comment may keep together what a struct does not
			slices.Sort(wanted)
			expect(t, "the fields of "+name, strings.Join(listed, "\n"), strings.Join(wanted, "\n"))
		}
	}
}

// commentsOfTypes returns the doc comments of the types of a file.
func commentsOfTypes(t *testing.T, file string) map[string]string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	comments := map[string]string{}
	for _, declaration := range parsed.Decls {
		if general, is := declaration.(*ast.GenDecl); is && general.Tok == token.TYPE {
			for _, one := range general.Specs {
				comments[one.(*ast.TypeSpec).Name.Name] = general.Doc.Text()
			}
		}
	}
	return comments
}

// fieldsOfComment returns the fields that the struct in a comment has: name and type, or the type alone.
func fieldsOfComment(comment string) (fields []string) {
	_, comment, _ = strings.Cut(comment, " struct {\n")
	comment, _, _ = strings.Cut(comment, "\n\t}")
	for line := range strings.Lines(comment) {
		code, meaning, _ := strings.Cut(line, "//")
		if strings.TrimSpace(meaning) == "" {
			return append(fields, "no meaning: "+line)
		}
		fields = append(fields, strings.Join(strings.Fields(code), " "))
	}
	return fields
}

// exportedFields returns the exported fields of a struct in the same form.
func exportedFields(of reflect.Type) (fields []string) {
	for i := range of.NumField() {
		field := of.Field(i)
		if !field.IsExported() {
			continue
		}
		text := strings.ReplaceAll(fmt.Sprint(field.Name, " ", field.Type), "scenarios.", "")
		if field.Anonymous {
			text = field.Name
		}
		fields = append(fields, text)
	}
	return fields
}

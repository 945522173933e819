// Package contract checks the responses that tests receive against OpenAPI descriptions. Only tests use it.
package contract

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Contract describes operations and their possible responses. It remembers which of these responses it has seen. Tests
// that run at the same time can share one.
type Contract struct {
	name       string
	operations []operation // in the order in which a path is matched
}

type operation struct {
	method    string
	path      *regexp.Regexp
	template  string
	responses map[int]*response
}

// response is a documented status.
type response struct {
	schema *jsonschema.Schema // of JSON bodies; nil if the description has none
	types  []string           // media types of bodies that are not JSON
	seen   atomic.Bool
}

//go:embed pipes.json
var pipes []byte

// Pipes returns the project's own description of the Pipes API.
func Pipes() (*Contract, error) { return Load("pipes.json", pipes) }

// description is the part of an OpenAPI document that Load reads. The compiler reads the schemas.
type description struct {
	Paths map[string]map[string]struct {
		Responses map[string]describedResponse `json:"responses"`
	} `json:"paths"`
	Components struct {
		Responses map[string]describedResponse `json:"responses"`
	} `json:"components"`
}

type describedResponse struct {
	Ref     string                     `json:"$ref"`
	Content map[string]json.RawMessage `json:"content"`
}

// Load reads an OpenAPI 3.1 description in JSON.
func Load(name string, data []byte) (*Contract, error) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	url := "contract:///" + name
	if err := compiler.AddResource(url, document); err != nil {
		return nil, err
	}
	var api description
	if err := json.Unmarshal(data, &api); err != nil {
		return nil, err
	}
	c := &Contract{name: name}
	for template, methods := range api.Paths {
		for method, described := range methods {
			op := operation{
				method: strings.ToUpper(method), template: template,
				path: pathPattern(template), responses: map[int]*response{},
			}
			for status := range described.Responses {
				code, err := strconv.Atoi(status)
				if err == nil {
					op.responses[code], err = api.response(compiler, url, template, method, status)
				}
				if err != nil {
					return nil, fmt.Errorf("%s: %s %s: status %q: %w", name, op.method, template, status, err)
				}
			}
			c.operations = append(c.operations, op)
		}
	}
	// /a/b is matched before /a/{x}, so that the same operation is found every time.
	slices.SortFunc(c.operations, func(a, b operation) int {
		return cmp.Or(cmp.Compare(literals(b.template), literals(a.template)), inOrder(a, b))
	})
	return c, nil
}

// pathPattern returns a pattern for the paths of a template: {x} matches one segment.
func pathPattern(template string) *regexp.Regexp {
	variable := regexp.MustCompile(`\\\{[^/]*?\\\}`)
	return regexp.MustCompile("^" + variable.ReplaceAllString(regexp.QuoteMeta(template), `[^/]*`) + "$")
}

// response returns the description of one status of an operation. It follows a reference to the components.
func (api *description) response(
	compiler *jsonschema.Compiler, url, template, method, status string,
) (*response, error) {
	escape := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D")
	described := api.Paths[template][method].Responses[status]
	place := fmt.Sprintf("#/paths/%s/%s/responses/%s", escape.Replace(template), method, status)
	if described.Ref != "" {
		place = described.Ref
		name, local := strings.CutPrefix(place, "#/components/responses/")
		shared, known := api.Components.Responses[name]
		if !local || !known {
			return nil, fmt.Errorf("nothing is at %s", place)
		}
		described = shared
	}
	r := &response{}
	for mediaType := range described.Content {
		if mediaType != "application/json" {
			r.types = append(r.types, mediaType)
			continue
		}
		schema := fmt.Sprintf("%s%s/content/%s/schema", url, place, escape.Replace(mediaType))
		var err error
		if r.schema, err = compiler.Compile(schema); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// literals counts the segments of a template that are not variables.
func literals(template string) (n int) {
	for segment := range strings.SplitSeq(template, "/") {
		if !strings.Contains(segment, "{") {
			n++
		}
	}
	return n
}

// inOrder compares operations by path, then by method.
func inOrder(a, b operation) int {
	return cmp.Or(cmp.Compare(a.template, b.template), cmp.Compare(a.method, b.method))
}

// find returns the operation of a request, or nil.
func (c *Contract) find(method, path string) *operation {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	for i, op := range c.operations {
		if op.method == method && op.path.MatchString(path) {
			return &c.operations[i]
		}
	}
	return nil
}

// Package contract holds answers against OpenAPI descriptions. It serves the tests of pipesfake, and
// whoever wants to hold another Pipes client or fake against the same description; package fake does
// not import it.
package contract

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Contract is a description of operations and what they may answer.
type Contract struct {
	name       string
	operations []operation
}

type operation struct {
	method    string
	path      *regexp.Regexp
	template  string
	responses map[int]*jsonschema.Schema // nil: no body is described
}

//go:embed pipes.json
var pipes []byte

// Pipes is the project's own statement of the Pipes API: what it implements so far, in its own words.
func Pipes() (*Contract, error) { return Load("pipes.json", pipes) }

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
	var api struct {
		Paths map[string]map[string]struct {
			Responses map[string]struct {
				Content map[string]json.RawMessage `json:"content"`
			} `json:"responses"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(data, &api); err != nil {
		return nil, err
	}
	c := &Contract{name: name}
	escape := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D")
	for template, methods := range api.Paths {
		for method, description := range methods {
			op := operation{method: strings.ToUpper(method), template: template, responses: map[int]*jsonschema.Schema{}}
			op.path = regexp.MustCompile("^" + regexp.MustCompile(`\\\{[^/]*?\\\}`).ReplaceAllString(regexp.QuoteMeta(template), `[^/]*`) + "$")
			for status, response := range description.Responses {
				code, err := strconv.Atoi(status)
				if err != nil {
					return nil, fmt.Errorf("%s: %s %s: status %q", name, method, template, status)
				}
				op.responses[code] = nil
				for mediaType := range response.Content {
					pointer := fmt.Sprintf("%s#/paths/%s/%s/responses/%s/content/%s/schema", url, escape.Replace(template), method, status, escape.Replace(mediaType))
					if op.responses[code], err = compiler.Compile(pointer); err != nil {
						return nil, err
					}
				}
			}
			c.operations = append(c.operations, op)
		}
	}
	return c, nil
}

// additions are the statuses that every operation may answer beyond its description, with an error body.
func additions() []int {
	return []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusRequestEntityTooLarge, http.StatusNotImplemented}
}

// Check tells what is wrong with an answer; nil: nothing, or the path is not of this contract.
func (c *Contract) Check(r *http.Request, status int, header http.Header, body []byte) error {
	op := c.find(r.Method, r.URL.EscapedPath())
	if op == nil {
		return nil
	}
	schema, described := op.responses[status]
	if !described && !slices.Contains(additions(), status) {
		return fmt.Errorf("%s: %s %s: status %d is not described", c.name, op.method, op.template, status)
	}
	if schema == nil || r.Method == http.MethodHead {
		return nil
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		return fmt.Errorf("%s: %s %s: status %d: %w: %s", c.name, op.method, op.template, status, err, body)
	}
	return nil
}

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

// house checks what holds for every answer of pipesfake, described or not.
func house(r *http.Request, status int, header http.Header, body []byte) error {
	if header.Get("X-Request-Id") == "" {
		return fmt.Errorf("%s %s: status %d has no X-Request-ID", r.Method, r.URL, status)
	}
	if status == http.StatusNoContent || r.Method == http.MethodHead {
		return nil
	}
	if got := header.Get("Content-Type"); !strings.HasPrefix(got, "application/json") {
		return fmt.Errorf("%s %s: status %d has the Content-Type %q", r.Method, r.URL, status, got)
	}
	if status < 400 {
		return nil
	}
	var fields struct {
		Code, Message string
		Error         *json.RawMessage
		Errors        []struct{ Field, Code, Message string }
	}
	if err := json.Unmarshal(body, &fields); err != nil {
		return fmt.Errorf("%s %s: status %d: %w: %q", r.Method, r.URL, status, err, body)
	}
	if fields.Code == "" || fields.Message == "" || fields.Error != nil {
		return fmt.Errorf("%s %s: status %d is not {code, message, errors?}: %s", r.Method, r.URL, status, body)
	}
	for _, f := range fields.Errors {
		if f.Field == "" || f.Code == "" || f.Message == "" {
			return fmt.Errorf("%s %s: status %d has an incomplete field error: %s", r.Method, r.URL, status, body)
		}
	}
	return nil
}

// TB is what Transport needs of a testing.TB.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
}

// Transport is a transport that fails the test for every answer that breaks one of the contracts, or the
// rules that hold for all answers.
func Transport(t TB, base http.RoundTripper, contracts ...*Contract) http.RoundTripper {
	return transport{t, base, contracts}
}

type transport struct {
	t         TB
	base      http.RoundTripper
	contracts []*Contract
}

// RoundTrip sends the request and checks the answer.
func (tr transport) RoundTrip(r *http.Request) (*http.Response, error) {
	tr.t.Helper()
	response, err := tr.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	if err := house(r, response.StatusCode, response.Header, body); err != nil {
		tr.t.Errorf("%v", err)
	}
	for _, c := range tr.contracts {
		if err := c.Check(r, response.StatusCode, response.Header, body); err != nil {
			tr.t.Errorf("%v", err)
		}
	}
	return response, nil
}

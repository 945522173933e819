// Package contract holds answers against OpenAPI descriptions. It serves the tests alone: nothing else imports it.
package contract

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Contract is a description of operations and what they may answer. It remembers which of these answers
// it has seen. Tests share one, also those that run at once.
type Contract struct {
	name       string
	operations []operation // in the order in which a path is tried
}

type operation struct {
	method    string
	path      *regexp.Regexp
	template  string
	responses map[int]*response
}

// response is a documented status.
type response struct {
	schema *jsonschema.Schema // of JSON; nil: none is described
	types  []string           // of bodies that are not JSON
	seen   atomic.Bool
}

//go:embed pipes.json
var pipes []byte

// Pipes is the project's own statement of the Pipes API: what it may answer, in its own words.
func Pipes() (*Contract, error) { return Load("pipes.json", pipes) }

// description is what is read of an OpenAPI document; the schemas are read by the compiler.
type description struct {
	Paths map[string]map[string]struct {
		Responses map[string]answer `json:"responses"`
	} `json:"paths"`
	Components struct {
		Responses map[string]answer `json:"responses"`
	} `json:"components"`
}

type answer struct {
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
			op := operation{method: strings.ToUpper(method), template: template, responses: map[int]*response{}}
			op.path = regexp.MustCompile("^" + regexp.MustCompile(`\\\{[^/]*?\\\}`).ReplaceAllString(regexp.QuoteMeta(template), `[^/]*`) + "$")
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
	// /a/b is tried before /a/{x}, so that the same operation is found every time.
	slices.SortFunc(c.operations, func(a, b operation) int {
		return cmp.Or(cmp.Compare(literals(b.template), literals(a.template)), inOrder(a, b))
	})
	return c, nil
}

// response finds one status of an operation; it may stand under components.
func (api *description) response(compiler *jsonschema.Compiler, url, template, method, status string) (*response, error) {
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
		var err error
		if r.schema, err = compiler.Compile(fmt.Sprintf("%s%s/content/%s/schema", url, place, escape.Replace(mediaType))); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// literals counts the segments of a path that are no variables.
func literals(template string) (n int) {
	for segment := range strings.SplitSeq(template, "/") {
		if !strings.Contains(segment, "{") {
			n++
		}
	}
	return n
}

// inOrder sorts operations as people look for them.
func inOrder(a, b operation) int {
	return cmp.Or(cmp.Compare(a.template, b.template), cmp.Compare(a.method, b.method))
}

// Check tells what is wrong with an answer; nil: nothing, or the path is not of this contract.
func (c *Contract) Check(r *http.Request, status int, header http.Header, body []byte) error {
	op := c.find(r.Method, r.URL.EscapedPath())
	if op == nil {
		return nil
	}
	described := op.responses[status]
	var err error
	switch {
	case described == nil:
		err = op.addition(r.Method, status, header, body)
	case r.Method == http.MethodHead:
		return nil // and not seen: a body is what it lacks
	default:
		err = described.check(status, header, body)
	}
	if err != nil {
		return fmt.Errorf("%s: %s %s: status %d %w: %s", c.name, op.method, op.template, status, err, body)
	}
	if described != nil {
		described.seen.Store(true)
	}
	return nil
}

func (r *response) check(status int, header http.Header, body []byte) error {
	if status == http.StatusNoContent && len(body) > 0 {
		return errors.New("has a body")
	}
	mediaType, _, _ := strings.Cut(header.Get("Content-Type"), ";")
	switch {
	case slices.Contains(r.types, mediaType):
		return nil
	case mediaType != "" && mediaType != "application/json" && r.schema != nil:
		return fmt.Errorf("has the Content-Type %q", mediaType)
	}
	if r.schema == nil {
		return nil
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err == nil {
		err = r.schema.Validate(value)
	}
	if err != nil {
		return fmt.Errorf("is not as described: %w", err)
	}
	return nil
}

// addition checks an answer whose status the description does not list. Every operation may answer what
// concerns keys, methods, sizes and what is not faked; invalid input must have a status somewhere; and
// clients newer than the description can ask for one of several accounts. A fault may answer any status.
func (op *operation) addition(method string, status int, header http.Header, body []byte) error {
	var fields struct{ Code, Message string }
	err := json.Unmarshal(body, &fields)
	unseen := method == http.MethodHead // has no body to look at
	good := header.Get(faultHeader) != ""
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed,
		http.StatusRequestTimeout, http.StatusRequestEntityTooLarge, http.StatusNotImplemented:
		good = true
	case http.StatusBadRequest:
		good = good || op.responses[http.StatusUnprocessableEntity] == nil
	case http.StatusServiceUnavailable:
		good = good || unseen || fields.Code == "too_many_environments"
	case http.StatusConflict:
		good = good || unseen || fields.Code == "account_selection_required" ||
			strings.HasPrefix(fields.Code, "too_many_")
	}
	switch {
	case !good:
		return errors.New("is not described")
	case !unseen && (err != nil || fields.Code == "" || fields.Message == ""):
		return errors.New("is not {code, message}")
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

// isForeign tells of answers that are not WorkOS's: pages for people, and those of providers.
func isForeign(path string) bool {
	return strings.HasPrefix(path, "/_ui") || strings.HasPrefix(path, "/_provider/") || strings.HasPrefix(path, "/relay/") || strings.HasSuffix(path, "/authorize-redirect")
}

// house checks what holds for every answer of pipesfake, described or not.
func house(r *http.Request, status int, header http.Header, body []byte) error {
	if header.Get("X-Request-Id") == "" {
		return fmt.Errorf("%s %s: status %d has no X-Request-ID", r.Method, r.URL, status)
	}
	if status == http.StatusNoContent || r.Method == http.MethodHead {
		return nil
	}
	if isForeign(r.URL.Path) {
		return nil
	}
	if got := header.Get("Content-Type"); got == "" || status >= 400 && !strings.HasPrefix(got, "application/json") {
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

// faultHeader tells how a fault broke an answer.
const faultHeader = "X-Pipesfake-Fault"

// isBroken tells whether an answer is meant to break the contract. Delays and statuses do not.
func isBroken(header http.Header) bool {
	kind, _, _ := strings.Cut(header.Get(faultHeader), ",")
	return slices.Contains([]string{"body", "malformed", "content_type", "off_contract", "truncate"}, kind)
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
	if isBroken(response.Header) {
		return response, nil
	}
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

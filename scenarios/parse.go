package scenarios

import (
	"encoding/json"
	"os"

	"example.com/pipesfake/internal/fields"
)

// Load reads a scenario file. Its error is that of the file system, or Problems.
func Load(path string) (*Set, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, text)
}

// Parse reads the text of a scenario file. Errors mention the name. They are always Problems.
func Parse(name string, data []byte) (*Set, error) {
	d := decodeInChunks(name, data)
	if d == nil {
		d = newFileDecoder(name)
		if root := parseYAML(&d.Reader, data); root != nil {
			d.file(convert(root, 0))
		}
	}
	if len(d.Mistakes) > 0 {
		problems := d.problems(name)
		problems.sort()
		return nil, problems
	}
	secrets := make([]secret, len(d.Secrets))
	for i, n := range d.Secrets {
		secrets[i] = secret{position(n), n.Text}
	}
	d.set.source = newSource(data, secrets)
	return d.set, nil
}

// maxInlineProblems is how many mistakes of an inline scenario or fault are reported.
const maxInlineProblems = 20

// ParseInline reads a scenario of the same grammar from JSON, which must be valid. Its steps name scenarios
// of the set. Its error is Problems with fields and without positions.
func ParseInline(set *Set, value []byte) (*Scenario, error) {
	n, err := fields.FromJSON(value)
	if err != nil {
		return nil, Problems{{Message: err.Error()}}
	}
	d := newInlineDecoder(set)
	scenario := d.reference(n, "scenario")
	if err := d.inlineError(); err != nil {
		return nil, err
	}
	return scenario, nil
}

// ParseFault reads a fault of the grammar of faults: from JSON, which must be an object. Its error is
// Problems with fields and without positions.
func ParseFault(set *Set, value []byte) (Fault, error) {
	n, err := fields.FromJSON(value)
	if err != nil {
		return Fault{}, Problems{{Message: err.Error()}}
	}
	d := newInlineDecoder(set)
	fault := d.fault(n, "")
	return *fault, d.inlineError()
}

// ParseReference reads the Text of a scenario of the same set.
func ParseReference(set *Set, text []byte) (*Scenario, error) {
	var name string
	if json.Unmarshal(text, &name) == nil {
		return set.Scenario(name)
	}
	return ParseInline(set, text)
}

// ReadReference reads a scenario's name, or a scenario in its place, as the value of a field at path. It adds the
// mistakes to those of the reader.
func ReadReference(r *fields.Reader, set *Set, n *fields.Node, path string) *Scenario {
	d := newInlineDecoder(set)
	scenario := d.reference(n, path)
	r.Mistakes = append(r.Mistakes, d.Mistakes...)
	return scenario
}

func newInlineDecoder(set *Set) *decoder {
	d := newDecoder(set)
	d.Limit = maxInlineProblems
	return d
}

func (d *decoder) inlineError() error {
	if len(d.Mistakes) == 0 {
		return nil
	}
	return d.problems("")[:min(len(d.Mistakes), maxInlineProblems)]
}

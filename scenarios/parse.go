package scenarios

import (
	"io"
	"os"
	"strings"

	"example.com/pipesfake/internal/access"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios/internal/source"
	"example.com/pipesfake/scenarios/internal/yamltree"
)

// Load reads a scenario file. The error is Problems, or the error of reading the file. ${NAME} in a value stands for an
// environment variable of the process.
func Load(path string) (*Set, error) { return LoadWith(path, os.LookupEnv) }

// LoadWith is Load with other variables than those of the process: lookup returns the value of a variable, and reports
// whether it is set. If lookup is nil, no variable is set.
func LoadWith(path string, lookup func(name string) (string, bool)) (*Set, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, access.ToRead(err, path)
	}
	return parse(path, text, lookup)
}

// Parse reads the text of a scenario file. The error is always Problems, which mention the name. ${NAME} in a value
// stands for an environment variable of the process.
func Parse(name string, data []byte) (*Set, error) { return ParseWith(name, data, os.LookupEnv) }

// ParseWith is Parse with other variables than those of the process, as LoadWith is Load.
func ParseWith(name string, data []byte, lookup func(name string) (string, bool)) (*Set, error) {
	return parse(name, string(data), lookup)
}

func parse(name, text string, lookup func(name string) (string, bool)) (*Set, error) {
	d := decodeFile(name, text, lookup)
	if problems := d.fileProblems(); problems != nil {
		return nil, problems
	}
	return d.set, nil
}

// readFile returns the text of a file. It makes no copy of it, as a conversion of bytes would: a file can be large, and
// the Set holds its text.
func readFile(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	var text strings.Builder
	if info, err := file.Stat(); err == nil {
		text.Grow(int(info.Size()))
	}
	_, err = io.Copy(&text, file)
	return text.String(), err
}

// ParsePartial is ParseWith for tools that say more about a file than its mistakes. If the text has mistakes, it
// returns Problems, and a Set of the entries without mistakes. The Set is nil if a mistake is in something that other
// entries refer to: in providers, users, organizations, strict or version, in a key at the top of the file, or in the
// YAML. Pass the Set to lint.Warnings, and do not serve it.
func ParsePartial(name string, data []byte, lookup func(name string) (string, bool)) (*Set, error) {
	d := decodeFile(name, string(data), lookup)
	problems := d.fileProblems()
	switch {
	case problems == nil:
		return d.set, nil
	case !d.knowsNames():
		return nil, problems
	}
	return d.set, problems
}

// decodeFile reads the text of a file. A nil lookup means that no variable is set.
func decodeFile(name, text string, lookup func(name string) (string, bool)) *decoder {
	if lookup == nil {
		lookup = func(string) (string, bool) { return "", false }
	}
	variables := yamltree.NewVariables(lookup)
	d := decodeInChunks(name, text, variables)
	if d == nil {
		d = newFileDecoder(name)
		if document := yamltree.Parse(&d.Reader, text, variables); document != nil {
			d.file(document.Fields(0))
		}
	}
	d.set.source = source.New(text, d.Secrets, variables.Used)
	d.set.variables, d.set.lookup = variables.Used, lookup
	return d
}

// Parse is the function Parse with the variables with which the Set was read: for another version of its file.
func (s *Set) Parse(name string, data []byte) (*Set, error) { return ParseWith(name, data, s.lookup) }

// maxInlineProblems limits the problems that are reported for an inline scenario or fault.
const maxInlineProblems = 20

// ParseInline reads a scenario, or the name of one, from JSON. Names are those of the scenarios of the set. The error
// is Problems with fields and without positions.
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

// ParseFault reads an entry of faults from JSON. The error is Problems with fields and without positions.
func ParseFault(set *Set, value []byte) (Fault, error) {
	n, err := fields.FromJSON(value)
	if err != nil {
		return Fault{}, Problems{{Message: err.Error()}}
	}
	d := newInlineDecoder(set)
	fault := d.fault(n, "")
	return *fault, d.inlineError()
}

// newInlineDecoder returns a decoder for a document that refers to the scenarios and providers of a set.
func newInlineDecoder(set *Set) *decoder {
	d := newDecoder(set)
	d.Limit = maxInlineProblems
	return d
}

// inlineError returns the first problems, or nil if there are none.
func (d *decoder) inlineError() error {
	if len(d.Mistakes) == 0 {
		return nil
	}
	return d.problems("")[:min(len(d.Mistakes), maxInlineProblems)]
}

package yamltree

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"example.com/pipesfake/internal/fields"

	"gopkg.in/yaml.v3"
)

// Variables are the environment variables that the values of a file may name.
type Variables struct {
	Used map[string]string // those that were looked up and are set

	lookup func(name string) (value string, isSet bool)
}

// NewVariables returns the variables that a function like os.LookupEnv finds.
func NewVariables(lookup func(name string) (value string, isSet bool)) *Variables {
	return &Variables{Used: map[string]string{}, lookup: lookup}
}

// howToWrite ends the messages about references to variables.
const howToWrite = "write ${NAME} or ${NAME:-default}; $${ is a literal ${"

// expand replaces the references in a text.
func (v *Variables) expand(text string) (string, error) {
	var made strings.Builder
	for {
		before, after, found := strings.Cut(text, "${")
		made.WriteString(before)
		if !found {
			return made.String(), nil
		}
		if strings.HasSuffix(before, "$") { // $${ is a literal ${, whose $ is written already
			made.WriteByte('{')
			text = after
			continue
		}
		inside, rest, closed := strings.Cut(after, "}")
		value, err := v.value(inside, closed)
		if err != nil {
			return "", err
		}
		made.WriteString(value)
		text = rest
	}
}

// value returns what stands for a reference. Inside is the text between its braces, or the rest of the text if it is
// not closed. Errors do not quote a default, which may be a secret.
func (v *Variables) value(inside string, closed bool) (string, error) {
	name := inside[:nameLength(inside)]
	rest := inside[len(name):]
	byDefault, hasDefault := strings.CutPrefix(rest, ":-")
	switch {
	case !closed || !hasDefault && strings.Contains(rest, "${"):
		return "", fmt.Errorf("${%s is not closed by } in this value: %s, in quotes if the default contains "+
			"a blank, a comma or brackets", name, howToWrite)
	case name == "" && (rest == "" || hasDefault):
		return "", errors.New("${} names no variable: " + howToWrite)
	case rest != "" && !hasDefault:
		return "", fmt.Errorf("%q cannot follow ${%s, because names have only letters, digits and _, "+
			"and begin with no digit: %s", string([]rune(rest)[:1]), name, howToWrite)
	case strings.Contains(byDefault, "${"):
		return "", fmt.Errorf("the default of ${%s:-…} contains another ${: write it without", name)
	}
	value, isSet := v.find(name)
	switch {
	case hasDefault && (!isSet || value == ""):
		return byDefault, nil
	case !isSet:
		return "", fmt.Errorf("the environment variable %s is not set: set it, or write ${%s:-default}; "+
			"$${ is a literal ${", name, name)
	case !utf8.ValidString(value):
		return "", fmt.Errorf("the environment variable %s is not UTF-8: set it to a text", name)
	}
	return value, nil
}

// find looks a variable up, once for each file.
func (v *Variables) find(name string) (value string, isSet bool) {
	if value, isSet = v.Used[name]; isSet {
		return value, true
	}
	if value, isSet = v.lookup(name); isSet {
		v.Used[name] = value
	}
	return value, isSet
}

// nameLength returns the length of the name that a text begins with.
func nameLength(text string) int {
	for i := range len(text) {
		c := text[i]
		isLetter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		if !isLetter && !(i > 0 && c >= '0' && c <= '9') {
			return i
		}
	}
	return len(text)
}

// escape returns what to write in a file for a text that may contain ${.
func escape(text string) string { return strings.ReplaceAll(text, "${", "$${") }

// expander replaces the references in the values of a tree.
type expander struct {
	*fields.Reader
	*Variables
	written map[*yaml.Node]string // how the replaced values are written
}

// visit replaces the references in the values within a node. Keys stay as they are, and so do aliases: what they name
// is elsewhere in the tree.
func (e *expander) visit(n *yaml.Node) {
	for i, inside := range n.Content {
		isKey := n.Kind == yaml.MappingNode && i%2 == 0
		switch {
		case isKey:
		case inside.Kind == yaml.ScalarNode:
			e.scalar(inside)
		default:
			e.visit(inside)
		}
	}
}

// scalar replaces the references in a scalar. One that has neither quotes nor a tag gets the type of its new text.
func (e *expander) scalar(n *yaml.Node) {
	if !strings.Contains(n.Value, "${") {
		return
	}
	text, err := e.expand(n.Value)
	if err != nil {
		e.MistakeOf(fields.Unresolved, nodeAt(n.Line, n.Column), "", "%s", err)
		return
	}
	e.written[n] = n.Value
	n.Value = text
	if n.Style == 0 {
		n.Tag = ""
	}
	if n.Style&yaml.TaggedStyle == 0 && n.ShortTag() == "!!str" && needsQuotes(text) {
		n.Style = yaml.DoubleQuotedStyle
	}
}

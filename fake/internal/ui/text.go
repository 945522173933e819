package ui

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// indented returns JSON over several lines, and every other text as it is.
func indented(text string) string {
	var out bytes.Buffer
	if json.Indent(&out, []byte(text), "", "  ") != nil {
		return text
	}
	return out.String()
}

// sentences returns what an error says, a sentence for each field that is wrong.
func sentences(err error) (list []string) {
	var wire *pipes.Error
	if !errors.As(err, &wire) {
		return []string{err.Error()}
	}
	for _, field := range wire.Errors {
		list = append(list, field.Message)
	}
	if len(list) == 0 {
		list = []string{wire.Message}
	}
	return list
}

// faultName names what a fault does, in a word or two.
func faultName(f scenarios.Fault) string {
	if f.Status != 0 {
		return strconv.Itoa(f.Status)
	}
	return f.Way()
}

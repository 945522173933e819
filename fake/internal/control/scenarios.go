package control

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// maxTextProblems is how many problems of a text are listed.
const maxTextProblems = 100

// TextProblem is a mistake in the text of a scenario file.
type TextProblem struct {
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

// CheckedText says whether the text of a scenario file is valid.
type CheckedText struct {
	OK       bool          `json:"ok"`
	Count    int           `json:"count"` // of all problems
	Problems []TextProblem `json:"problems"`
}

// RefusedText is the response to a text that is not valid.
type RefusedText struct {
	Code     pipes.Code    `json:"code"`
	Message  string        `json:"message"`
	Problems []TextProblem `json:"problems"`
}

// Wrong returns the error code, from which the server takes the status.
func (r RefusedText) Wrong() pipes.Code { return r.Code }

// GetScenarios lists the scenarios that can be switched to.
func GetScenarios(c Call) (any, error) {
	set := c.Environment.Scenarios()
	return struct {
		Start     Scenario   `json:"start"`
		Scenarios []Scenario `json:"scenarios"`
	}{scenarioOf(set, set.Start), scenariosOf(set)}, nil
}

// PostScenariosCheck checks the text of a scenario file, which is the body, and changes nothing.
func PostScenariosCheck(c Call) (any, error) {
	_, err := c.Registry.ReadScenarios(c.Body)
	return c.checkedText(err), nil
}

// PutScenarios resets the environment to the start of the text of a scenario file, which is the body.
func PutScenarios(c Call) (any, error) {
	now, set, err := c.Registry.Try(c.Environment, c.Body)
	if err != nil {
		return c.refusedText(err), nil
	}
	return c.resetResult(now, set), nil
}

// DeleteScenarios resets the environment to the start of the server's own scenario file. A body is not needed and not
// read.
func DeleteScenarios(c Call) (any, error) {
	return c.resetResult(c.Registry.Untry(c.Environment)), nil
}

func (c Call) resetResult(now time.Time, set *scenarios.Set) ResetResult {
	return ResetResult{c.Environment.Name(), pipes.Timestamp(now), set.Name, scenarioOf(set, set.Start)}
}

func (c Call) checkedText(err error) CheckedText {
	var problems scenarios.Problems
	errors.As(err, &problems)
	checked := CheckedText{OK: err == nil, Count: len(problems), Problems: []TextProblem{}}
	for _, one := range problems[:min(len(problems), maxTextProblems)] {
		checked.Problems = append(checked.Problems,
			TextProblem{int(one.Position.Line), int(one.Position.Column), c.Hide(one.Message)})
	}
	return checked
}

func (c Call) refusedText(err error) RefusedText {
	checked := c.checkedText(err)
	first := checked.Problems[0]
	message := fmt.Sprintf("The text has %s, so nothing has changed. Line %d, column %d: %s.",
		counted(checked.Count, "problem"), first.Line, first.Column, first.Message)
	if isJoined := !bytes.Contains(c.Body, []byte("\n")) && bytes.Count(c.Body, []byte(":")) > 1; isJoined {
		message += " The text is a single line: curl -d removes line breaks; use -T FILE or --data-binary @FILE."
	}
	return RefusedText{pipes.InvalidScenarios, message, checked.Problems}
}

// counted returns a number with a noun in singular or plural.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

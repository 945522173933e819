package control

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
	"example.com/pipesfake/scenarios/lint"
)

// maxTextProblems is how many problems of a text are listed, and how many warnings.
const maxTextProblems = 100

// TextProblem is a mistake in the text of a scenario file, or a warning about it.
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
	Warnings []TextProblem `json:"warnings"` // the first ones of package lint
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
	warnings, err := c.Registry.CheckScenarios(c.Environment, c.Body)
	return CheckedText{err == nil, len(problemsOf(err)), c.textProblems(err), c.textWarnings(warnings)}, nil
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

func problemsOf(err error) (problems scenarios.Problems) {
	errors.As(err, &problems)
	return problems
}

// textProblems returns the first problems of a text.
func (c Call) textProblems(err error) []TextProblem {
	problems, list := problemsOf(err), []TextProblem{}
	for _, one := range problems[:min(len(problems), maxTextProblems)] {
		list = append(list, c.textProblem(one.Position, one.Message))
	}
	return list
}

// textWarnings returns the first warnings about a text.
func (c Call) textWarnings(warnings []lint.Warning) []TextProblem {
	list := []TextProblem{}
	for _, one := range warnings[:min(len(warnings), maxTextProblems)] {
		list = append(list, c.textProblem(one.Position, one.Message))
	}
	return list
}

// textProblem returns a problem or a warning. One about an option of the server has no position: it gets the first.
func (c Call) textProblem(at scenarios.Position, message string) TextProblem {
	return TextProblem{max(1, int(at.Line)), max(1, int(at.Column)), c.Hide(message)}
}

func (c Call) refusedText(err error) RefusedText {
	problems := c.textProblems(err)
	first := problems[0]
	message := fmt.Sprintf("The text has %s, so nothing has changed. Line %d, column %d: %s.",
		counted(len(problemsOf(err)), "problem"), first.Line, first.Column, first.Message)
	if isJoined := !bytes.Contains(c.Body, []byte("\n")) && bytes.Count(c.Body, []byte(":")) > 1; isJoined {
		message += " The text is a single line: curl -d removes line breaks; use -T FILE or --data-binary @FILE."
	}
	return RefusedText{pipes.InvalidScenarios, message, problems}
}

// counted returns a number with a noun in singular or plural.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

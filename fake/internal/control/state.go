package control

import (
	"fmt"
	"math"
	"net/url"
	"strconv"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
)

// GetState returns the whole environment: all its connections or a page of them, and a page of its switches and
// integrations.
func GetState(c Call) (any, error) {
	from, limit, wrong := readStatePage(c.Query)
	if len(wrong) > 0 {
		return nil, pipes.Invalid(wrong...)
	}
	return c.views().environment(c.Environment.Name(), c.Environment.Overview(from, limit)), nil
}

// readStatePage reads where the lists of a state begin, and how many connections it has at most; zero means all.
func readStatePage(query url.Values) (from model.From, limit int, wrong []pipes.FieldError) {
	number := func(field string, limit uint64) uint64 {
		text := query.Get(field)
		n, err := strconv.ParseUint(text, 10, 63)
		if text != "" && (err != nil || n < 1 || n > limit) {
			message := fmt.Sprintf("%s must be a whole number from 1 to %d", field, limit)
			wrong = append(wrong, pipes.FieldError{Field: field, Code: "invalid", Message: message})
		}
		return n
	}
	from = model.From{
		Connection:  number("next", math.MaxInt64),
		Switch:      number("next_switch", math.MaxInt64),
		Integration: number("next_integration", math.MaxInt64),
	}
	limit = int(number("limit", 1000))
	return from, limit, wrong
}

// ResetResult is an environment after its reset.
type ResetResult struct {
	Environment string   `json:"environment"`
	Now         string   `json:"now"`
	Scenarios   string   `json:"scenarios"` // the file
	Start       Scenario `json:"start"`
}

// PostReset resets the environment to the start of its scenarios: those of the file, or of a text that PutScenarios
// put in its place. A body is not needed and not read.
func PostReset(c Call) (any, error) {
	return c.resetResult(c.Environment.Reset(nil)), nil
}

package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"example.com/pipesfake/internal/fields"
)

// Error describes a call that the server refused.
type Error struct {
	Status   int    // of the response
	Code     string // such as invalid_request; docs/errors.md lists all. Empty if the response is not of pipesfake
	Message  string
	Problems []Problem // what is wrong in the call, if the server says it in detail
}

// Problem is a mistake in a call.
type Problem struct {
	Field        string // of the body or the query; empty if the body is a text
	Line, Column int    // in a text; zero otherwise
	Code         string // such as required
	Message      string
}

// Error returns the problems, one on each line, or the message if there are none.
func (e *Error) Error() string {
	var lines []string
	for _, problem := range e.Problems {
		if problem.Line > 0 {
			problem.Message = fmt.Sprintf("%d:%d: %s", problem.Line, problem.Column, problem.Message)
		}
		lines = append(lines, problem.Message)
	}
	if len(lines) == 0 {
		return e.Message
	}
	return strings.Join(lines, "\n")
}

// VerificationError says why calls were not as expected.
type VerificationError struct {
	Message    string
	Count      int      // of the matching calls
	NearMisses []string // what came near, the nearest first
}

// Error returns the message and the near misses, one on each line.
func (e *VerificationError) Error() string {
	return strings.Join(slices.Concat([]string{e.Message}, e.NearMisses), "\n\t")
}

// verificationFailed is the code of a response that becomes a VerificationError.
const verificationFailed = "verification_failed"

// errorOf returns the error for a response that is not a success.
func errorOf(response *http.Response, body []byte) error {
	var read struct {
		Code, Message string
		Errors        []Problem
		Problems      []Problem
		Count         int
		NearMisses    []string `json:"near_misses"`
	}
	if err := json.Unmarshal(body, &read); err != nil || read.Code == "" {
		message := "the server answers " + response.Status
		if text := strings.TrimSpace(fields.Abridge(string(body))); text != "" {
			message += ": " + text
		}
		return &Error{Status: response.StatusCode, Message: message}
	}
	if read.Code == verificationFailed {
		return &VerificationError{read.Message, read.Count, read.NearMisses}
	}
	return &Error{response.StatusCode, read.Code, read.Message, append(read.Errors, read.Problems...)}
}

// isNotFound reports whether a call was refused because what it names does not exist.
func isNotFound(err error) bool {
	refused := new(Error)
	return errors.As(err, &refused) && refused.Status == http.StatusNotFound
}

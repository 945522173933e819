package fault

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"example.com/pipesfake/fake/internal/pipes"
)

// errorBody returns WorkOS's body for a status (source: docs for 429, else inferred). Except for 429, the message names
// the fault, so that nobody looks for the reason elsewhere.
func errorBody(status int, faultID string) []byte {
	if status < 400 {
		return []byte("{}\n")
	}
	body, _ := json.Marshal(errorOf(status, faultID)) // two strings always marshal
	return append(body, '\n')
}

func errorOf(status int, faultID string) pipes.Error {
	switch status {
	case http.StatusTooManyRequests:
		return pipes.Error{Code: pipes.RateLimitExceeded, Message: "Too many requests."}
	case http.StatusNotFound:
		return pipes.Error{Code: pipes.EntityNotFound, Message: "Not Found (pipesfake: " + faultID + ")."}
	}
	text := http.StatusText(status)
	if text == "" {
		text = "Status " + strconv.Itoa(status)
	}
	snakeCase := strings.NewReplacer(" ", "_", "-", "_", "'", "")
	return pipes.Error{
		Code:    pipes.Code(strings.ToLower(snakeCase.Replace(text))),
		Message: text + " (pipesfake: " + faultID + ").",
	}
}

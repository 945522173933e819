package scenarios

import (
	"strings"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
)

// checkToken returns what is wrong with an access token, or "".
func checkToken(token string) string {
	if len(token) > 8192 || strings.ContainsFunc(token, names.IsNotPrintable) {
		return "is not a token: at most 8192 printable characters without spaces"
	}
	return ""
}

// suggestion is a function like DidYouMean that computes the candidates only when it needs them.
type suggestion func(text string, candidates func() []string) string

// suggestOne is the suggestion for a single name. In a file, fields.Reader.Suggest limits the work.
func suggestOne(text string, candidates func() []string) string {
	return fields.DidYouMean(text, candidates())
}

package server

import (
	"fmt"
	"net/http"
	"strings"

	"example.com/pipesfake/fake/internal/pipes"
)

// maxMethod is how many characters a method can have. The longest registered one has 17.
const maxMethod = 32

// isRead reports whether the method of a request is one that changes nothing.
func isRead(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

// checkMethod returns what is wrong with a method, or an empty text. A server that this one is mounted in, and tests,
// can let in what net/http refuses.
func checkMethod(method string) string {
	notInToken := func(r rune) bool {
		isLetter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		return !isLetter && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	}
	switch {
	case len(method) > maxMethod:
		return fmt.Sprintf("has %d characters; at most %d are allowed", len(method), maxMethod)
	case strings.ContainsFunc(method, notInToken):
		return "has a character that no method may have"
	}
	return ""
}

// invalidMethod returns the error for a method that is none, and sets the header that lists those of the path.
func invalidMethod(x *request, problem, allowed string) error {
	x.Header().Set("Allow", allowed)
	if allowed != "" {
		problem += " (this path takes " + allowed + ")"
	}
	return &pipes.Error{Code: pipes.MethodNotAllowed, Message: "The method " + problem + "."}
}

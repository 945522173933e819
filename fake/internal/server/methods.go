package server

import (
	"fmt"
	"strings"

	"example.com/pipesfake/fake/internal/pipes"
)

// maxMethod is how many characters a method has at most; the longest registered one has 17.
const maxMethod = 32

// checkMethod returns what is wrong with a method; empty: nothing. Some servers, and writers of tests, let in what
// net/http refuses.
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

// refuseMethod is the error of a method that cannot be one.
func refuseMethod(x *request, problem, allowed string) error {
	x.Header().Set("Allow", allowed)
	if allowed != "" {
		problem += " (this path takes " + allowed + ")"
	}
	return &pipes.Error{Code: pipes.MethodNotAllowed, Message: "The method " + problem + "."}
}

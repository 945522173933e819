package scenarios

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/pipesfake/internal/fields"
)

// maxScopes bounds what is compared with each other.
const maxScopes = 1_000

// CheckScopeList says what is wrong with a list of scopes, and returns "" if it is good.
func CheckScopeList(scopes []string) string {
	if len(scopes) > maxScopes {
		return fmt.Sprintf("names %d scopes; at most %d are allowed", len(scopes), maxScopes)
	}
	for i, scope := range scopes {
		switch {
		case scope == "" || len(scope) > 500 || strings.ContainsFunc(scope, isNotPrintable):
			return fmt.Sprintf("has %q, which is not a scope: 1 to 500 printable characters without spaces",
				Abridge(scope))
		case slices.Contains(scopes[:i], scope):
			return fmt.Sprintf("names %q twice", Abridge(scope))
		}
	}
	return ""
}

func checkToken(token string) string {
	if len(token) > 8192 || strings.ContainsFunc(token, isNotPrintable) {
		return "is not a token: at most 8192 printable characters without spaces"
	}
	return ""
}

func isNotPrintable(r rune) bool { return r <= ' ' || r >= 0x7f }

// CheckSlug says what is wrong with a provider's slug, which is a part of paths, and returns "" if it is good.
func CheckSlug(slug string) string {
	if len(slug) == 0 || len(slug) > 100 || strings.ContainsFunc(slug, isNotInNames) {
		return fmt.Sprintf("%q is not a slug: 1 to 100 letters, digits, dashes, dots or underscores", Abridge(slug))
	}
	return ""
}

// IsName reports whether a text can be the name of a scenario or a snapshot.
func IsName(name string) bool {
	return len(name) > 0 && len(name) <= 64 && !strings.ContainsFunc(name, isNotInNames) && name[0] != '-' &&
		name[0] != '.'
}

func isNotInNames(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r))
}

// CheckID says what is wrong with the id of a user or an organization, and returns "" if it is good.
func CheckID(id string) string {
	switch {
	case id == "":
		return "must not be empty"
	case len(id) > 255:
		return fmt.Sprintf("is %d bytes long; at most 255 are allowed", len(id))
	case !utf8.ValidString(id):
		return "is not UTF-8"
	case strings.ContainsFunc(id, unicode.IsControl):
		return "has a control character in it"
	}
	return ""
}

// maxURL bounds addresses, in bytes.
const maxURL = 8192

// IsWebURL reports whether a text is an absolute http or https URL without credentials or spaces.
func IsWebURL(text string) bool {
	u, err := url.Parse(text)
	if err != nil || len(text) > maxURL {
		return false
	}
	isWeb := strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://")
	hasSpace := strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f })
	return isWeb && !hasSpace && u.Hostname() != "" && u.User == nil
}

// Abridge shortens a text that is quoted in an error.
func Abridge(s string) string { return fields.Abridge(s) }

// DidYouMean returns " (did you mean x?)" for the nearest of the candidates, and "" if none is near.
func DidYouMean(word string, candidates []string) string { return fields.DidYouMean(word, candidates) }

// suggestion returns what DidYouMean does for the candidates.
type suggestion func(text string, candidates func() []string) string

// suggestOne is the suggestion for a name on its own.
func suggestOne(text string, candidates func() []string) string {
	return DidYouMean(text, candidates())
}

// Distance returns how many letters have to change to turn one text into the other, ignoring case.
func Distance(one, other string) int { return fields.Distance(one, other) }

// NotOneOf describes a text that is none of the allowed values: it suggests the nearest one, and lists all of them
// unless they are many.
func NotOneOf(word string, allowed []string) string { return fields.NotOneOf(word, allowed) }

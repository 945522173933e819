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

// maxScopes limits lists of scopes, in which every scope is compared with every other.
const maxScopes = 1_000

// CheckScopeList returns what is wrong with a list of scopes, or "".
func CheckScopeList(scopes []string) string {
	if len(scopes) > maxScopes {
		return fmt.Sprintf("names %d scopes; at most %d are allowed", len(scopes), maxScopes)
	}
	for i, scope := range scopes {
		switch {
		case scope == "" || len(scope) > 500 || strings.ContainsFunc(scope, isNotPrintable):
			return fmt.Sprintf("has %q, which is not a scope: 1 to 500 printable characters without spaces",
				fields.Abridge(scope))
		case slices.Contains(scopes[:i], scope):
			return fmt.Sprintf("names %q twice", fields.Abridge(scope))
		}
	}
	return ""
}

// checkToken returns what is wrong with an access token, or "".
func checkToken(token string) string {
	if len(token) > 8192 || strings.ContainsFunc(token, isNotPrintable) {
		return "is not a token: at most 8192 printable characters without spaces"
	}
	return ""
}

func isNotPrintable(r rune) bool { return r <= ' ' || r >= 0x7f }

// CheckSlug returns what is wrong with the slug of a provider, or "". Slugs are parts of paths.
func CheckSlug(slug string) string {
	if len(slug) == 0 || len(slug) > 100 || strings.ContainsFunc(slug, isNotInNames) {
		return fmt.Sprintf("%q is not a slug: 1 to 100 letters, digits, dashes, dots or underscores",
			fields.Abridge(slug))
	}
	return ""
}

// IsName reports whether a text is allowed as the name of a scenario, a config field or a snapshot.
func IsName(name string) bool {
	return len(name) > 0 && len(name) <= 64 && !strings.ContainsFunc(name, isNotInNames) && name[0] != '-' &&
		name[0] != '.'
}

func isNotInNames(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r))
}

// CheckID returns what is wrong with the id of a user or an organization, or "".
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

// maxURL is the maximal length of URLs in bytes.
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

// Abridge shortens a long text, for quotation in an error.
//
// Deprecated: It is a helper of this module, which no longer uses it.
func Abridge(s string) string { return fields.Abridge(s) }

// DidYouMean returns " (did you mean x?)" with the candidate that is most like the word, or "" if none is like it.
//
// Deprecated: It is a helper of this module, which no longer uses it.
func DidYouMean(word string, candidates []string) string { return fields.DidYouMean(word, candidates) }

// suggestion is a function like DidYouMean that computes the candidates only when it needs them.
type suggestion func(text string, candidates func() []string) string

// suggestOne is the suggestion for a single name. In a file, fields.Reader.Suggest limits the work.
func suggestOne(text string, candidates func() []string) string {
	return fields.DidYouMean(text, candidates())
}

// Distance returns the number of letters that must change to turn one text into the other, ignoring case.
//
// Deprecated: It is a helper of this module, which no longer uses it.
func Distance(one, other string) int { return fields.Distance(one, other) }

// NotOneOf returns the message for a word that is none of the allowed values. It suggests the most similar one, and
// lists all of them unless they are many.
//
// Deprecated: It is a helper of this module, which no longer uses it.
func NotOneOf(word string, allowed []string) string { return fields.NotOneOf(word, allowed) }

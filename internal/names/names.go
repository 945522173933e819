// Package names has the rules of the texts that name things: slugs, ids, names, scopes and addresses.
package names

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/pipesfake/internal/fields"
)

// MaxScopes limits lists of scopes, in which every scope is compared with every other.
const MaxScopes = 1_000

// CheckScopeList returns what is wrong with a list of scopes, or "".
func CheckScopeList(scopes []string) string {
	if len(scopes) > MaxScopes {
		return fmt.Sprintf("names %d scopes; at most %d are allowed", len(scopes), MaxScopes)
	}
	for i, scope := range scopes {
		switch {
		case scope == "" || len(scope) > 500 || strings.ContainsFunc(scope, IsNotPrintable):
			return fmt.Sprintf("has %q, which is not a scope: 1 to 500 printable characters without spaces",
				fields.Abridge(scope))
		case slices.Contains(scopes[:i], scope):
			return fmt.Sprintf("names %q twice", fields.Abridge(scope))
		}
	}
	return ""
}

// IsNotPrintable reports whether a rune is not a printable character of ASCII, or is a space.
func IsNotPrintable(r rune) bool { return r <= ' ' || r >= 0x7f }

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

// NothingToLack returns what is wrong with a scenario that lacks scopes of a provider that asks for none.
func NothingToLack(scenario, provider string) string {
	return fmt.Sprintf("%s lacks scopes, but %s asks for none: give it scopes under providers, "+
		"or name another provider", scenario, provider)
}

package fields

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/agnivade/levenshtein"
)

// Abridge shortens a text that is quoted in an error.
func Abridge(text string) string {
	const maxBytes = 60
	if len(text) <= maxBytes {
		return text
	}
	return strings.ToValidUTF8(text[:maxBytes], "") + "…"
}

// OneLine quotes a text that contains control characters.
func OneLine(text string) string {
	if strings.ContainsFunc(text, unicode.IsControl) {
		return strconv.Quote(text)
	}
	return text
}

// DidYouMean returns " (did you mean x?)" for the nearest candidate, and "" if none is near.
func DidYouMean(text string, candidates []string) string {
	if len(text) > 100 {
		return ""
	}
	best, distance := "", max(2, len(text)/3)+1
	for _, candidate := range candidates {
		d := Distance(text, candidate)
		if len(text) > 2 && strings.HasPrefix(candidate, text) {
			d = 1 // user for user_id
		}
		if d < distance {
			best, distance = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", OneLine(best))
}

// Distance returns how many letters have to change to turn one text into the other, ignoring case.
func Distance(one, other string) int {
	return levenshtein.ComputeDistance(strings.ToLower(one), strings.ToLower(other))
}

// maxListed is how many allowed values an error lists.
const maxListed = 12

// NotOneOf describes a text that is none of the allowed values: it suggests the nearest one, and lists all of them
// unless they are many.
func NotOneOf(text string, allowed []string) string {
	if len(allowed) > maxListed {
		return fmt.Sprintf("is %q, which is unknown%s: GET /_control/openapi.json lists them",
			Abridge(text), DidYouMean(text, allowed))
	}
	return fmt.Sprintf("is %q, not one of %s%s", Abridge(text), strings.Join(allowed, ", "), DidYouMean(text, allowed))
}

// unlessAllowed returns NotOneOf for a text that is not allowed, and "" for one that is.
func unlessAllowed(text string, allowed []string) string {
	if slices.Contains(allowed, text) {
		return ""
	}
	return NotOneOf(text, allowed)
}

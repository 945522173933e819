package fields

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// Abridge shortens a long text, for quotation in an error.
func Abridge(text string) string {
	const maxBytes = 60
	if len(text) <= maxBytes {
		return text
	}
	return strings.ToValidUTF8(text[:maxBytes], "") + "…"
}

// Plural returns a number with a noun in the singular or the plural: 1 connection, 2 connections.
func Plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

// OneLine quotes a text that contains control characters.
func OneLine(text string) string {
	if strings.ContainsFunc(text, unicode.IsControl) {
		return strconv.Quote(text)
	}
	return text
}

// maxSuggestionWork limits the work for the suggestions of one document: a file may have as many mistakes as names, and
// each mistake would be compared with each name. The unit is a comparison of two letters, about a nanosecond.
const maxSuggestionWork = 100_000_000

// workPerCandidate is the work for a candidate in addition to the comparison of its letters.
const workPerCandidate = 100

// suggester suggests names until it has done maxSuggestionWork. The zero suggester is ready for use.
type suggester struct{ work int }

// isSpent reports whether the suggester has done all its work.
func (s *suggester) isSpent() bool { return s.work >= maxSuggestionWork }

// didYouMean is DidYouMean. It ignores candidates as soon as it has done all its work.
func (s *suggester) didYouMean(text string, candidates []string) string {
	if len(text) > 100 {
		return ""
	}
	best, distance := "", max(2, len(text)/3)+1
	for _, candidate := range candidates {
		if s.isSpent() {
			break
		}
		s.work += workPerCandidate
		if len(text) > 2 && strings.HasPrefix(candidate, text) {
			if distance > 1 {
				best, distance = candidate, 1 // user for user_id
			}
			continue
		}
		if differenceInLength(text, candidate) >= distance { // the distance is at least as large
			continue
		}
		s.work += len(text) * len(candidate)
		if d := Distance(text, candidate); d < distance {
			best, distance = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", OneLine(best))
}

// differenceInLength returns the number of letters by which one text is longer than the other.
func differenceInLength(one, other string) int {
	difference := utf8.RuneCountInString(one) - utf8.RuneCountInString(other)
	return max(difference, -difference)
}

// DidYouMean returns " (did you mean x?)" with the candidate that is most like the text, or "" if none is like it.
func DidYouMean(text string, candidates []string) string {
	return new(suggester).didYouMean(text, candidates)
}

// DidYouMeanOneOf is DidYouMean with up to limit candidates, the most similar one first. A candidate that contains the
// text, or is part of it, is similar.
func DidYouMeanOneOf(text string, candidates []string, limit int) string {
	type ranked struct {
		name     string
		distance int
	}
	if len(text) < 3 || len(text) > 100 {
		return DidYouMean(text, candidates)
	}
	var near []ranked
	farthest, lower := max(2, len(text)/3), strings.ToLower(text)
	for _, candidate := range candidates {
		d := Distance(text, candidate)
		if strings.Contains(candidate, lower) || strings.Contains(lower, candidate) {
			d = min(d, farthest)
		}
		if d <= farthest {
			near = append(near, ranked{candidate, d})
		}
	}
	if len(near) == 0 {
		return ""
	}
	slices.SortStableFunc(near, func(a, b ranked) int { return cmp.Compare(a.distance, b.distance) })
	var names []string
	for _, one := range near[:min(limit, len(near))] {
		names = append(names, OneLine(one.name))
	}
	last := len(names) - 1
	if last == 0 {
		return " (did you mean " + names[0] + "?)"
	}
	return " (did you mean " + strings.Join(names[:last], ", ") + " or " + names[last] + "?)"
}

// Distance returns the number of letters that must change to turn one text into the other, ignoring case.
func Distance(one, other string) int {
	return levenshtein.ComputeDistance(strings.ToLower(one), strings.ToLower(other))
}

// maxListed is the number of allowed values up to which an error lists them.
const maxListed = 12

// NotOneOf returns the message for a text that is none of the allowed values. It suggests the most similar one, and
// lists all of them unless they are many.
func NotOneOf(text string, allowed []string) string {
	if len(allowed) > maxListed {
		return fmt.Sprintf("is %q, which is unknown%s: GET /_control/openapi.json lists them",
			Abridge(text), DidYouMean(text, allowed))
	}
	return fmt.Sprintf("is %q, not one of %s%s", Abridge(text), strings.Join(allowed, ", "), DidYouMean(text, allowed))
}

// unlessAllowed returns NotOneOf for a text that is not allowed, or "".
func unlessAllowed(text string, allowed []string) string {
	if slices.Contains(allowed, text) {
		return ""
	}
	return NotOneOf(text, allowed)
}

package scenarios

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// maxSuggestionWork bounds what the search for the nearest words costs, of one word or of all the words of a document:
// a file may have as many mistakes as it has names, and each of them would be compared with each name. The unit is a
// comparison of two letters, about a nanosecond.
const maxSuggestionWork = 100_000_000

// workPerCandidate is what a candidate costs besides the comparison of its letters.
const workPerCandidate = 100

// suggester finds the nearest words until its searches have cost maxSuggestionWork. The zero suggester is ready.
type suggester struct{ work int }

// isSpent reports whether nothing more is suggested.
func (s *suggester) isSpent() bool { return s.work >= maxSuggestionWork }

// didYouMean is DidYouMean. It leaves out the candidates that it has no work left for.
func (s *suggester) didYouMean(word string, candidates []string) string {
	if len(word) > 100 {
		return ""
	}
	best, distance := "", max(2, len(word)/3)+1
	for _, candidate := range candidates {
		if s.isSpent() {
			break
		}
		s.work += workPerCandidate
		if len(word) > 2 && strings.HasPrefix(candidate, word) {
			if distance > 1 {
				best, distance = candidate, 1 // user for user_id
			}
			continue
		}
		if differenceInLength(word, candidate) >= distance { // so is the distance
			continue
		}
		s.work += len(word) * len(candidate)
		if d := Distance(word, candidate); d < distance {
			best, distance = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", oneLine(best))
}

// differenceInLength returns by how many letters one word is longer than the other.
func differenceInLength(one, other string) int {
	difference := utf8.RuneCountInString(one) - utf8.RuneCountInString(other)
	return max(difference, -difference)
}

// DidYouMean is " (did you mean x?)" for the nearest of the candidates, and empty when none is near.
func DidYouMean(word string, candidates []string) string {
	return new(suggester).didYouMean(word, candidates)
}

// Distance is how many letters are to be changed to make one word of another.
func Distance(one, other string) int {
	return levenshtein.ComputeDistance(strings.ToLower(one), strings.ToLower(other))
}

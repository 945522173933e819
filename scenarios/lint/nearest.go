package lint

import (
	"strings"

	"example.com/pipesfake/internal/fields"
)

// maxComparisons limits the work for one file, which may have as many unknown names as known ones.
const maxComparisons = 1_000_000

// nearest finds names that differ from another one as by a slip of the fingers. It is stricter than
// fields.DidYouMean, because the names that it is asked about are valid. The zero nearest is ready for use; after
// maxComparisons it finds nothing.
type nearest struct{ comparisons int }

// of returns the candidate from which text differs least, or "" if none is near.
func (n *nearest) of(text string, candidates []string) string {
	found, distance := "", maxDistance(text)+1
	for _, candidate := range candidates {
		if n.comparisons == maxComparisons {
			break
		}
		n.comparisons++
		if text == candidate || hasOtherNumber(text, candidate) {
			continue
		}
		if d := distanceOf(text, candidate, distance); d < distance {
			found, distance = candidate, d
		}
	}
	return found
}

// maxDistance returns how many letters of a text may be wrong. Short names are often near each other by chance.
func maxDistance(text string) int {
	switch {
	case len(text) < 3 || len(text) > 100:
		return 0
	case len(text) < 8:
		return 1
	}
	return 2
}

// distanceOf returns in how many letters two texts differ, or limit if it is not less. Two letters that changed places
// count as one difference.
func distanceOf(one, other string, limit int) int {
	switch difference := len(one) - len(other); {
	case difference >= limit || -difference >= limit:
		return limit
	case max(len(one), len(other)) < 4 && !strings.EqualFold(one, other): // any two short names are similar
		return limit
	case difference == 0 && isSwapped(one, other):
		return 1
	}
	return fields.Distance(one, other)
}

// isSwapped reports whether two texts of the same length differ in that two letters beside each other changed places.
func isSwapped(one, other string) bool {
	i := 0
	for i < len(one) && one[i] == other[i] {
		i++
	}
	return i+1 < len(one) && one[i] == other[i+1] && one[i+1] == other[i] && one[i+2:] == other[i+2:]
}

// hasOtherNumber reports whether two names differ only in the number at the end, such as github-2 and github.
func hasOtherNumber(one, other string) bool {
	const number = "0123456789-_."
	return strings.TrimRight(one, number) == strings.TrimRight(other, number)
}

// Package secrets finds known secrets in texts.
package secrets

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"example.com/pipesfake/internal/fields"
)

// MinLength is the length of the shortest secret that is known by itself. A shorter one is a word like others.
const MinLength = 8

// maxKnown is how many secrets are known. Beyond it the oldest are forgotten.
const maxKnown = 100_000

// Set is a set of known secrets. The zero Set is empty.
type Set struct {
	known, before map[string]struct{} // when known is full, it replaces before
	count         uint64              // how many were added
	lengths       []int               // of all secrets that there were, the longest first
	begins        map[string]struct{} // how they begin, so that most places of a text are skipped
	crowded       bool                // there are too many beginnings to list
	first, second [4]uint64           // the first two bytes of all secrets, a bit for each: most places need no more
}

// Add adds secrets, in each form in which errors and places quote them. Short ones are not added.
func (s *Set) Add(texts ...string) {
	for _, text := range texts {
		quoted, ascii := strconv.Quote(text), strconv.QuoteToASCII(text)
		abridged := strings.TrimSuffix(fields.Abridge(text), "…")
		for _, form := range []string{text, quoted[1 : len(quoted)-1], ascii[1 : len(ascii)-1], abridged} {
			if !s.measure(form) {
				continue
			}
			if len(s.known) >= maxKnown {
				s.known, s.before = nil, s.known
			}
			if s.known == nil {
				s.known = map[string]struct{}{}
			}
			if _, isKnown := s.known[form]; !isKnown {
				s.known[form] = struct{}{}
				s.count++
			}
		}
	}
}

// Count returns a number that changes when secrets are added.
func (s *Set) Count() uint64 { return s.count }

// All returns the secrets that were added, in all their forms and in order.
func (s *Set) All() []string {
	all := slices.AppendSeq(slices.Collect(maps.Keys(s.before)), maps.Keys(s.known))
	slices.Sort(all)
	return slices.Compact(all)
}

// AddToken prepares the set for a token that the caller of Replace knows by itself. Only forms of it that differ from
// the token are added.
func (s *Set) AddToken(token string) {
	if s.measure(token); fields.Abridge(token) != token || strings.ContainsAny(token, `"\`) {
		s.Add(token)
	}
}

// measure notes how a secret begins and how long it is, and reports whether it is long enough.
func (s *Set) measure(text string) bool {
	if len(text) < MinLength {
		return false
	}
	i, known := slices.BinarySearchFunc(s.lengths, len(text), func(a, b int) int { return b - a })
	if !known {
		s.lengths = slices.Insert(s.lengths, i, len(text))
	}
	s.first[text[0]>>6] |= 1 << (text[0] & 63)
	s.second[text[1]>>6] |= 1 << (text[1] & 63)
	if s.begins == nil {
		s.begins = map[string]struct{}{}
	}
	if !s.crowded {
		s.begins[text[:MinLength]] = struct{}{}
	}
	if len(s.begins) > 2*maxKnown {
		s.begins, s.crowded = nil, true
	}
	return true
}

// Replace returns the text with something else in the place of each secret: those of the set, and those that isToken
// knows.
func (s *Set) Replace(text string, isToken func(string) bool, replace func(secret string) string) string {
	var shown strings.Builder
	from := 0
	for at := 0; at+MinLength <= len(text); at++ {
		if n := s.lengthAt(text[at:], isToken); n > 0 {
			shown.WriteString(text[from:at] + replace(text[at:at+n]))
			from = at + n
			at = from - 1
		}
	}
	if from == 0 {
		return text
	}
	return shown.String() + text[from:]
}

// lengthAt returns how long the secret is that a text begins with, or zero if it begins with none.
func (s *Set) lengthAt(text string, isToken func(string) bool) int {
	first, second := text[0], text[1]
	if s.first[first>>6]>>(first&63)&1 == 0 || s.second[second>>6]>>(second&63)&1 == 0 {
		return 0
	}
	if _, may := s.begins[text[:MinLength]]; !may && !s.crowded {
		return 0
	}
	for _, n := range s.lengths {
		if n > len(text) {
			continue
		}
		if isToken(text[:n]) {
			return n
		}
		if _, known := s.known[text[:n]]; known {
			return n
		}
		if _, known := s.before[text[:n]]; known {
			return n
		}
	}
	return 0
}

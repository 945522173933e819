package model

import (
	"slices"
	"strconv"
	"strings"

	"example.com/pipesfake/scenarios"
)

// secrets are texts that nobody is shown, wherever they stand, beside the tokens that were handed out: what calls and
// the file gave.
type secrets struct {
	known, before map[string]struct{} // the oldest are forgotten
	lengths       []int               // of all that there were, tokens too, the longest first
	begins        map[string]struct{} // how they begin, so that most places of a text are passed by
	crowded       bool                // there are too many to say how
	first, second [4]uint64           // the bytes that they begin with, a bit for each: most places need no more
}

const (
	minSecretLength = 8 // a shorter one is a word like others
	maxSecrets      = 100_000
)

// add takes note of secrets, as they are and as errors quote them. Empty ones are none.
func (s *secrets) add(texts ...string) {
	for _, text := range texts {
		quoted := strconv.Quote(text)
		for _, form := range []string{text, quoted[1 : len(quoted)-1], strings.TrimSuffix(scenarios.Abridge(text), "…")} {
			if !s.measure(form) {
				continue
			}
			if len(s.known) >= maxSecrets {
				s.known, s.before = nil, s.known
			}
			if s.known == nil {
				s.known = map[string]struct{}{}
			}
			s.known[form] = struct{}{}
		}
	}
}

// measure takes note of how long a secret is, and tells whether that is long enough.
func (s *secrets) measure(text string) bool {
	if len(text) < minSecretLength {
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
		s.begins[text[:minSecretLength]] = struct{}{}
	}
	if len(s.begins) > 2*maxSecrets {
		s.begins, s.crowded = nil, true
	}
	return true
}

// issued takes note of a token, which is known by itself.
func (s *secrets) issued(token string) {
	if s.measure(token); scenarios.Abridge(token) != token {
		s.add(token)
	}
}

// addConfig takes note of the values of secret fields.
func (s *secrets) addConfig(provider scenarios.Provider, values map[string]string) {
	for name, value := range values {
		if provider.Fields[name].Secret {
			s.add(value)
		}
	}
}

// put sets an integration up, with its secrets.
func (e *Environment) put(i *Integration) {
	e.catalog.put(i)
	e.secrets.addIntegration(i)
}

func (s *secrets) addIntegration(i *Integration) {
	if i.Credentials != nil {
		s.add(i.Credentials.ClientSecret)
	}
	s.addConfig(i.Provider, i.Provider.Config)
	for _, one := range i.Provider.Organizations {
		s.addOverride(i.Provider, one)
	}
}

func (s *secrets) addOverride(provider scenarios.Provider, one scenarios.Override) {
	s.add(one.ClientSecret)
	s.addConfig(provider, one.Config)
}

func (e *Environment) addAccount(r *connection) {
	if a := r.account; a != nil {
		e.secrets.add(a.secret, a.clientSecret)
		if i := e.integration(r.key.Provider, ownershipOf(r.key)); i != nil {
			e.secrets.addConfig(i.Provider, a.config)
		}
	}
}

// addAll takes note of all that a restored environment holds, and of what it held before.
func (e *Environment) addAll(before map[string][]*connection) {
	for token := range before {
		e.secrets.add(token)
	}
	for r := range e.connections.after(0) {
		for _, one := range e.connections.all(r.key) {
			e.addAccount(one)
		}
	}
	for _, i := range e.catalog.list.items {
		e.secrets.addIntegration(i)
	}
	for at, one := range e.catalog.overrides {
		if i := e.configured(at.slug); i != nil {
			e.secrets.addOverride(i.Provider, one.Override)
		}
	}
	for _, one := range e.endpoints.list.items {
		e.secrets.add(one.Secret)
	}
	for _, one := range e.consents.order {
		e.secrets.add(one.Code)
	}
	for token := range e.tokens {
		e.secrets.issued(token)
	}
}

// Redact is a text without the secrets that are known here.
func (e *Environment) Redact(text string) string { return e.replaceSecrets(text, Mask) }

// replaceSecrets is a text with something else in the place of each secret that is known here. It calls replace under
// the lock.
func (e *Environment) replaceSecrets(text string, replace func(secret string) string) string {
	if len(text) < minSecretLength {
		return text
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.open()
	var shown strings.Builder
	from := 0
	for at := 0; at+minSecretLength <= len(text); at++ {
		if n := e.secretAt(text[at:]); n > 0 {
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

// secretAt is how long the secret is that a text begins with; zero: it begins with none.
func (e *Environment) secretAt(text string) int {
	s, first, second := &e.secrets, text[0], text[1]
	if s.first[first>>6]>>(first&63)&1 == 0 || s.second[second>>6]>>(second&63)&1 == 0 {
		return 0
	}
	if _, may := e.secrets.begins[text[:minSecretLength]]; !may && !e.secrets.crowded {
		return 0
	}
	for _, n := range e.secrets.lengths {
		if n > len(text) {
			continue
		}
		if e.tokens[text[:n]] != nil {
			return n
		}
		if _, known := e.secrets.known[text[:n]]; known {
			return n
		}
		if _, known := e.secrets.before[text[:n]]; known {
			return n
		}
	}
	return 0
}

// Mask is what is shown of a secret: of a long one, its last four characters.
func Mask(secret string) string {
	const long = 16
	if len(secret) < long {
		return "…"
	}
	return "…" + Last4(secret)
}

package scenarios

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Provider returns an error if a provider does not exist. With strict only those of the file exist, otherwise any slug
// that could be one. The error suggests the nearest of the file.
func (s *Set) Provider(slug string) error { return s.checkProvider(slug, suggestOne) }

func (s *Set) checkProvider(slug string, suggest suggestion) error {
	if problem := CheckSlug(slug); problem != "" {
		return fmt.Errorf("provider %s", problem)
	}
	if _, ok := s.providers[slug]; s.Strict && !ok {
		return fmt.Errorf("unknown provider %q%s: with strict only the providers of %s exist",
			Abridge(slug), suggest(slug, s.Providers), s.Name)
	}
	return nil
}

// Known reports whether a provider is built in, whatever the file says.
func (s *Set) Known(slug string) bool {
	_, ok := s.builtins[slug]
	return ok
}

// Providers returns the slugs that the file declares, sorted.
func (s *Set) Providers() []string { return slices.Sorted(maps.Keys(s.providers)) }

// Scopes returns what a provider asks for: the file's scopes, else the built-in table's, else read and write.
func (s *Set) Scopes(provider string) []string {
	if p, ok := s.providers[provider]; ok && p.Scopes != nil {
		return p.Scopes
	}
	return s.UsualScopes(provider)
}

// UsualScopes returns what a provider asks for unless a file or a call says otherwise. They are never empty.
func (s *Set) UsualScopes(provider string) []string {
	if known := s.builtins[provider]; known.scopes != nil {
		return known.scopes
	}
	return s.readWrite
}

// Declared returns the file's entry for a provider, with its defaults filled in, except for the scopes, which Scopes
// returns. It must not be changed.
func (s *Set) Declared(slug string) (Provider, bool) {
	p, ok := s.providers[slug]
	return p, ok
}

// Implied returns the description of a provider that nobody declared.
func (s *Set) Implied(slug string) Provider {
	return Provider{
		Name: s.displayName(slug), Enabled: true, State: Valid, Credentials: CredentialsShared,
		AuthMethods: []string{OAuth}, Ownership: []string{OwnerUser},
	}
}

// displayName returns the name of the built-in table, else the slug in words: My Crm for my-crm.
func (s *Set) displayName(slug string) string {
	if known, ok := s.builtins[slug]; ok {
		return known.name
	}
	words := strings.FieldsFunc(slug, func(r rune) bool { return strings.ContainsRune("-_.", r) })
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return cmp.Or(strings.Join(words, " "), slug)
}

// SecretFields returns the names of config fields that some provider declares secret.
func (s *Set) SecretFields() (names []string) {
	for _, provider := range s.providers {
		for name, field := range provider.Fields {
			if field.Secret && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

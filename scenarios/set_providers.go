package scenarios

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
)

// Provider returns an error if a provider does not exist. With strict, only the providers of the file exist, otherwise
// every valid slug. The error suggests a similar slug.
func (s *Set) Provider(slug string) error { return s.checkProvider(slug, suggestOne) }

func (s *Set) checkProvider(slug string, suggest suggestion) error {
	if problem := names.CheckSlug(slug); problem != "" {
		return fmt.Errorf("provider %s", problem)
	}
	if _, ok := s.providers[slug]; s.Strict && !ok {
		return fmt.Errorf("unknown provider %q%s: with strict only the providers of %s exist",
			fields.Abridge(slug), suggest(slug, s.Providers), s.Name)
	}
	return nil
}

// Known reports whether a provider is built in. It does not consider the file.
func (s *Set) Known(slug string) bool {
	_, ok := s.builtins[slug]
	return ok
}

// Similar returns the provider that is probably meant by a slug that is neither in the file nor built in: one that
// differs only by case or by one letter. It returns "" if there is none.
func (s *Set) Similar(slug string) (similar string) {
	if _, isDeclared := s.providers[slug]; isDeclared || s.Known(slug) {
		return ""
	}
	nearest := 2
	consider := func(known string) {
		if d := slipOf(slug, known); d < nearest || d == nearest && known < similar {
			similar, nearest = known, d
		}
	}
	for known := range s.providers {
		consider(known)
	}
	for known := range s.builtins {
		consider(known)
	}
	return similar
}

// slipOf returns 0 if two slugs differ only by case, 1 if they differ by one letter, and more if they differ by more.
// In shorter slugs than box, one letter makes another provider.
func slipOf(slug, known string) int {
	difference := len(slug) - len(known)
	if difference < -1 || difference > 1 {
		return 2
	}
	distance := fields.Distance(slug, known)
	if distance == 1 && min(len(slug), len(known)) < len("box") {
		return 2
	}
	return distance
}

// BuiltinProviders returns the slugs of the built-in providers, sorted.
func (s *Set) BuiltinProviders() []string { return slices.Clone(builtinSlugs()) }

// Providers returns the slugs of the providers of the file, sorted.
func (s *Set) Providers() []string { return slices.Sorted(maps.Keys(s.providers)) }

// Scopes returns the scopes that a provider asks for: those of the file, else those of UsualScopes.
func (s *Set) Scopes(provider string) []string {
	if p, ok := s.providers[provider]; ok && p.Scopes != nil {
		return p.Scopes
	}
	return s.UsualScopes(provider)
}

// UsualScopes returns the scopes that a provider asks for by default: those of a built-in table, else read and write.
func (s *Set) UsualScopes(provider string) []string {
	if known := s.builtins[provider]; known.scopes != nil {
		return known.scopes
	}
	return s.readWrite
}

// Declared returns the file's entry for a provider, with its defaults filled in, except for the scopes: see Scopes. The
// entry must not be changed.
func (s *Set) Declared(slug string) (Provider, bool) {
	p, ok := s.providers[slug]
	return p, ok
}

// Implied returns the description of a provider that has no entry.
func (s *Set) Implied(slug string) Provider {
	return Provider{
		Name: s.displayName(slug), Enabled: true, State: Valid, Credentials: CredentialsShared,
		AuthMethods: []string{OAuth}, Ownership: []string{OwnerUser},
	}
}

// displayName returns the built-in name of a provider, else the slug in words: My Crm for my-crm.
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

// SecretFields returns the names of the config fields that are secret for at least one provider.
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

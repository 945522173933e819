package lint

import (
	"slices"

	"example.com/pipesfake/scenarios"
)

// checkProviders warns of the first mention of each provider whose slug is nearly that of another one. An entry with a
// name of its own shows that the slug is intended.
func (l *linter) checkProviders() {
	builtin := l.set.BuiltinProviders()
	for _, slug := range l.set.Providers() {
		declared, _ := l.set.Declared(slug)
		if declared.Name == l.set.Implied(slug).Name {
			l.checkSlug(slug, declared.Position, builtin,
				"write %[2]s, or give %[1]s a name of its own if it is another provider")
		}
	}
	all := slices.Concat(l.set.Providers(), builtin)
	checked := map[string]bool{"": true}
	for _, one := range l.uses {
		slug := one.place.Provider
		if _, isDeclared := l.set.Declared(slug); isDeclared || checked[slug] {
			continue
		}
		checked[slug] = true
		l.checkSlug(slug, one.position, all,
			"write %[2]s, or add %[1]s to providers, with a name of its own, if it is another provider")
	}
}

// checkSlug warns if one of the others is nearly the slug. Fix is formatted with the slug and the other one.
func (l *linter) checkSlug(slug string, at scenarios.Position, others []string, fix string) {
	if l.set.Known(slug) {
		return
	}
	if other := l.nearest.of(slug, others); other != "" {
		l.warn(at, "provider %[1]q is nearly %[2]q: "+fix, slug, other)
	}
}

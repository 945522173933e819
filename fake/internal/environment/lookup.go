package environment

import (
	"slices"
	"sync"

	"example.com/pipesfake/fake/internal/mint"
)

// lookup finds the environments of calls that carry no API key but a token or the address of a consent page. What
// pipesfake makes carries a tag of its environment. Tokens that it was given, by an import or a scenario, are indexed.
type lookup struct {
	mu     sync.Mutex
	byTag  map[string][]string            // names of environments
	tokens map[string]map[string]struct{} // names of environments, by token
	tags   map[string]string              // by name of an environment
}

// maxForeignTokens bounds the index of tokens. Beyond it an arbitrary one is forgotten; calls with it go to the default
// environment.
const maxForeignTokens = 100_000

func newLookup() *lookup {
	return &lookup{byTag: map[string][]string{}, tokens: map[string]map[string]struct{}{}, tags: map[string]string{}}
}

// setTag adds an environment, or changes its tag, which differs with the seed.
func (l *lookup) setTag(name, tag string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.remove(name)
	l.tags[name] = tag
	l.byTag[tag] = append(l.byTag[tag], name)
}

func (l *lookup) drop(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.remove(name)
}

func (l *lookup) remove(name string) {
	tag, exists := l.tags[name]
	if !exists {
		return
	}
	delete(l.tags, name)
	others := slices.DeleteFunc(l.byTag[tag], func(other string) bool { return other == name })
	if l.byTag[tag] = others; len(others) == 0 {
		delete(l.byTag, tag)
	}
}

// addToken notes that an environment issued a token that does not carry its tag.
func (l *lookup) addToken(name, token string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tokens[token] == nil {
		for forgotten := range l.tokens {
			if len(l.tokens) < maxForeignTokens {
				break
			}
			delete(l.tokens, forgotten)
		}
		l.tokens[token] = map[string]struct{}{}
	}
	l.tokens[token][name] = struct{}{}
}

// candidates returns the names of the environments that a token or a consent page can belong to, in order.
func (l *lookup) candidates(text string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	names := slices.Clone(l.byTag[mint.TagOf(text)])
	for name := range l.tokens[text] {
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

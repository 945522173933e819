package scenarios

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Load reads a scenario file. Its error is that of the file system, or Problems.
func Load(path string) (*Set, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// Parse reads the text of a scenario file; name stands in its errors. Its error is always Problems.
func Parse(name string, data []byte) (*Set, error) {
	l := newLoader(name)
	if !l.parseInPieces(data) {
		if root, ok := l.document(data); ok {
			l.root(root)
		}
	}
	if len(l.problems) > 0 {
		l.problems.sort()
		return nil, l.problems
	}
	l.set.digest = sha256.Sum256(data)
	return l.set, nil
}

// ParseInline reads a scenario of the same grammar from JSON, which must be valid. Its error is Problems
// with fields and without places.
func ParseInline(value []byte) (*Scenario, error) {
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return nil, Problems{{Message: err.Error()}}
	}
	l := loader{set: Builtin()}
	scenario := l.scenario(jsonNode(tree), "scenario")
	if len(l.problems) > 0 {
		return nil, l.problems[:min(len(l.problems), 20)] // an answer, and not a megabyte of it
	}
	return scenario, nil
}

// loader builds a set while the walker finds mistakes.
type loader struct {
	walker
	set    *Set
	copies map[string]string // one of each provider and organization, however many connections name it
}

func newLoader(name string) loader {
	l := loader{walker: walker{file: name}, set: Builtin(), copies: map[string]string{}}
	l.set.Name, l.set.index = name, map[Key]int32{}
	return l
}

// document parses YAML into its root node.
func (l *loader) document(data []byte) (*yaml.Node, bool) {
	var root, second yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	err := decoder.Decode(&root)
	switch {
	case errors.Is(err, io.EOF):
		l.wrong(&yaml.Node{Line: 1, Column: 1}, "", "the file is empty; it needs at least version: 1")
		return nil, false
	case err != nil:
		l.syntaxError(err)
		return nil, false
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		if err != nil {
			l.syntaxError(err)
		} else {
			l.wrong(&second, "", "a second document begins here; a scenario file is one")
		}
		return nil, false
	}
	return resolve(root.Content[0]), true
}

// syntaxError gives yaml's words a place. It counts lines from one, but for the first it says nothing.
func (l *loader) syntaxError(err error) {
	message, line := strings.TrimPrefix(err.Error(), "yaml: "), 1
	if match := regexp.MustCompile(`^line (\d+): `).FindStringSubmatch(message); match != nil {
		line, _ = strconv.Atoi(match[1])
		message = strings.TrimPrefix(message, match[0])
	}
	l.wrong(&yaml.Node{Line: line, Column: 1}, "", "not YAML, here or in the lines below: %s", message)
}

// root walks the file. Names must be known before they are referred to, so the order is ours.
func (l *loader) root(root *yaml.Node) {
	found := map[string]*yaml.Node{}
	known := []string{"version", "seed", "start", "strict", "providers", "scenarios", "connections"}
	l.entries(root, "", known, func(key, value *yaml.Node, _ string) { found[key.Value] = value })
	if root.Kind != yaml.MappingNode {
		return
	}
	read := func(key string, reader func(n *yaml.Node, path string)) {
		if n := found[key]; n != nil {
			reader(n, key)
		}
	}
	readFilled := func(key string, reader func(n *yaml.Node, path string)) {
		if n := found[key]; n != nil && n.ShortTag() != "!!null" { // everything under it may be commented out
			reader(n, key)
		}
	}
	if found["version"] == nil {
		l.wrong(root, "version", "version is missing: write version: 1")
	}
	read("version", func(n *yaml.Node, path string) {
		if before := len(l.problems); l.integer(n, path) != 1 && len(l.problems) == before {
			l.wrong(n, path, "version %s is unknown: this pipesfake reads version 1", Abridge(n.Value))
		}
	})
	read("seed", func(n *yaml.Node, path string) { l.set.Seed = l.integer(n, path) })
	read("strict", func(n *yaml.Node, path string) { l.set.Strict = l.boolean(n, path) })
	readFilled("providers", l.providers)
	readFilled("scenarios", l.scenarios)
	read("start", func(n *yaml.Node, path string) {
		if start := l.reference(n, path); start != nil {
			l.set.Start = start
			if problem := l.set.CheckScopes("", start); problem != "" {
				l.wrong(n, path, "%s", problem)
			}
		}
	})
	readFilled("connections", func(n *yaml.Node, path string) { l.list(n, path, l.connection) })
}

func (l *loader) providers(n *yaml.Node, path string) {
	l.entries(n, path, nil, func(key, value *yaml.Node, path string) {
		if problem := checkSlug(key.Value); problem != "" {
			l.wrong(key, path, "provider %s", problem)
			return
		}
		provider := Provider{Position: l.position(key)}
		if value.ShortTag() != "!!null" { // github: alone declares it
			l.entries(value, path, []string{"scopes"}, func(_, value *yaml.Node, path string) {
				provider.Scopes = l.texts(value, path)
				if problem := checkScopes(provider.Scopes); problem != "" {
					l.wrong(value, path, "scopes %s", problem)
				}
			})
		}
		l.set.providers[key.Value] = provider
	})
}

func (l *loader) scenarios(n *yaml.Node, path string) {
	l.entries(n, path, nil, func(key, value *yaml.Node, path string) {
		if !isName(key.Value) {
			l.wrong(key, path, "%q is not a name for a scenario: 1 to 64 letters, digits, dashes, dots or underscores, first a letter, digit or underscore", Abridge(key.Value))
		}
		if value.ShortTag() == "!!null" {
			l.wrong(value, path, "scenario %s says nothing: write {} for a plain connected state", Abridge(key.Value))
			return
		}
		scenario := l.scenario(value, path)
		scenario.Name, scenario.Position = key.Value, l.position(key)
		l.set.define(scenario)
	})
}

// scenario reads a mapping. What is wrong with the state as a whole is told at the field it concerns.
func (l *loader) scenario(n *yaml.Node, path string) *Scenario {
	before := len(l.problems)
	scenario := &Scenario{Position: l.position(n)}
	fields := map[string]*yaml.Node{}
	known := []string{"state", "scopes", "missing_scopes", "expires_in", "refresh", "access_token", "auth_method", "description"}
	s := &scenario.State
	l.entries(n, path, known, func(key, value *yaml.Node, path string) {
		fields[key.Value] = value
		switch key.Value {
		case "state":
			s.State = l.word(value, path)
		case "scopes":
			s.Scopes = l.texts(value, path)
		case "missing_scopes":
			s.MissingScopes = l.texts(value, path)
		case "expires_in":
			s.ExpiresIn = l.lifetime(value, path)
		case "refresh":
			s.Refresh = l.word(value, path)
		case "access_token":
			s.AccessToken = l.word(value, path)
		case "auth_method":
			s.AuthMethod = l.word(value, path)
		case "description":
			scenario.Description = l.text(value, path)
		}
	})
	for _, problem := range s.Check() {
		field := join(path, problem.Field)
		if !l.complained(before, field) { // of a value of the wrong kind nothing more can be said
			l.wrong(fields[problem.Field], field, "%s", problem.Message)
		}
	}
	return scenario
}

// word is a text that must say something.
func (l *loader) word(n *yaml.Node, path string) string {
	before := len(l.problems)
	text := l.text(n, path)
	if text == "" && len(l.problems) == before {
		l.wrong(n, path, "%s must not be empty: leave it out for its default", last(path))
	}
	return text
}

// reference reads a scenario's name, or a scenario in its place.
func (l *loader) reference(n *yaml.Node, path string) *Scenario {
	if n.Kind == yaml.MappingNode {
		return l.scenario(n, path)
	}
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		l.wrong(n, path, "%s must be a scenario's name or a scenario, not %s", last(path), describe(n))
		return nil
	}
	before := len(l.problems)
	name := l.text(n, path)
	if len(l.problems) > before {
		return nil
	}
	scenario, err := l.set.Scenario(name)
	if err != nil {
		l.wrong(n, path, "%s", err)
	}
	return scenario
}

func (l *loader) connection(n *yaml.Node, path string) {
	before := len(l.problems)
	c := Connection{Position: l.position(n)}
	said := map[string]bool{}
	l.entries(n, path, []string{"provider", "user_id", "organization_id", "scenario"}, func(key, value *yaml.Node, path string) {
		said[key.Value] = true
		switch key.Value {
		case "provider":
			c.Provider = l.provider(value, path)
		case "user_id":
			c.User = l.id(value, path)
		case "organization_id":
			if value.ShortTag() != "!!null" {
				c.Organization = l.shared(l.id(value, path))
			}
		case "scenario":
			if c.Scenario = l.reference(value, path); c.Scenario != nil && c.Scenario.Name == "" {
				c.Scenario.Position = l.position(value)
			}
		}
	})
	if resolve(n).Kind != yaml.MappingNode {
		return
	}
	for _, field := range []string{"provider", "user_id", "scenario"} {
		if !said[field] {
			l.wrong(n, join(path, field), "%s is missing: a connection needs provider, user_id and scenario", field)
		}
	}
	if len(l.problems) > before {
		return
	}
	if problem := l.set.CheckScopes(c.Provider, c.Scenario); problem != "" {
		l.wrong(n, path, "%s", problem)
	}
	if first, ok := l.set.index[c.Key]; ok {
		l.wrong(n, path, "this connection stands here twice (first in line %d)", l.set.connections[first].Position.Line)
		return
	}
	l.set.index[c.Key] = int32(len(l.set.connections))
	l.set.connections = append(l.set.connections, c)
}

func (l *loader) provider(n *yaml.Node, path string) string {
	before := len(l.problems)
	slug := l.text(n, path)
	if err := l.set.Provider(slug); err != nil && len(l.problems) == before {
		l.wrong(n, path, "%s", err)
	}
	return l.shared(slug)
}

func (l *loader) shared(text string) string {
	if one, ok := l.copies[text]; ok {
		return one
	}
	l.copies[text] = text
	return text
}

// CheckScopes tells when a scenario lacks scopes, but the provider (empty: one of the file's) asks for
// none; empty: it does not.
func (s *Set) CheckScopes(provider string, scenario *Scenario) string {
	if !scenario.State.LacksScopes() {
		return ""
	}
	covered := []string{provider}
	if provider == "" {
		covered = s.Providers()
	}
	for _, slug := range covered {
		if len(s.Scopes(slug)) == 0 {
			return fmt.Sprintf("%s lacks scopes, but %s asks for none: give it scopes under providers, or name another provider", scenario.Title(), slug)
		}
	}
	return ""
}

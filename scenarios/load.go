package scenarios

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"os"
	"regexp"
	"slices"
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
	l.set.digest, l.set.text, l.set.secrets = sha256.Sum256(data), bytes.Clone(data), l.secrets
	return l.set, nil
}

// ParseInline reads a scenario of the same grammar from JSON, which must be valid; its steps name scenarios
// of the set. Its error is Problems with fields and without places.
func ParseInline(set *Set, value []byte) (*Scenario, error) {
	tree, err := decode(value)
	if err != nil {
		return nil, err
	}
	l := loader{set: set}
	scenario := l.scenario(jsonNode(tree), "scenario")
	if err := l.few(); err != nil {
		return nil, err
	}
	return scenario, nil
}

// ParseFault reads a fault of the grammar of faults: from JSON, which must be an object. Its error is
// Problems with fields and without places.
func ParseFault(set *Set, value []byte) (Fault, error) {
	tree, err := decode(value)
	if err != nil {
		return Fault{}, err
	}
	l := loader{set: set, copies: map[string]string{}}
	fault := l.fault(jsonNode(tree), "")
	return *fault, l.few()
}

func decode(value []byte) (tree any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.UseNumber()
	if err := decoder.Decode(&tree); err != nil {
		return nil, Problems{{Message: err.Error()}}
	}
	return tree, nil
}

// few is an answer, and not a megabyte of it.
func (l *loader) few() error {
	if len(l.problems) == 0 {
		return nil
	}
	return l.problems[:min(len(l.problems), mostTold)]
}

// loader builds a set while the walker finds mistakes.
type loader struct {
	walker
	set    *Set
	copies map[string]string // one of each provider and organization, however many connections name it

	lacking  map[*Scenario]*Scenario // what scripts were found to lack scopes in; nil: in nothing
	webhooks map[string]int32        // the line of the first webhook to each address

	reading bool     // the scenarios: their names are not all known
	later   []func() // what waits for them
}

func newLoader(name string) loader {
	l := loader{walker: walker{file: name}, set: Builtin(), copies: map[string]string{}, webhooks: map[string]int32{}}
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
	return resolve(root.Content[0]), l.aliases(&root)
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
	f := l.fields(root, "", []string{"version", "seed", "start", "strict", "providers", "users", "organizations", "scenarios", "age", "connections", "switches", "faults", "consent", "webhooks"})
	if root.Kind != yaml.MappingNode {
		return
	}
	if f.values["version"] == nil {
		l.wrong(root, "version", "version is missing: write version: 1")
	}
	f.read("version", func(n *yaml.Node, path string) {
		if before := len(l.problems); l.integer(n, path) != 1 && len(l.problems) == before {
			l.wrong(n, path, "version %s is unknown: this pipesfake reads version 1", Abridge(n.Value))
		}
	})
	f.read("seed", func(n *yaml.Node, path string) { l.set.Seed = l.integer(n, path) })
	f.read("strict", func(n *yaml.Node, path string) { l.set.Strict = l.boolean(n, path) })
	f.readFilled("users", func(n *yaml.Node, path string) { l.set.users = l.ids(n, path) })
	f.readFilled("organizations", func(n *yaml.Node, path string) { l.set.organizations = l.ids(n, path) })
	f.readFilled("providers", l.providers)
	f.readFilled("scenarios", l.scenarios)
	f.read("start", func(n *yaml.Node, path string) {
		if start := l.reference(n, path); start != nil {
			l.set.Start, l.set.StartAt = start, l.position(n)
			if problem := l.checkScopes("", start); problem != "" {
				l.wrong(n, path, "%s", problem)
			}
		}
	})
	f.read("age", func(n *yaml.Node, path string) { l.set.Age = l.age(n, path) })
	f.readFilled("connections", func(n *yaml.Node, path string) { l.list(n, path, l.connection) })
	f.readFilled("switches", func(n *yaml.Node, path string) { l.list(n, path, l.switched) })
	f.readFilled("faults", l.faults)
	f.read("consent", func(n *yaml.Node, path string) { l.set.Consent = l.choice(n, path, Consents()...) })
	f.readFilled("webhooks", func(n *yaml.Node, path string) { l.list(n, path, l.webhook) })
}

// ids reads a list of users or organizations; nil when it is none.
func (l *loader) ids(n *yaml.Node, path string) (known ids) {
	if n.Kind == yaml.SequenceNode {
		known = ids{}
	}
	l.list(n, path, func(element *yaml.Node, path string) {
		before := len(l.problems)
		id := l.id(element, path)
		if len(l.problems) > before {
			return
		}
		if first, ok := known[id]; ok {
			l.wrong(element, path, "%q stands here twice (first in line %d)", Abridge(id), first)
			return
		}
		known[id] = l.position(element).Line
	})
	return known
}

// member complains of a user or an organization that a strict file does not list.
func (l *loader) member(n *yaml.Node, path, kind, id string, listed ids) {
	if !l.set.Strict || id == "" || listed.has(id) {
		return
	}
	l.wrong(n, path, "%s", l.set.nobody(kind, id, l.suggest(id, listed.sorted)))
}

func (l *loader) scenarios(n *yaml.Node, path string) {
	l.reading = true
	l.entries(n, path, nil, func(key, value *yaml.Node, path string) {
		l.name(key, path, "a scenario")
		if value.ShortTag() == "!!null" {
			l.wrong(value, path, "scenario %s says nothing: write {} for a plain connected state", Abridge(key.Value))
			return
		}
		scenario := l.scenario(value, path)
		scenario.Name, scenario.Position = key.Value, l.position(key)
		l.set.define(scenario)
	})
	l.reading = false
	for _, lookUp := range l.later {
		lookUp()
	}
	l.circles(path)
}

var stateFields = []string{"state", "scopes", "missing_scopes", "expires_in", "refresh", "access_token", "auth_method"}

// scenario reads a mapping. What is wrong with the state as a whole is told at the field it concerns.
func (l *loader) scenario(n *yaml.Node, path string) *Scenario {
	before := len(l.problems)
	scenario := &Scenario{Position: l.position(n)}
	f := l.fields(n, path, append(slices.Clone(stateFields), "description", "consent", "steps", "repeat"))
	f.read("description", func(n *yaml.Node, path string) { scenario.Description = l.text(n, path) })
	f.read("consent", func(n *yaml.Node, path string) { scenario.Consent = l.choice(n, path, Consents()...) })
	if l.script(f, scenario); scenario.Steps != nil {
		return scenario
	}
	s := &scenario.State
	f.read("state", func(n *yaml.Node, path string) { s.State = l.word(n, path) })
	f.read("scopes", func(n *yaml.Node, path string) { s.Scopes = l.texts(n, path) })
	f.read("missing_scopes", func(n *yaml.Node, path string) { s.MissingScopes = l.texts(n, path) })
	f.read("expires_in", func(n *yaml.Node, path string) { s.ExpiresIn = l.lifetime(n, path) })
	f.read("refresh", func(n *yaml.Node, path string) { s.Refresh = l.word(n, path) })
	f.read("access_token", func(n *yaml.Node, path string) { s.AccessToken = l.secret(n, path) })
	f.read("auth_method", func(n *yaml.Node, path string) { s.AuthMethod = l.word(n, path) })
	for _, problem := range s.Check() {
		field := join(path, problem.Field)
		if !l.complained(before, field) { // of a value of the wrong kind nothing more can be said
			l.wrong(f.values[problem.Field], field, "%s", problem.Message)
		}
	}
	return scenario
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
	scenario, err := l.set.findScenario(name, l.suggest)
	if err != nil {
		l.wrong(n, path, "%s", err)
	}
	return scenario
}

func (l *loader) connection(n *yaml.Node, path string) {
	before := len(l.problems)
	f := l.fields(n, path, []string{"provider", "user_id", "organization_id", "connection_owner", "scenario", "age"})
	if resolve(n).Kind != yaml.MappingNode {
		return
	}
	c := Connection{Position: l.position(n), Age: l.set.Age}
	f.read("age", func(n *yaml.Node, path string) { c.Age = l.age(n, path) })
	l.owners(n, f, &c.Key)
	f.read("provider", func(n *yaml.Node, path string) { c.Provider = l.provider(n, path) })
	f.read("scenario", func(n *yaml.Node, path string) {
		if c.Scenario = l.reference(n, path); c.Scenario != nil && c.Scenario.Name == "" {
			c.Scenario.Position = l.position(n)
		}
	})
	if len(l.problems) > before {
		return
	}
	if problem := l.checkScopes(c.Provider, c.Scenario); problem != "" {
		l.wrong(n, path, "%s", problem)
	}
	if first, ok := l.set.index[c.Key]; ok {
		l.wrong(n, path, "this connection stands here twice (first in line %d)", l.set.connections[first].Position.Line)
		return
	}
	l.set.index[c.Key] = int32(len(l.set.connections))
	l.set.connections = append(l.set.connections, c)
}

// owners reads whose connection it is, and tells which of its fields are missing.
func (l *loader) owners(n *yaml.Node, f fields, key *Key) {
	owner, needs := OwnerUser, []string{"provider", "user_id", "scenario"}
	who := "a connection"
	f.read("connection_owner", func(n *yaml.Node, path string) { owner = l.choice(n, path, OwnerUser, OwnerOrganization) })
	f.readFilled("organization_id", func(n *yaml.Node, path string) {
		before := len(l.problems)
		key.Organization = l.shared(l.id(n, path))
		if len(l.problems) == before {
			l.member(n, path, "organization", key.Organization, l.set.organizations)
		}
	})
	switch owner {
	case OwnerUser:
		f.read("user_id", func(n *yaml.Node, path string) {
			before := len(l.problems)
			if key.User = l.id(n, path); len(l.problems) == before {
				l.member(n, path, "user", key.User, l.set.users)
			}
		})
	case OwnerOrganization:
		who, needs[1] = "a connection that its organization owns", "organization_id"
		f.read("user_id", func(n *yaml.Node, path string) {
			l.wrong(n, path, "user_id says nothing when connection_owner is organization: take it out")
		})
		if n := f.values["organization_id"]; n != nil && n.ShortTag() == "!!null" {
			l.wrong(n, join(f.path, "organization_id"), "organization_id must name the organization that owns the connection")
		}
	default: // a mistake, so nobody knows whose it should be
		needs = slices.Delete(needs, 1, 2)
	}
	for _, field := range needs {
		if f.values[field] == nil {
			l.wrong(n, join(f.path, field), "%s is missing: %s needs %s and scenario", field, who, strings.Join(needs[:len(needs)-1], ", "))
		}
	}
}

func (l *loader) provider(n *yaml.Node, path string) string {
	before := len(l.problems)
	slug := l.text(n, path)
	if len(l.problems) > before {
		return l.shared(slug)
	}
	if err := l.set.checkProvider(slug, l.suggest); err != nil {
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

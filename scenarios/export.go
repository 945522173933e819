package scenarios

import (
	"bytes"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"gopkg.in/yaml.v3"
)

// Session is what an environment has become since it began from a set.
type Session struct {
	Lasted    time.Duration        // since the beginning
	Switches  []Switch             // all that are in force, the oldest first
	Faults    []Fault              // all that lie
	Webhooks  []Webhook            // all that there are; nil: those of the set
	Providers map[string]*Provider // that are others than the set's; nil: gone
	Gone      []string             // providers that no connection of the file may name
}

// Export is a scenario file in the making, which begins where a session stands: the set's own file, with what is
// otherwise.
type Export struct {
	set      *Set
	age      time.Duration // of what says none
	document *yaml.Node
	root     *yaml.Node

	switches []Switch
}

// Export begins one.
func (s *Set) Export(session Session) (*Export, error) {
	document := &yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	if len(s.text) > 0 {
		if err := yaml.Unmarshal(s.text, document); err != nil {
			return nil, err
		}
		document = plain(document, false)
		document.HeadComment = withoutNotes(document.HeadComment)
	}
	root := document.Content[0]
	for _, must := range []struct {
		key   string
		value any
	}{{"version", 1}, {"seed", s.Seed}, {"start", s.Start.written()}} {
		if len(s.text) == 0 || s.overridden {
			put(root, must.key, node(must.value))
		}
	}
	e := &Export{s, min(s.Age, longestLife-session.Lasted) + session.Lasted, document, root, session.Switches}
	if e.age > 0 {
		put(root, "age", node(FormatDuration(e.age)))
	}
	e.putConnections(session)
	e.putProviders(session.Providers)
	e.putSwitches()
	if !reflect.DeepEqual(session.Faults, s.faults) {
		faults := []mapping{}
		for _, one := range session.Faults {
			faults = append(faults, one.written())
		}
		e.putList("faults", faults)
	}
	if session.Webhooks != nil {
		webhooks := []mapping{}
		for _, one := range session.Webhooks {
			written := mapping{{"url", one.URL}}
			written.say(one.Secret != "", "secret", one.Secret)
			written.say(!slices.Equal(one.Events, ConnectionEvents()), "events", one.Events)
			webhooks = append(webhooks, written)
		}
		e.putList("webhooks", webhooks)
	}
	return e, nil
}

// Add adds switches behind those that there are. Of those, the ones go that never decide again: what is about the same
// place comes after them, and stays.
func (e *Export) Add(switches []Switch) {
	stays := map[Place]bool{}
	for _, one := range switches {
		stays[one.Place] = stays[one.Place] || one.TTL == 0
	}
	before := slices.DeleteFunc(slices.Clone(e.switches), func(one Switch) bool { return stays[one.Place] })
	e.switches = append(before, switches...)
	e.putSwitches()
}

func (e *Export) putSwitches() {
	written := make([]mapping, len(e.switches))
	for i, one := range e.switches {
		written[i] = one.written(e.age)
	}
	e.putList("switches", written)
}

// Load is the set that it is so far.
func (e *Export) Load() (*Set, error) {
	l := newLoader("the export")
	if l.root(e.root); len(l.problems) > 0 {
		return nil, l.problems
	}
	return l.set, nil
}

// Text is the file.
func (e *Export) Text() ([]byte, error) {
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	err := encoder.Encode(e.document)
	return text.Bytes(), err
}

// Notes are comments at the beginning of an export of an environment: an export of what it loads to has others.
func Notes(environment, at string, lines []string) (text []byte) {
	first := noteBegins + environment + " as it stood at " + at + noteEnds
	for _, line := range slices.Insert(slices.Clone(lines), 0, first) {
		text = append(text, "# "+strings.Map(inLine, line)+"\n"...)
	}
	return append(text, '\n')
}

// How the first of the notes begins and ends.
const (
	noteBegins = "Environment "
	noteEnds   = ", exported by pipesfake."
)

// withoutNotes are the comments of a file without the notes of an export.
func withoutNotes(comments string) string {
	blocks := slices.DeleteFunc(strings.Split(comments, "\n\n"), func(block string) bool {
		first, _, _ := strings.Cut(block, "\n")
		return strings.HasPrefix(first, "# "+noteBegins) && strings.HasSuffix(first, noteEnds)
	})
	return strings.Join(blocks, "\n\n")
}

// Tokens are the access tokens that the set says: whoever has the file has them.
func (s *Set) Tokens() map[string]bool {
	all := map[string]bool{}
	var gather func(one *Scenario)
	gather = func(one *Scenario) {
		all[one.State.AccessToken] = true
		for _, step := range one.Steps {
			if step.Scenario != nil && step.Scenario.Name == "" {
				gather(step.Scenario)
			}
		}
	}
	for _, one := range s.scenarios {
		gather(one)
	}
	for _, one := range s.connections {
		gather(one.Scenario)
	}
	for _, one := range s.switches {
		gather(one.Scenario)
	}
	gather(s.Start)
	return all
}

// Without is the scenario less the access tokens that are not among some, and whether it had any. One with a name is
// the file's.
func (s *Scenario) Without(tokens map[string]bool) (less *Scenario, had bool) {
	if s.Name != "" {
		return s, false
	}
	made := *s
	if token := made.State.AccessToken; token != "" && !tokens[token] {
		made.State.AccessToken, had = "", true
	}
	made.Steps = slices.Clone(s.Steps)
	for i, step := range made.Steps {
		if step.Scenario != nil {
			inside, some := step.Scenario.Without(tokens)
			made.Steps[i].Scenario, had = inside, had || some
		}
	}
	return &made, had
}

// inLine keeps a comment in its line.
func inLine(r rune) rune {
	if !unicode.IsPrint(r) {
		return ' '
	}
	return r
}

func (e *Export) putProviders(changed map[string]*Provider) {
	providers := child(e.root, "providers")
	if len(changed) > 0 && (providers == nil || providers.Kind != yaml.MappingNode) {
		providers = &yaml.Node{Kind: yaml.MappingNode}
		put(e.root, "providers", providers)
	}
	for _, slug := range slices.Sorted(maps.Keys(changed)) {
		own, now := child(providers, slug), changed[slug]
		switch declared, known := e.set.providers[slug]; {
		case now == nil:
			remove(providers, slug)
		case known && own != nil && own.Kind == yaml.MappingNode:
			change(own, declared.written(), now.written())
		default:
			put(providers, slug, node(now.written()))
		}
	}
	if len(changed) > 0 && len(providers.Content) == 0 {
		remove(e.root, "providers") // an empty mapping behind a comment is written as something else
	}
}

// change makes a mapping say what is, in place of what was. What is the same stays as the file says it.
func change(n *yaml.Node, was, is mapping) {
	for _, one := range was {
		if _, still := is.said(one.key); !still {
			remove(n, one.key)
		}
	}
	for _, one := range is {
		before, said := was.said(one.key)
		if said && reflect.DeepEqual(before, one.value) {
			continue
		}
		inside, _ := before.(mapping)
		now, isMapping := one.value.(mapping)
		_, isSecret := one.value.(secret)
		switch own := child(n, one.key); {
		case isSecret:
			remove(n, one.key)
		case isMapping && own != nil && own.Kind == yaml.MappingNode:
			change(own, inside, now)
		default:
			put(n, one.key, node(one.value))
		}
	}
}

// plain is a tree with what aliases stand for in their places, so that one of them can be changed. In a mapping or a
// list on one line, nothing is written as null: an encoder would write an empty text.
func plain(n *yaml.Node, inFlow bool) *yaml.Node {
	made := *n
	if n.Kind == yaml.AliasNode {
		made = *n.Alias
		made.HeadComment, made.LineComment, made.FootComment = n.HeadComment, n.LineComment, n.FootComment
	}
	inFlow = inFlow || made.Style&yaml.FlowStyle != 0
	if isNothing := made.Value == "" && made.ShortTag() == "!!null"; inFlow && made.Kind == yaml.ScalarNode && isNothing {
		made.Value = "null"
	}
	made.Anchor, made.Content = "", make([]*yaml.Node, len(made.Content))
	for i, inside := range resolve(n).Content {
		made.Content[i] = plain(inside, inFlow)
	}
	return &made
}

// putConnections takes out those that may not be named any more, and adds to the ages that the others say.
func (e *Export) putConnections(session Session) {
	connections := child(e.root, "connections")
	if connections == nil {
		return
	}
	connections.Content = slices.DeleteFunc(connections.Content, func(item *yaml.Node) bool {
		provider := child(item, "provider")
		return provider != nil && slices.Contains(session.Gone, provider.Value)
	})
	if len(connections.Content) == 0 {
		remove(e.root, "connections")
		return
	}
	for _, item := range connections.Content {
		said := child(item, "age")
		if said == nil || session.Lasted == 0 {
			continue
		}
		if age, err := ParseDuration(said.Value); err == nil {
			put(item, "age", node(FormatDuration(min(age, longestLife-session.Lasted)+session.Lasted)))
		}
	}
}

// Replace changes the texts of the file, of keys and values alike. Access tokens stay: they are the file's own, or
// derive from its seed.
func (e *Export) Replace(change func(text string) string) { replaceTexts(e.root, change) }

func replaceTexts(n *yaml.Node, change func(text string) string) {
	for i, inside := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1].Value == "access_token" {
			continue
		}
		replaceTexts(inside, change)
	}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" {
		if changed := change(n.Value); changed != n.Value {
			n.Value, n.Style = changed, yaml.DoubleQuotedStyle
		}
	}
}

// Says reports whether a text stands in the file.
func (s *Set) Says(text string) bool { return bytes.Contains(s.text, []byte(text)) }

// child is the value of a key, nil: there is none.
func child(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content) && mapping.Kind == yaml.MappingNode; i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

// put sets the value of a key, and leaves the comments.
func put(mapping *yaml.Node, key string, value *yaml.Node) {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			old := mapping.Content[i+1]
			value.HeadComment, value.LineComment, value.FootComment = old.HeadComment, old.LineComment, old.FootComment
			mapping.Content[i+1] = value
			return
		}
	}
	mapping.Content = append(mapping.Content, node(key), value)
}

func remove(mapping *yaml.Node, key string) {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			mapping.Content = append(mapping.Content[:i:i], mapping.Content[i+2:]...)
			return
		}
	}
}

// putList sets a list, an item a line; an empty one goes.
func (e *Export) putList(key string, items []mapping) {
	if len(items) == 0 {
		remove(e.root, key)
		return
	}
	list := node(items)
	list.Style = 0
	put(e.root, key, list)
}

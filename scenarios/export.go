package scenarios

import (
	"bytes"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"example.com/pipesfake/internal/fields"

	"gopkg.in/yaml.v3"
)

// Session is what an environment has become since it began from a set.
type Session struct {
	Lasted    time.Duration        // since the beginning
	Switches  []Switch             // all that are in force, the oldest first
	Faults    []Fault              // all that lie
	Webhooks  []Webhook            // all that there are; nil: those of the set
	Providers map[string]*Provider // that are others than the set's; nil: gone
}

// Export is a scenario file in the making, which begins where a session stands: the set's own file, with what is
// otherwise.
type Export struct {
	set  *Set
	age  time.Duration // of what says none
	root *yaml.Node
}

// Export begins one.
func (s *Set) Export(session Session) (*Export, error) {
	root := &yaml.Node{Kind: yaml.MappingNode}
	if len(s.source.text) > 0 {
		var document yaml.Node
		if err := yaml.Unmarshal(s.source.text, &document); err != nil {
			return nil, err
		}
		root = plain(document.Content[0])
	}
	for _, must := range []struct {
		key   string
		value any
	}{{"version", 1}, {"seed", s.Seed}, {"start", s.Start.Reference()}} {
		if len(s.source.text) == 0 || s.overridden {
			put(root, must.key, toYAML(must.value))
		}
	}
	e := &Export{s, s.Age + session.Lasted, root}
	if e.age > 0 {
		put(root, "age", toYAML(FormatDuration(e.age)))
	}
	if connections := child(root, "connections"); connections != nil && session.Lasted > 0 {
		older(connections, session.Lasted)
	}
	e.putProviders(session.Providers)
	switches := []fields.Tree{}
	for _, one := range session.Switches {
		switches = append(switches, one.tree(e.age))
	}
	e.putList("switches", switches)
	if !reflect.DeepEqual(session.Faults, s.faults) {
		faults := []fields.Tree{}
		for _, one := range session.Faults {
			faults = append(faults, one.Tree())
		}
		e.putList("faults", faults)
	}
	if session.Webhooks != nil {
		webhooks := []fields.Tree{}
		for _, one := range session.Webhooks {
			webhooks = append(webhooks, one.Tree())
		}
		e.putList("webhooks", webhooks)
	}
	return e, nil
}

// Add adds switches behind those that there are.
func (e *Export) Add(switches []Switch) {
	if len(switches) == 0 {
		return
	}
	list := child(e.root, "switches")
	if list == nil {
		list = &yaml.Node{Kind: yaml.SequenceNode} // an item a line
		put(e.root, "switches", list)
	}
	for _, one := range switches {
		list.Content = append(list.Content, toYAML(one.tree(e.age)))
	}
}

// Load is the set that it is so far.
func (e *Export) Load() (*Set, error) {
	const name = "the export"
	d := newFileDecoder(name)
	if d.file(convert(e.root, 0)); len(d.Mistakes) > 0 {
		return nil, d.problems(name)
	}
	return d.set, nil
}

// Text is the file.
func (e *Export) Text() ([]byte, error) {
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	err := encoder.Encode(e.root)
	return text.Bytes(), err
}

// Comments are lines of a file that say something to people.
func Comments(lines []string) (text []byte) {
	for _, line := range lines {
		text = append(text, "# "+strings.Map(inLine, line)+"\n"...)
	}
	return text
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
			change(own, declared.Tree(), now.Tree())
		default:
			put(providers, slug, toYAML(now.Tree()))
		}
	}
}

// change makes a mapping say what is, in place of what was. What is the same stays as the file says it.
func change(n *yaml.Node, was, is fields.Tree) {
	for _, one := range was {
		if _, still := is.Get(one.Key); !still {
			remove(n, one.Key)
		}
	}
	for _, one := range is {
		before, said := was.Get(one.Key)
		if said && reflect.DeepEqual(before, one.Value) {
			continue
		}
		inside, _ := before.(fields.Tree)
		now, isMapping := one.Value.(fields.Tree)
		_, isSecret := one.Value.(fields.Hidden)
		switch own := child(n, one.Key); {
		case isSecret:
			remove(n, one.Key)
		case isMapping && own != nil && own.Kind == yaml.MappingNode:
			change(own, inside, now)
		default:
			put(n, one.Key, toYAML(one.Value))
		}
	}
}

// plain is a tree with what aliases stand for in their places, so that one of them can be changed.
func plain(n *yaml.Node) *yaml.Node {
	from := n
	if n.Kind == yaml.AliasNode {
		from = n.Alias
	}
	made := *from
	made.HeadComment, made.LineComment, made.FootComment = n.HeadComment, n.LineComment, n.FootComment
	made.Anchor, made.Content = "", make([]*yaml.Node, len(from.Content))
	for i, inside := range from.Content {
		made.Content[i] = plain(inside)
	}
	return &made
}

// older adds to the ages that connections say.
func older(connections *yaml.Node, by time.Duration) {
	for _, item := range connections.Content {
		said := child(item, "age")
		if said == nil {
			continue
		}
		if age, err := ParseDuration(said.Value); err == nil {
			put(item, "age", toYAML(FormatDuration(age+by)))
		}
	}
}

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
	mapping.Content = append(mapping.Content, toYAML(key), value)
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
func (e *Export) putList(key string, items []fields.Tree) {
	if len(items) == 0 {
		remove(e.root, key)
		return
	}
	list := toYAML(items)
	list.Style = 0
	put(e.root, key, list)
}

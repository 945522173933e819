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
	Notes     []string             // what no file can say
}

// Export is a scenario file that begins where a session stands: the set's own file, with what is otherwise.
func (s *Set) Export(session Session) ([]byte, error) {
	root := &yaml.Node{Kind: yaml.MappingNode}
	if len(s.text) > 0 {
		var document yaml.Node
		if err := yaml.Unmarshal(s.text, &document); err != nil {
			return nil, err
		}
		root = plain(document.Content[0])
	}
	for _, must := range []struct {
		key   string
		value any
	}{{"version", 1}, {"seed", s.Seed}, {"start", s.Start.written()}} {
		if len(s.text) == 0 || s.overridden {
			put(root, must.key, node(must.value))
		}
	}
	age := s.Age + session.Lasted
	if age > 0 {
		put(root, "age", node(FormatDuration(age)))
	}
	if connections := child(root, "connections"); connections != nil && session.Lasted > 0 {
		older(connections, session.Lasted)
	}
	s.exportProviders(root, session.Providers)
	switches := []mapping{}
	for _, one := range session.Switches {
		switches = append(switches, one.written(age))
	}
	putList(root, "switches", switches)
	if !reflect.DeepEqual(session.Faults, s.faults) {
		faults := []mapping{}
		for _, one := range session.Faults {
			faults = append(faults, one.written())
		}
		putList(root, "faults", faults)
	}
	if session.Webhooks != nil {
		webhooks := []mapping{}
		for _, one := range session.Webhooks {
			written := mapping{{"url", one.URL}}
			written.say(one.Secret != "", "secret", one.Secret)
			written.say(!slices.Equal(one.Events, ConnectionEvents()), "events", one.Events)
			webhooks = append(webhooks, written)
		}
		putList(root, "webhooks", webhooks)
	}
	var text bytes.Buffer
	for _, note := range session.Notes {
		text.WriteString("# " + strings.Map(inLine, note) + "\n")
	}
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	err := encoder.Encode(root)
	return text.Bytes(), err
}

// inLine keeps a comment in its line.
func inLine(r rune) rune {
	if !unicode.IsPrint(r) {
		return ' '
	}
	return r
}

func (s *Set) exportProviders(root *yaml.Node, changed map[string]*Provider) {
	providers := child(root, "providers")
	if len(changed) > 0 && (providers == nil || providers.Kind != yaml.MappingNode) {
		providers = &yaml.Node{Kind: yaml.MappingNode}
		put(root, "providers", providers)
	}
	for _, slug := range slices.Sorted(maps.Keys(changed)) {
		own, now := child(providers, slug), changed[slug]
		switch declared, known := s.providers[slug]; {
		case now == nil:
			remove(providers, slug)
		case known && own != nil && own.Kind == yaml.MappingNode:
			change(own, declared.written(), now.written())
		default:
			put(providers, slug, node(now.written()))
		}
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

// plain is a tree with what aliases stand for in their places, so that one of them can be changed.
func plain(n *yaml.Node) *yaml.Node {
	made := *n
	if n.Kind == yaml.AliasNode {
		made = *n.Alias
		made.HeadComment, made.LineComment, made.FootComment = n.HeadComment, n.LineComment, n.FootComment
	}
	made.Anchor, made.Content = "", make([]*yaml.Node, len(made.Content))
	for i, inside := range resolve(n).Content {
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
			put(item, "age", node(FormatDuration(age+by)))
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
func putList(root *yaml.Node, key string, items []mapping) {
	if len(items) == 0 {
		remove(root, key)
		return
	}
	list := node(items)
	list.Style = 0
	put(root, key, list)
}

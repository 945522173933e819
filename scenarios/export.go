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

// Session is what has become of an environment since it started from a set.
type Session struct {
	Lasted    time.Duration        // since the start
	Switches  []Switch             // all those in force, the oldest first
	Faults    []Fault              // all the active ones
	Webhooks  []Webhook            // all of them; nil: those of the set
	Providers map[string]*Provider // those that differ from the set's; nil: removed
}

// Export is a scenario file that is being written: the set's own file, changed so that an environment made from it
// starts where a session is.
type Export struct {
	set  *Set
	age  time.Duration // of entries without an age
	root *yaml.Node
}

// Export returns the file for a session.
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

// Add appends switches to those of the session.
func (e *Export) Add(switches []Switch) {
	if len(switches) == 0 {
		return
	}
	list := child(e.root, "switches")
	if list == nil {
		list = &yaml.Node{Kind: yaml.SequenceNode} // one item a line
		put(e.root, "switches", list)
	}
	for _, one := range switches {
		list.Content = append(list.Content, toYAML(one.tree(e.age)))
	}
}

// Load returns the set that the file describes.
func (e *Export) Load() (*Set, error) {
	const name = "the export"
	d := newFileDecoder(name)
	if d.file(convert(e.root, 0)); len(d.Mistakes) > 0 {
		return nil, d.problems(name)
	}
	return d.set, nil
}

// Text returns the file.
func (e *Export) Text() ([]byte, error) {
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	err := encoder.Encode(e.root)
	return text.Bytes(), err
}

// Comments turns lines into comments of a file.
func Comments(lines []string) (text []byte) {
	for _, line := range lines {
		text = append(text, "# "+strings.Map(inLine, line)+"\n"...)
	}
	return text
}

// inLine replaces what would end a line, or cannot be seen in it.
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

// older adds to the ages of connections that have one.
func older(connections *yaml.Node, by time.Duration) {
	for _, item := range connections.Content {
		written := child(item, "age")
		if written == nil {
			continue
		}
		if age, err := ParseDuration(written.Value); err == nil {
			put(item, "age", toYAML(FormatDuration(age+by)))
		}
	}
}

// putList sets a list, one item a line. It removes an empty one.
func (e *Export) putList(key string, items []fields.Tree) {
	if len(items) == 0 {
		remove(e.root, key)
		return
	}
	list := toYAML(items)
	list.Style = 0
	put(e.root, key, list)
}

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
	Gone      []string             // providers that no connection of the file may name
}

// Export is a scenario file that is being written: the set's own file, changed so that an environment made from it
// starts where a session is.
type Export struct {
	set      *Set
	age      time.Duration // of entries without an age
	document *yaml.Node
	root     *yaml.Node

	switches []Switch
}

// Export returns the file for a session.
func (s *Set) Export(session Session) (*Export, error) {
	document := &yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	if len(s.source.text) > 0 {
		if err := yaml.Unmarshal(s.source.text, document); err != nil {
			return nil, err
		}
		document = plain(document, false)
		document.HeadComment = withoutNotes(document.HeadComment)
	}
	root := document.Content[0]
	for _, must := range []struct {
		key   string
		value any
	}{{"version", 1}, {"seed", s.Seed}, {"start", s.Start.Reference()}} {
		if len(s.source.text) == 0 || s.overridden {
			put(root, must.key, toYAML(must.value))
		}
	}
	e := &Export{
		set: s, age: olderBy(s.Age, session.Lasted), document: document, root: root, switches: session.Switches,
	}
	if e.age > 0 {
		put(root, "age", toYAML(FormatDuration(e.age)))
	}
	e.putConnections(session)
	e.putProviders(session.Providers)
	e.putSwitches()
	if !reflect.DeepEqual(session.Faults, s.faults) {
		e.putList("faults", trees(session.Faults, Fault.Tree))
	}
	if session.Webhooks != nil {
		e.putList("webhooks", trees(session.Webhooks, Webhook.Tree))
	}
	return e, nil
}

// Add appends switches to those of the session. Switches of the session that never decide again, because a new one for
// the same place comes after them and stays, are removed.
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
	e.putList("switches", trees(e.switches, func(one Switch) fields.Tree { return one.tree(e.age) }))
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
	err := encoder.Encode(e.document)
	return text.Bytes(), err
}

// Comments turns lines into comments of a file.
func Comments(lines []string) (text []byte) {
	for _, line := range lines {
		text = append(text, "# "+strings.Map(inLine, line)+"\n"...)
	}
	return text
}

// Notes returns the comments at the beginning of an export of an environment. An export of what it loads to has others.
func Notes(environment, at string, lines []string) []byte {
	first := notesBegin + environment + " as it stood at " + at + notesEnd
	return append(Comments(slices.Insert(slices.Clone(lines), 0, first)), '\n')
}

// How the first of the notes begins and ends.
const (
	notesBegin = "Environment "
	notesEnd   = ", exported by pipesfake."
)

// withoutNotes returns the comments of a file without the notes of an export.
func withoutNotes(comments string) string {
	blocks := slices.DeleteFunc(strings.Split(comments, "\n\n"), func(block string) bool {
		first, _, _ := strings.Cut(block, "\n")
		return strings.HasPrefix(first, "# "+notesBegin) && strings.HasSuffix(first, notesEnd)
	})
	return strings.Join(blocks, "\n\n")
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
	if len(changed) > 0 && len(providers.Content) == 0 {
		remove(e.root, "providers") // an empty mapping behind a comment is written as something else
	}
}

// putConnections removes connections whose provider may not be named any more, and adds to the ages of the others.
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
		written := child(item, "age")
		if written == nil || session.Lasted == 0 {
			continue
		}
		if age, err := ParseDuration(written.Value); err == nil {
			put(item, "age", toYAML(FormatDuration(olderBy(age, session.Lasted))))
		}
	}
}

// olderBy adds to an age. A file has no age of more than a hundred years.
func olderBy(age, lasted time.Duration) time.Duration { return min(age, maxLife-lasted) + lasted }

// Replace changes the texts of the file, of keys and values alike. Access tokens stay: they are the file's own, or
// derive from its seed.
func (e *Export) Replace(change func(text string) string) { replaceTexts(e.root, change) }

// Says reports whether a text stands in the file.
func (s *Set) Says(text string) bool { return bytes.Contains(s.source.text, []byte(text)) }

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

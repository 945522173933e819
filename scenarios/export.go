package scenarios

import (
	"maps"
	"reflect"
	"slices"
	"time"

	"example.com/pipesfake/internal/exportnotes"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios/internal/yamltree"

	"gopkg.in/yaml.v3"
)

// Session describes how an environment differs from the Set it started from.
type Session struct {
	Lasted    time.Duration        // time since the start
	Switches  []Switch             // in force, oldest first
	Faults    []Fault              // active
	Webhooks  []Webhook            // registered; nil: those of the Set
	Providers map[string]*Provider // changed since the start; a nil value: removed
	Gone      []string             // deleted providers: the export leaves out their connections
}

// Export is a scenario file in the making: the file of a Set, changed so that a new environment starts in the state
// of a session.
type Export struct {
	set      *Set
	age      time.Duration // the age at the top of the file
	document *yamltree.Document
	root     *yaml.Node

	switches []Switch
}

// Export returns the file that describes a session.
func (s *Set) Export(session Session) (*Export, error) {
	document := yamltree.New()
	if len(s.source.Text) > 0 {
		var r fields.Reader
		document = yamltree.Parse(&r, s.source.Text, yamltree.NewVariables(s.Variable))
		if document == nil {
			return nil, Problems{{Message: r.Mistakes[0].Message}}
		}
		document = document.WithoutAliases()
		document.KeepWritten(s.source.Secrets(), looksSecret)
		removeExtensions(document.Root())
		document.Node.HeadComment = exportnotes.Remove(document.Node.HeadComment)
	}
	root := document.Root()
	for _, must := range []struct {
		key   string
		value any
	}{{"version", 1}, {"seed", s.Seed}, {"start", s.Start.Reference()}} {
		if len(s.source.Text) == 0 || s.overridden {
			yamltree.SetKey(root, must.key, yamltree.FromValue(must.value))
		}
	}
	e := &Export{
		set: s, age: addAge(s.Age, session.Lasted), document: document, root: root, switches: session.Switches,
	}
	if e.age > 0 {
		yamltree.SetKey(root, "age", yamltree.FromValue(FormatDuration(e.age)))
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

// Add appends switches to those of the session. It removes switches that can never be in force again, because a new
// switch for the same place comes after them and has no TTL.
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

// Load returns the Set that the file describes.
func (e *Export) Load() (*Set, error) {
	d := newFileDecoder(exportName)
	if d.file(e.document.Fields(0)); len(d.Mistakes) > 0 {
		return nil, d.problems(exportName)
	}
	return d.set, nil
}

// Parse reads a text of the export, with the variables of the Set that it describes.
func (e *Export) Parse(text []byte) (*Set, error) {
	return ParseWith(exportName, text, e.set.Variable)
}

// exportName names an export in the errors of Load and Parse.
const exportName = "the export"

// Text returns the file as YAML. References to variables stay in the place of secrets, and are replaced elsewhere.
func (e *Export) Text() ([]byte, error) { return e.document.Text() }

// putProviders writes the changed providers.
func (e *Export) putProviders(changed map[string]*Provider) {
	providers := yamltree.ValueOf(e.root, "providers")
	if len(changed) > 0 && (providers == nil || providers.Kind != yaml.MappingNode) {
		providers = &yaml.Node{Kind: yaml.MappingNode}
		yamltree.SetKey(e.root, "providers", providers)
	}
	for _, slug := range slices.Sorted(maps.Keys(changed)) {
		own, now := yamltree.ValueOf(providers, slug), changed[slug]
		switch declared, known := e.set.providers[slug]; {
		case now == nil:
			yamltree.RemoveKey(providers, slug)
		case known && own != nil && own.Kind == yaml.MappingNode:
			yamltree.Edit(own, declared.Tree(), now.Tree())
		default:
			yamltree.SetKey(providers, slug, yamltree.FromValue(now.Tree()))
		}
	}
	if len(changed) > 0 && len(providers.Content) == 0 {
		yamltree.RemoveKey(e.root, "providers") // yaml would write an empty mapping after a comment wrongly
	}
}

// putConnections removes the connections of deleted providers, and increases the ages of the others.
func (e *Export) putConnections(session Session) {
	connections := yamltree.ValueOf(e.root, "connections")
	if connections == nil {
		return
	}
	connections.Content = slices.DeleteFunc(connections.Content, func(item *yaml.Node) bool {
		provider := yamltree.ValueOf(item, "provider")
		return provider != nil && slices.Contains(session.Gone, provider.Value)
	})
	if len(connections.Content) == 0 {
		yamltree.RemoveKey(e.root, "connections")
		return
	}
	for _, item := range connections.Content {
		written := yamltree.ValueOf(item, "age")
		if written == nil || session.Lasted == 0 {
			continue
		}
		if age, err := ParseDuration(written.Value); err == nil {
			yamltree.SetKey(item, "age", yamltree.FromValue(FormatDuration(addAge(age, session.Lasted))))
		}
	}
}

// addAge returns age + lasted, but at most maxLife, which is the largest age that a file may have.
func addAge(age, lasted time.Duration) time.Duration { return min(age, maxLife-lasted) + lasted }

// Replace applies change to every text of the file, keys and values, except for access tokens.
func (e *Export) Replace(change func(text string) string) { e.document.Replace(change) }

// Says reports whether the file contains a text.
func (s *Set) Says(text string) bool { return s.source.Says(text) }

// putList sets a list, with one item on each line. It removes the key if the list is empty.
func (e *Export) putList(key string, items []fields.Tree) {
	if len(items) == 0 {
		yamltree.RemoveKey(e.root, key)
		return
	}
	list := yamltree.FromValue(items)
	list.Style = 0
	yamltree.SetKey(e.root, key, list)
}

// removeExtensions removes the keys that only hold anchors, which WithoutAliases has made useless.
func removeExtensions(root *yaml.Node) {
	for i := len(root.Content) - 2; i >= 0; i -= 2 {
		if isExtension(root.Content[i].Value) {
			root.Content = slices.Delete(root.Content, i, i+2)
		}
	}
}

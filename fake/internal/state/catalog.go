package state

import (
	"bytes"
	"cmp"
	"encoding/json"
	"reflect"
	"slices"

	"example.com/pipesfake/fake/internal/listing"
	"example.com/pipesfake/scenarios"
)

// Catalog holds the integrations that the file or a call made, and what became of others.
type Catalog struct {
	Opened       bool           // whether the file's are in it: they are read when a call needs them
	Integrations []*Integration `json:",omitempty"` // in the order of their creation
	Count        uint64         // how many there were
	Numbers      listing.Numbers
	Removed      keyed[IntegrationRef, Removal]     `json:",omitempty"`
	Overrides    keyed[OverrideKey, CalledOverride] `json:",omitempty"`
	ScopeChanges ScopeChanges                       `json:"Asked,omitempty"`

	roots map[IntegrationRef]*Integration // derives from Integrations
}

// IntegrationRef names an integration.
type IntegrationRef struct{ Slug, Ownership string }

// Removal is what remains of an integration that was deleted.
type Removal struct {
	IntegrationRef
	Write Write `json:"Word"` // connections that were written before it are gone
	Times int   // how often it was deleted
}

func (r Removal) key() IntegrationRef { return r.IntegrationRef }

// OverrideKey names the settings of one organization that differ from those of a provider's integration.
type OverrideKey struct {
	Organization string `json:"For"`
	Slug         string
}

// CalledOverride is an override that calls made, with its key.
type CalledOverride struct {
	OverrideKey
	Override
}

func (o CalledOverride) key() OverrideKey { return o.OverrideKey }

// keyed finds values by the key that is a part of them. JSON holds the values as a list.
type keyed[K comparable, V interface{ key() K }] map[K]V

// MarshalJSON returns the list of the values, which is the same whenever they are.
func (m keyed[K, V]) MarshalJSON() ([]byte, error) {
	list := make([]json.RawMessage, 0, len(m))
	for _, one := range m {
		text, err := json.Marshal(one)
		if err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	slices.SortFunc(list, func(a, b json.RawMessage) int { return bytes.Compare(a, b) })
	return json.Marshal(list)
}

// UnmarshalJSON reads the list of the values.
func (m *keyed[K, V]) UnmarshalJSON(text []byte) error {
	var list []V
	err := json.Unmarshal(text, &list)
	*m = make(keyed[K, V], len(list))
	for _, one := range list {
		(*m)[one.key()] = one
	}
	return err
}

// ScopeSource is what requests scopes: an integration, or one organization with it.
type ScopeSource struct{ Slug, Ownership, Organization string }

// ScopeChange is what was requested until a directive.
type ScopeChange struct {
	ScopeSource
	Until  uint64
	Scopes []string
}

// ScopeChanges holds what was requested earlier, for each source the oldest first. JSON holds it as a list.
type ScopeChanges map[ScopeSource][]ScopeChange

// maxScopeChanges is how many changes of a source are remembered.
const maxScopeChanges = 100

// add notes what a source requested until a directive.
func (c ScopeChanges) add(made ScopeChange) {
	was := c[made.ScopeSource]
	c[made.ScopeSource] = append(was[max(0, len(was)-maxScopeChanges+1):], made)
}

// at returns what a source requested when a directive was made, if it now requests some scopes.
func (c ScopeChanges) at(who ScopeSource, directive uint64, now []string) []string {
	for _, was := range c[who] {
		if directive < was.Until {
			return was.Scopes
		}
	}
	return now
}

// MarshalJSON returns the list of the changes, which is the same whenever they are.
func (c ScopeChanges) MarshalJSON() ([]byte, error) {
	list := []ScopeChange{}
	for _, changes := range c {
		list = append(list, changes...)
	}
	slices.SortFunc(list, func(a, b ScopeChange) int {
		return cmp.Or(cmp.Compare(a.Slug, b.Slug), cmp.Compare(a.Ownership, b.Ownership),
			cmp.Compare(a.Organization, b.Organization), cmp.Compare(a.Until, b.Until))
	})
	return json.Marshal(list)
}

// UnmarshalJSON reads the list of the changes.
func (c *ScopeChanges) UnmarshalJSON(text []byte) error {
	var list []ScopeChange
	err := json.Unmarshal(text, &list)
	*c = ScopeChanges{}
	for _, one := range list {
		(*c)[one.ScopeSource] = append((*c)[one.ScopeSource], one)
	}
	return err
}

func newCatalog() Catalog {
	return Catalog{
		roots: map[IntegrationRef]*Integration{}, Removed: keyed[IntegrationRef, Removal]{},
		Overrides: keyed[OverrideKey, CalledOverride]{}, ScopeChanges: ScopeChanges{},
	}
}

// Find returns an integration that the file or a call made, or nil.
func (c *Catalog) Find(slug, ownership string) *Integration {
	return c.roots[IntegrationRef{slug, ownership}]
}

// Deletions returns how often an integration was deleted.
func (c *Catalog) Deletions(slug, ownership string) int {
	return c.Removed[IntegrationRef{slug, ownership}].Times
}

// removalOf returns the deletion of the integration that a connection belonged to, or nil.
func (c *Catalog) removalOf(key scenarios.Key) *Removal {
	if len(c.Removed) == 0 {
		return nil
	}
	if removal, ok := c.Removed[IntegrationRef{key.Provider, OwnershipOf(key)}]; ok {
		return &removal
	}
	return nil
}

// Put sets an integration up, in the place of the one that it is an update of.
func (c *Catalog) Put(i *Integration) {
	at := IntegrationRef{i.Slug, i.Ownership}
	if c.roots[at] != nil {
		c.Integrations[listing.Index(c.Integrations, i.Order)] = i
	} else {
		c.Count++
		i.Order = c.Count
		c.Integrations = append(c.Integrations, i)
		c.Numbers.Add(i)
	}
	c.roots[at] = i
}

// Undo removes an integration that was set up last, as if it had never been there.
func (c *Catalog) Undo(i *Integration) {
	c.Count--
	c.Integrations = c.Integrations[:len(c.Integrations)-1]
	c.Numbers.Undo(i)
	delete(c.roots, IntegrationRef{i.Slug, i.Ownership})
}

// MarkRemoved notes a directive that removes all connections of an integration, which is removed next.
func (c *Catalog) MarkRemoved(i *Integration, d Write) {
	at := IntegrationRef{i.Slug, i.Ownership}
	c.Removed[at] = Removal{at, d, c.Removed[at].Times}
}

// Remove removes an integration that was emptied, and what organizations had otherwise.
func (c *Catalog) Remove(old *Integration) {
	at := IntegrationRef{old.Slug, old.Ownership}
	removal := c.Removed[at]
	removal.Times++
	c.Removed[at] = removal
	delete(c.roots, at)
	c.Integrations = listing.Remove(c.Integrations, old)
	c.Numbers.Remove(old.ID)
	delete(c.ScopeChanges, ScopeSource{Slug: at.Slug, Ownership: at.Ownership})
	if at.Ownership != scenarios.OwnerUser {
		return
	}
	for key := range c.Overrides {
		if key.Slug == at.Slug {
			delete(c.Overrides, key)
		}
	}
}

// copy returns a copy for Rebuild and JSON.
func (c *Catalog) copy() Catalog {
	made := *c
	made.roots, made.Numbers = nil, c.Numbers.Clone()
	made.Integrations = slices.Clone(c.Integrations)
	made.Removed, made.Overrides = keyed[IntegrationRef, Removal]{}, keyed[OverrideKey, CalledOverride]{}
	for key, one := range c.Removed {
		made.Removed[key] = one
	}
	for key, one := range c.Overrides {
		made.Overrides[key] = one
	}
	made.ScopeChanges = ScopeChanges{}
	for who, changes := range c.ScopeChanges {
		made.ScopeChanges[who] = slices.Clone(changes)
	}
	return made
}

// rebuild makes what derives from the integrations. Two integrations of one custom provider share its definition.
func (c *Catalog) rebuild() {
	c.roots = map[IntegrationRef]*Integration{}
	if c.Removed == nil {
		c.Removed = keyed[IntegrationRef, Removal]{}
	}
	if c.Overrides == nil {
		c.Overrides = keyed[OverrideKey, CalledOverride]{}
	}
	if c.ScopeChanges == nil {
		c.ScopeChanges = ScopeChanges{}
	}
	for i, one := range c.Integrations {
		made := *one // what was copied may still be in use elsewhere, and never changes
		for _, ownership := range []string{scenarios.OwnerUser, scenarios.OwnerOrganization} {
			other := c.roots[IntegrationRef{made.Slug, ownership}]
			if other != nil && made.Custom != nil && reflect.DeepEqual(other.Custom, made.Custom) {
				made.Custom = other.Custom
			}
		}
		c.Integrations[i] = &made
		c.roots[IntegrationRef{made.Slug, made.Ownership}] = &made
	}
	listing.Rebuild(&c.Numbers, c.Integrations)
}

package scenarios

import (
	"example.com/pipesfake/internal/fields"
)

// decoder builds a set from nodes while its reader gathers the mistakes.
type decoder struct {
	fields.Reader
	set      *Set
	interned map[string]string       // one copy of each provider and organization, however many connections name it
	lacking  map[*Scenario]*Scenario // what scripts lack scopes in; nil: in nothing
	webhooks map[string]int32        // the line of the first webhook to each address

	readsScenarios bool     // not all their names are known yet
	postponed      []func() // what waits for the names
	depth          int      // of the scripts around what is read
}

func newDecoder(set *Set) *decoder {
	return &decoder{
		set: set, interned: map[string]string{}, lacking: map[*Scenario]*Scenario{}, webhooks: map[string]int32{},
	}
}

// problems returns the mistakes so far.
func (d *decoder) problems(file string) Problems {
	problems := make(Problems, len(d.Mistakes))
	for i, mistake := range d.Mistakes {
		problems[i] = Problem{File: file, Position: Position(mistake.Position), Field: mistake.Path,
			Message: mistake.Message}
	}
	return problems
}

func position(n *fields.Node) Position { return Position(n.Position) }

// intern returns the one copy of a text.
func (d *decoder) intern(text string) string {
	if one, ok := d.interned[text]; ok {
		return one
	}
	d.interned[text] = text
	return text
}

// whenNamesAreKnown calls do when the names of all scenarios are known.
func (d *decoder) whenNamesAreKnown(do func()) {
	if d.readsScenarios {
		d.postponed = append(d.postponed, do)
		return
	}
	do()
}

// isName reports a key that cannot be the name of such a thing.
func (d *decoder) isName(key *fields.Node, path, thing string) bool {
	if !IsName(key.Text) {
		d.Mistake(key, path, "%q is not a name for %s: 1 to 64 letters, digits, dashes, dots or underscores, "+
			"first a letter, digit or underscore", Abridge(key.Text), thing)
		return false
	}
	return true
}

// place checks that what a place names exists, as far as its fields could be read.
func (d *decoder) place(v *fields.Values, place *Place) {
	d.provider(v, &place.Provider)
	d.user(v, place.User)
	d.organization(v, &place.Organization)
}

// checkScopes reports a scenario that lacks scopes, in an entry for a provider that asks for none.
func (d *decoder) checkScopes(n *fields.Node, path, provider string, scenario *Scenario) {
	if problem := d.set.checkScopes(provider, scenario, d.lacking); problem != "" {
		d.Mistake(n, path, "%s", problem)
	}
}

// provider checks that a provider exists.
func (d *decoder) provider(v *fields.Values, slug *string) {
	if !v.IsGood("provider") {
		return
	}
	if err := d.set.checkProvider(*slug, d.Suggest); err != nil {
		d.Mistake(v.Node("provider"), v.PathOf("provider"), "%s", err)
	}
	*slug = d.intern(*slug)
}

func (d *decoder) user(v *fields.Values, id string) {
	if v.IsGood("user_id") {
		d.member(v.Node("user_id"), v.PathOf("user_id"), "user", id, d.set.users)
	}
}

func (d *decoder) organization(v *fields.Values, id *string) {
	if v.IsGood("organization_id") {
		d.member(v.Node("organization_id"), v.PathOf("organization_id"), "organization", *id, d.set.organizations)
		*id = d.intern(*id)
	}
}

// member reports a user or an organization that a strict file does not list.
func (d *decoder) member(n *fields.Node, path, kind, id string, listed listedIDs) {
	if problem := d.set.checkMember(kind, id, listed, d.Suggest); problem != "" {
		d.Mistake(n, path, "%s", problem)
	}
}

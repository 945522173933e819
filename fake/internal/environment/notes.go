package environment

import (
	"fmt"
	"slices"
	"time"

	"example.com/pipesfake/scenarios"
)

// notes tell what stands otherwise where the export is loaded.
func (e *Environment) notes(again *Environment, now time.Time) (notes []string) {
	for _, key := range e.keys() {
		r := e.seen.records[key]
		is, would := e.look(r, now), again.Look(key)
		name := Place{Provider: key.Provider, User: key.User, Organization: key.Organization}.String()
		switch {
		case !e.sameState(is, would, r):
			notes = append(notes, "Otherwise than here: how "+name+" stands ("+is.Decision.Because()+").")
		case isSecret(is, r):
			notes = append(notes, "Left out: the secret that was given for "+name+". Another one is served.")
		case is.ID() != would.ID() && is.State != scenarios.NotInstalled:
			notes = append(notes, "Otherwise than here: the id of "+name+", which was deleted before.")
		}
		if others := len(e.seen.others[key]); others > 0 {
			notes = append(notes, fmt.Sprintf("Left out: %d more connected accounts of %s.", others, name))
		}
	}
	for at := range e.catalog.removed {
		if e.catalog.roots[at] == nil && !e.set.Strict {
			notes = append(notes, fmt.Sprintf("Left out: that the data integration %s of ownership %s was deleted. Without strict, every provider exists.", at.slug, at.ownership))
		}
	}
	for by := range e.catalog.asked {
		notes = append(notes, fmt.Sprintf("Otherwise than here: connections that nobody asked about have the scopes that %s asks for only since a call.", by.slug))
	}
	if n := len(e.hooks.list.items); n > 0 && n > len(again.hooks.list.items) {
		notes = append(notes, "Left out: webhook endpoints that are disabled, or are told of nothing that happens here.")
	}
	notes = append(notes, e.givenNotes()...)
	slices.Sort(notes)
	if most := 100; len(notes) > most {
		notes = append(notes[:most], fmt.Sprintf("And %d more.", len(notes)-most))
	}
	return notes
}

// givenNotes tell of the secrets that calls gave integrations, which no export has.
func (e *Environment) givenNotes() (notes []string) {
	config := func(whose string, provider scenarios.Provider, is, was map[string]string) {
		for name, value := range is {
			if provider.Fields[name].Secret && was[name] != value {
				notes = append(notes, "Left out: the "+name+" in the config of "+whose+".")
			}
		}
	}
	for at, one := range e.catalog.overrides {
		declared, _ := e.set.Declared(at.slug)
		was := declared.Organizations[at.organization]
		if one.ClientID != was.ClientID || one.ClientSecret != was.ClientSecret {
			notes = append(notes, fmt.Sprintf("Left out: the client_id and client_secret that organization %q gave for %s.", at.organization, at.slug))
		}
		if i := e.configured(at.slug); i != nil {
			config(fmt.Sprintf("organization %q with %s", at.organization, at.slug), i.Provider, one.Config, was.Config)
		}
	}
	for _, i := range e.catalog.list.items {
		declared, _ := e.set.Declared(i.Slug)
		whose := fmt.Sprintf("the data integration %s of ownership %s", i.Slug, i.Ownership)
		if id, secret := e.mint.Client(i.Slug, i.Ownership); i.Credentials != nil && i.Credentials.ClientID != "" && (i.Credentials.ClientID != id || i.Credentials.ClientSecret != secret) {
			notes = append(notes, "Left out: the client_id and client_secret of "+whose+". Others are served.")
		}
		config(whose, i.Provider, i.Provider.Config, declared.Config)
	}
	return notes
}

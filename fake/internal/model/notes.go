package model

import (
	"fmt"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// mostNotes is how many are written; what is said of all connections comes before what is said of one.
const mostNotes = 100

// notes tell what stands otherwise where the export is loaded.
func (e *exporter) notes(again *Environment) []string {
	ofAll := append(e.left, e.notesOfAll(again)...)
	ofAll = append(ofAll, e.notesOfIntegrations()...)
	ofOne := e.notesOfConnections(again)
	slices.Sort(ofAll)
	slices.Sort(ofOne)
	notes := append(ofAll, ofOne...)
	if len(notes) > mostNotes {
		notes = append(notes[:mostNotes], fmt.Sprintf("And %d more.", len(notes)-mostNotes))
	}
	first := fmt.Sprintf("Environment %s as it stood at %s, exported by pipesfake.", e.name, pipes.Timestamp(e.now))
	return slices.Insert(notes, 0, first)
}

func (e *exporter) notesOfAll(again *Environment) (notes []string) {
	add := func(said bool, format string, args ...any) {
		if said {
			notes = append(notes, fmt.Sprintf(format, args...))
		}
	}
	ahead := e.clock.Offset.Round(time.Second)
	add(e.clock.Frozen, "Left out: that the clock stands still, at %s.", pipes.Timestamp(e.now))
	add(!e.clock.Frozen && ahead > 0, "Left out: that the clock is %s ahead of real time.", scenarios.FormatDuration(ahead))
	add(!e.clock.Frozen && ahead < 0, "Left out: that the clock is %s behind real time.", scenarios.FormatDuration(-ahead))
	isLater := e.now.Before(e.started) || slices.ContainsFunc(e.switches.inForce(), func(one Switch) bool { return e.now.Before(one.At) })
	add(isLater, "Otherwise than here: since when things are in force that began later than the clock shows, which was set back.")
	for _, one := range e.faults.All() {
		add(e.isUnderWay(one), "Otherwise than here: the fault %s (%s) begins anew, with its limit and its chances.", one.ID, one.Way())
	}
	waiting := 0
	for _, one := range e.consents.order {
		if (one.Decided == "" || one.Code != "" && !one.Finished) && e.now.Sub(one.At) <= authorizationLife {
			waiting++
		}
	}
	add(waiting > 0, "Left out: consent pages that wait for an answer, or for the application to finish the connection (%d).", waiting)
	renewed := false
	for r := range e.connections.after(0) {
		renewed = renewed || r.tokenGeneration > 0
	}
	add(renewed, "Otherwise than here: which tokens come next, where some were replaced: their counting begins anew.")
	for at := range e.catalog.removed {
		add(e.catalog.roots[at] == nil && !e.set.Strict, "Left out: that the data integration %s of ownership %s was deleted. Without strict, every provider exists.", at.slug, at.ownership)
	}
	for by := range e.catalog.scopeChanges {
		add(true, "Otherwise than here: connections that nobody asked about have the scopes that %s asks for only since a call.", by.slug)
	}
	add(len(e.endpoints.list.items) > len(again.endpoints.list.items), "Left out: webhook endpoints that are disabled, or are told of nothing that happens here.")
	return notes
}

// isUnderWay tells whether a fault that began anew would strike other calls.
func (e *exporter) isUnderWay(one fault.Active) bool {
	if one.HasCountedCalls(e.now) {
		return true
	}
	return one.Tries > 0 && (one.Probability > 0 && one.Probability < 1 || one.Delay.Max > 0)
}

func (e *exporter) notesOfConnections(again *Environment) (notes []string) {
	for r := range e.connections.after(0) {
		is, would := e.layers(r, e.now), again.layers(again.unseen(r.key), e.now)
		c, name := is[0], Place{Provider: r.key.Provider, User: r.key.User, Organization: r.key.Organization}.String()
		add := func(said bool, format string, args ...any) {
			if said {
				notes = append(notes, fmt.Sprintf(format, append([]any{name}, args...)...))
			}
		}
		differs := e.differ(is, would, r) > 0
		add(differs, "Otherwise than here: how %s stands (%s).", c.Decision.Because())
		add(!differs && e.isSecret(c.Connection, r) && c.Decision.By != BySwitch, "Left out: the secret that was given for %s. Another one is served.")
		add(!differs && c.ID() != would[0].ID() && c.State != scenarios.NotInstalled, "Otherwise than here: the id of %s, which was deleted before.")
		if a := r.account; a != nil {
			add(a.clientID != "", "Left out: the client_id and client_secret that were given for %s. Others are served.")
			add(len(a.config) > 0, "Left out: the config of %s.")
			add(a.identifier != "" || a.displayName != "", "Left out: the account_identifier and account_display_name of %s.")
		}
		if run := c.Decision.run; run != nil {
			laid := run.frames[len(run.frames)-1].laid
			add(laid != nil && e.isUnderWay(*laid), "Otherwise than here: the fault in the step of %s begins anew, with its limit and its chances.")
		}
		others := len(e.connections.others[r.key])
		add(others > 0, "Left out: %[2]d more connected accounts of %[1]s.", others)
	}
	return notes
}

// notesOfIntegrations tell of the secrets that calls gave them.
func (e *exporter) notesOfIntegrations() (notes []string) {
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

package model

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// mostNotes is how many are written; what is said of all connections comes before what is said of one.
const mostNotes = 100

// noteIn returns a function that adds a note if it is true. The format is given the subject of all notes first, if any.
func noteIn(notes *[]string, subject ...any) func(said bool, format string, args ...any) {
	return func(said bool, format string, args ...any) {
		if said {
			*notes = append(*notes, fmt.Sprintf(format, append(slices.Clip(subject), args...)...))
		}
	}
}

// notes tell what stands otherwise where the export is loaded.
func (e *exporter) notes(again *Environment) []string {
	ofAll := slices.Concat(e.left, e.notesOfTime(), e.notesOfAll(again), e.notesOfIntegrations(), e.notesOfEndpoints(again))
	slices.Sort(ofAll)
	notes := append(ofAll, slices.Sorted(slices.Values(e.notesOfConnections(again)))...)
	if len(notes) > mostNotes {
		notes = append(notes[:mostNotes], fmt.Sprintf("And %d more.", len(notes)-mostNotes))
	}
	return slices.Insert(notes, 0,
		"It holds no secrets that calls brought. Those that your own file says are still in it.",
		"It holds no events, requests and dates of creation, which begin anew.")
}

// notesOfTime tell what is otherwise because of the clock.
func (e *exporter) notesOfTime() (notes []string) {
	add := noteIn(&notes)
	ahead := e.clock.Offset.Round(time.Second)
	add(e.clock.Frozen, "Left out: that the clock stands still, at %s.", pipes.Timestamp(e.now))
	add(!e.clock.Frozen && ahead > 0, "Left out: that the clock is %s ahead of real time.", scenarios.FormatDuration(ahead))
	add(!e.clock.Frozen && ahead < 0, "Left out: that the clock is %s behind real time.", scenarios.FormatDuration(-ahead))
	add(e.later || e.now.Before(e.started),
		"Otherwise than here: since when things are in force that began later than the clock shows, which was set back.")
	add(e.reached(0, e.now).After(e.now), "Otherwise than here: how connections stand that nobody asked about, "+
		"because time was further before the clock was set back.")
	add(e.capped,
		"Otherwise than here: since when things are in force, or until when, where that is more than a hundred years away.")
	return notes
}

func (e *exporter) notesOfAll(again *Environment) (notes []string) {
	add := noteIn(&notes)
	lying := again.faults.All()
	for i, one := range e.faults.All() {
		anew := e.isUnderWay(one) || hasChances(one) && (i >= len(lying) || lying[i].ID != one.ID)
		add(anew, "Otherwise than here: the fault %s (%s) begins anew, with its limit and its chances.",
			one.ID, one.Way())
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
		again := e.catalog.roots[at]
		add(again == nil && !e.set.Strict, "Left out: that the data integration %s of ownership %s was deleted. "+
			"Without strict, every provider exists.", at.slug, at.ownership)
		add(again != nil && at.ownership == scenarios.OwnerUser && e.impliedBeside(again) != nil,
			"Otherwise than here: connections that organizations own with %s: "+
				"the deletion of the data integration of users empties them, too.", at.slug)
	}
	for by := range e.catalog.scopeChanges {
		add(true, "Otherwise than here: connections that nobody asked about have the scopes that %s asks for only since a call.", by.slug)
	}
	return notes
}

// notesOfEndpoints tell of webhook endpoints that are others, or are called otherwise.
func (e *exporter) notesOfEndpoints(again *Environment) (notes []string) {
	here, there := e.endpoints.list.items, again.endpoints.list.items
	if len(here) > len(there) {
		notes = append(notes,
			"Left out: webhook endpoints that are disabled, or are told of nothing that happens here.")
	}
	for i, one := range there {
		if i >= len(here) || here[i].ID != one.ID || here[i].Secret != one.Secret {
			return append(notes, "Otherwise than here: the ids and the secrets of webhook endpoints, which count anew.")
		}
	}
	return notes
}

// isUnderWay tells whether a fault that began anew would strike other calls.
func (e *exporter) isUnderWay(one fault.Active) bool {
	if one.HasCountedCalls(e.now) {
		return true
	}
	return one.Tries > 0 && hasChances(one)
}

// hasChances reports whether what a fault does is drawn.
func hasChances(one fault.Active) bool {
	return one.Probability > 0 && one.Probability < 1 || one.Delay.Max > 0
}

func (e *exporter) notesOfConnections(again *Environment) (notes []string) {
	for r := range e.connections.after(0) {
		is, would := e.layers(r, e.now), again.layers(again.unseen(r.key), e.now)
		c, name := is[0], Place{Provider: r.key.Provider, User: r.key.User, Organization: r.key.Organization}.String()
		add := noteIn(&notes, name)
		differs := again.exists(r.key.Provider) == nil && e.differ(again, r, is, would) > 0
		far := slices.IndexFunc(is, func(l layer) bool {
			return l.State == scenarios.Connected && l.ExpiresAt.Sub(e.now) > clock.Furthest
		})
		if far >= 0 {
			add(true, "Otherwise than here: the token of %s never expires: it does so at %s here, which is too far away for a file.",
				pipes.Timestamp(is[far].ExpiresAt))
		}
		add(differs && far < 0, "Otherwise than here: how %s stands (%s).", c.Decision.Because())
		add(e.servesSecret(r, is), "Left out: the secret that was given for %s. Another one is served.")
		add(r.incarnation > 0, "Otherwise than here: the id of %s, which was deleted before.")
		if a := r.account; a != nil {
			add(a.clientID != "", "Left out: the client_id and client_secret that were given for %s. Others are served.")
			add(len(a.config) > 0, "Left out: the config of %s.")
			add(a.identifier != "" || a.displayName != "", "Left out: the account_identifier and account_display_name of %s.")
		}
		if run := c.Decision.run; run != nil && len(run.frames) > 0 {
			laid := run.frames[len(run.frames)-1].laid
			add(laid != nil && e.isUnderWay(*laid), "Otherwise than here: the fault in the step of %s begins anew, with its limit and its chances.")
		}
		others := len(e.connections.others[r.key])
		add(others > 0, "Left out: %[2]d more connected accounts of %[1]s.", others)
	}
	return notes
}

// servesSecret reports whether a call gave a connection the secret that it serves, now or when a ttl ends.
func (e *exporter) servesSecret(r *connection, is []layer) bool {
	if r.account != nil && r.account.secret != "" && !e.tokens[r.account.secret] {
		return true
	}
	return slices.ContainsFunc(is, func(l layer) bool {
		return l.Decision.By != BySwitch && e.isSecret(l.Connection, r)
	})
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
		notes = append(notes, e.notesOfIntegration(i, whose)...)
	}
	return notes
}

// notesOfIntegration tell what a file cannot say of one.
func (e *exporter) notesOfIntegration(i *Integration, whose string) (notes []string) {
	add := noteIn(&notes, whose)
	declared, _ := e.set.Declared(i.Slug)
	add(i.Custom != nil, "Left out: the custom_provider of %s.")
	add(i.Scopes == nil && declared.Scopes != nil,
		"Otherwise than here: the scopes of %s, which are null, are those that the file says.")
	add(e.generationOf(i.Slug, i.Ownership) > 0, "Otherwise than here: the id of %s, which was deleted before.")
	if i != e.configured(i.Slug) {
		users := e.configured(i.Slug)
		add(!sameIntegration(users, i), "Otherwise than here: %s, which a file describes together with the other one.")
	} else if other := e.impliedBeside(i); other != nil && !sameIntegration(i, other) {
		notes = append(notes, fmt.Sprintf("Otherwise than here: the data integration %s of ownership %s, "+
			"which a file describes together with the other one.", i.Slug, other.Ownership))
	}
	return notes
}

// impliedBeside is the integration of the other ownership that is there without anybody having set it up, or nil.
func (e *exporter) impliedBeside(i *Integration) *Integration {
	ownership := scenarios.OwnerUser
	if i.Ownership == scenarios.OwnerUser {
		ownership = scenarios.OwnerOrganization
	}
	if e.other(i.Slug, i.Ownership) != nil {
		return nil
	}
	return e.integration(i.Slug, ownership)
}

// sameIntegration reports whether a file can describe two integrations of a provider together.
func sameIntegration(a, b *Integration) bool {
	p, q := a.Provider, b.Provider
	return sameScopes(a.Scopes, b.Scopes) && sameText(a.Description, b.Description) && typeOf(a) == typeOf(b) &&
		p.Name == q.Name && p.Enabled == q.Enabled && p.State == q.State &&
		slices.Equal(p.AuthMethods, q.AuthMethods) && maps.Equal(p.Config, q.Config)
}

func sameText(a, b *string) bool { return a == b || a != nil && b != nil && *a == *b }

// typeOf is that of an integration's credentials; empty: it has none.
func typeOf(i *Integration) string {
	if i.Credentials == nil {
		return ""
	}
	return i.Credentials.Type
}

package export

import (
	"fmt"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/scenarios"
)

// maxNotes is how many notes are written. Those about all connections come before those about one.
const maxNotes = 100

// noteIn returns a function that adds a note if it is true. The first argument of each format is the subject, if any.
func noteIn(notes *[]string, subject ...any) func(isTrue bool, format string, args ...any) {
	return func(isTrue bool, format string, args ...any) {
		if isTrue {
			*notes = append(*notes, fmt.Sprintf(format, append(slices.Clip(subject), args...)...))
		}
	}
}

// notes returns what is otherwise in the state that the export was loaded to.
func (e *exporter) notes(loaded *state.State) []string {
	ofAll := slices.Concat(e.left, e.notesOfTime(), e.notesOfFaults(loaded), e.notesOfAll(), e.notesOfIntegrations(),
		e.notesOfEndpoints(loaded))
	slices.Sort(ofAll)
	notes := append(ofAll, slices.Sorted(slices.Values(e.notesOfConnections(loaded)))...)
	if len(notes) > maxNotes {
		notes = append(notes[:maxNotes], fmt.Sprintf("And %d more.", len(notes)-maxNotes))
	}
	return slices.Insert(notes, 0,
		"It holds no secrets that calls set. Those of your own file are still in it.",
		"It holds no events, requests and creation dates. They start fresh.")
}

// notesOfTime returns what is otherwise because of the clock.
func (e *exporter) notesOfTime() (notes []string) {
	add := noteIn(&notes)
	ahead := e.Clock.Offset.Round(time.Second)
	add(e.Clock.Frozen, "Left out: that the clock is stopped at %s.", pipes.Timestamp(e.now))
	add(!e.Clock.Frozen && ahead > 0, "Left out: that the clock is %s ahead of real time.",
		scenarios.FormatDuration(ahead))
	add(!e.Clock.Frozen && ahead < 0, "Left out: that the clock is %s behind real time.",
		scenarios.FormatDuration(-ahead))
	add(e.later || e.now.Before(e.Began),
		"Different: since when things are in force that started later than the clock now shows, "+
			"because it was set back.")
	add(e.Rewinds.Reached(0, e.now).After(e.now), "Different: the states of connections that no call "+
		"requested, because the clock was set back.")
	add(e.capped,
		"Different: since when things are in force, or until when, "+
			"where that is more than a hundred years away.")
	return notes
}

// notesOfFaults returns which faults begin anew.
func (e *exporter) notesOfFaults(loaded *state.State) (notes []string) {
	add := noteIn(&notes)
	there := loaded.Faults.All()
	for i, one := range e.Faults.All() {
		anew := e.isUnderWay(one) || hasChances(one) && (i >= len(there) || there[i].ID != one.ID)
		add(anew, "Different: the fault %s (%s) starts again, with its limit and its probability.",
			one.ID, one.Way())
	}
	return notes
}

// notesOfAll returns what is otherwise for consents, tokens and the connections of deleted integrations.
func (e *exporter) notesOfAll() (notes []string) {
	add := noteIn(&notes)
	waiting := 0
	for _, one := range e.Consents.All() {
		if (one.Decided == "" || one.Code != "" && !one.Finished) && !one.HasExpired(e.now) {
			waiting++
		}
	}
	add(waiting > 0, "Left out: consent pages that wait for the user, "+
		"or for the application to finish the connection (%d).", waiting)
	renewed := false
	for r := range e.Connections.After(0) {
		renewed = renewed || r.TokenGeneration > 0
	}
	add(renewed, "Different: the next tokens of connections whose tokens were replaced: their count starts again.")
	for at := range e.Catalog.Removed {
		again := e.Catalog.Find(at.Slug, at.Ownership)
		add(again == nil && !e.Set.Strict, "Left out: that the data integration %s of ownership %s was deleted. "+
			"Without strict, every provider exists.", at.Slug, at.Ownership)
		add(again != nil && at.Ownership == scenarios.OwnerUser && e.impliedBeside(again) != nil,
			"Different: connections that organizations own with %s: "+
				"the deletion of the data integration of users empties them, too.", at.Slug)
	}
	for who := range e.Catalog.ScopeChanges {
		add(true, "Different: connections that no call requested have the scopes "+
			"that %s requests only since a call.", who.Slug)
	}
	return notes
}

// notesOfEndpoints returns which webhook endpoints are missing or have other IDs.
func (e *exporter) notesOfEndpoints(loaded *state.State) (notes []string) {
	here, there := e.Endpoints, loaded.Endpoints
	if len(here) > len(there) {
		notes = append(notes,
			"Left out: webhook endpoints that are disabled, or subscribe to no event that happens here.")
	}
	for i, one := range there {
		if i >= len(here) || here[i].ID != one.ID || here[i].Secret != one.Secret {
			return append(notes, "Different: the ids and secrets of webhook endpoints, whose count starts again.")
		}
	}
	return notes
}

// isUnderWay reports whether a fault that began anew would break other calls.
func (e *exporter) isUnderWay(one fault.Active) bool {
	if one.HasCountedCalls(e.now) {
		return true
	}
	return one.Tries > 0 && hasChances(one)
}

// hasChances reports whether what a fault does is drawn by lot.
func hasChances(one fault.Active) bool {
	return one.Probability > 0 && one.Probability < 1 || one.Delay.Max > 0
}

// notesOfConnections returns what is otherwise for single connections.
func (e *exporter) notesOfConnections(loaded *state.State) (notes []string) {
	for r := range e.Connections.After(0) {
		layers := layersOf(&e.State, r, e.now)
		v, name := layers[0], state.Place{Provider: r.Provider, User: r.User, Organization: r.Organization}.String()
		add := noteIn(&notes, name)
		differs := loaded.CheckProvider(r.Provider) == nil && e.countDiffering(loaded, r, layers) > 0
		far := slices.IndexFunc(layers, func(l layer) bool {
			return l.State == scenarios.Connected && l.ExpiresAt.Sub(e.now) > clock.Furthest
		})
		if far >= 0 {
			add(true, "Different: the token of %s never expires: it does so at %s here, "+
				"which is too far away for a file.", pipes.Timestamp(layers[far].ExpiresAt))
		}
		add(differs && far < 0, "Different: the state of %s (%s).", v.Decision.Because())
		add(e.servesSecret(r, layers), "Left out: the secret that was given for %s. Another one is served.")
		add(r.Incarnation > 0, "Different: the id of %s, which was deleted before.")
		if a := r.Stored; a != nil {
			add(a.ClientID != "",
				"Left out: the client_id and client_secret that were given for %s. Others are served.")
			add(len(a.Config) > 0, "Left out: the config of %s.")
			add(a.Identifier != "" || a.DisplayName != "",
				"Left out: the account_identifier and account_display_name of %s.")
			add(a.EstablishedBy != "", "Left out: the established_by_user_id of %s.")
		}
		if run := v.Decision.Run; run != nil {
			active := run.ActiveFault()
			add(active != nil && e.isUnderWay(*active),
				"Different: the fault in the step of %s starts again, with its limit and its probability.")
		}
		others := len(e.Connections.Others(r.Key))
		add(others > 0, "Left out: %[2]d more connected accounts of %[1]s.", others)
	}
	return notes
}

// servesSecret reports whether a call gave a connection the secret that it serves, now or when a TTL ends.
func (e *exporter) servesSecret(r *state.Connection, layers []layer) bool {
	if r.Stored != nil && r.Stored.Secret != "" && !e.tokens[r.Stored.Secret] {
		return true
	}
	return slices.ContainsFunc(layers, func(l layer) bool {
		return l.Decision.By != state.BySwitch && e.isSecret(l.View, r)
	})
}

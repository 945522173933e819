package model

import (
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/listing"
	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/scenarios"
)

// Overview is an environment as it is at one time.
type Overview struct {
	Now, Began   time.Time
	Set          *scenarios.Set
	Switches     []Switch       // in force, the oldest first
	Integrations []*Integration // the file's, then those that calls made
	Endpoints    []*Endpoint
	Connections  []View // the file's, then those that were seen, each in their order

	// Where the connections, switches and integrations go on; zero: these are the last.
	Next, NextSwitch, NextIntegration uint64
}

// maxPerPage is how many switches and integrations an Overview has.
const maxPerPage = 1000

// From says where the lists of an Overview begin: after these numbers, which are those of the overview before.
type From struct{ Connection, Switch, Integration uint64 }

// Overview returns a copy of everything at one time, with up to limit of the connections (zero: all), and up to
// maxPerPage of the switches and integrations. Calls wait for the copy only, not until it is rendered.
func (e *Environment) Overview(begin From, limit int) Overview {
	overview, snapshots := e.copyOverview(begin, limit)
	overview.Connections = render(snapshots)
	return overview
}

func render(snapshots []state.Unrendered) []View {
	connections := make([]View, len(snapshots))
	for i := range snapshots {
		connections[i] = snapshots[i].Render()
	}
	return connections
}

func (e *Environment) copyOverview(begin From, limit int) (Overview, []state.Unrendered) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.state.OpenCatalog()
	o := Overview{Now: e.advance(), Began: e.state.Began, Set: e.state.Set, Endpoints: slices.Clone(e.state.Endpoints)}
	var more bool
	if o.Switches, more = e.state.Switches.After(begin.Switch, maxPerPage); more {
		o.NextSwitch = o.Switches[maxPerPage-1].Number
	}
	integrations := e.state.Catalog.Integrations
	first := listing.Index(integrations, begin.Integration+1)
	all := func(*Integration) bool { return true }
	if o.Integrations, more = listing.Walk(integrations, first, true, maxPerPage, all); more {
		o.NextIntegration = o.Integrations[maxPerPage-1].Order
	}
	var snapshots []state.Unrendered
	snapshots, o.Next = e.snapshotPage(begin.Connection, limit, o.Now)
	return o, snapshots
}

// snapshotPage returns snapshots of up to limit connections (zero: all), and where the next page begins: zero if these
// are the last. The connections of the file come first, then those that were seen.
func (e *Environment) snapshotPage(begin uint64, limit int, now time.Time) (page []state.Unrendered, next uint64) {
	set := e.state.Set
	inFile := uint64(set.ConnectionCount())
	if limit == 0 {
		limit = int(inFile) + e.state.Connections.Len()
	}
	next = begin
	for one := range set.ConnectionsAfter(int(min(begin, inFile))) {
		if limit--; limit < 0 {
			return page, next
		}
		page = append(page, e.state.UnrenderedAt(one.Key, now)...)
		next++
	}
	for r := range e.state.Connections.After(next - inFile) {
		if r.Entry != nil {
			continue // it is among the file's
		}
		if limit--; limit < 0 {
			return page, inFile + r.Sequence - 1
		}
		page = append(page, e.state.UnrenderedAt(r.Key, now)...)
	}
	return page, 0
}

// Inspect returns a connection as it is, and leaves no trace: nothing is remembered or refreshed.
func (e *Environment) Inspect(key scenarios.Key) View {
	return e.InspectAll([]scenarios.Key{key})[0]
}

// InspectAll is Inspect for several connections, all at one time.
func (e *Environment) InspectAll(keys []scenarios.Key) []View {
	e.mu.Lock()
	now := e.advance()
	snapshots := make([]state.Unrendered, len(keys))
	for i, key := range keys {
		snapshots[i] = e.state.UnrenderedAt(key, now)[0]
	}
	e.mu.Unlock() // no call waits while they are rendered
	return render(snapshots)
}

// SimilarProvider returns the provider that is probably meant by a slug that nobody declared, or "".
func (e *Environment) SimilarProvider(slug string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.state.SimilarProvider(slug)
}

// Explain returns the decision on a connection. It reports false if the key does not name a connection that can exist.
func (e *Environment) Explain(key scenarios.Key) (d Decision, known bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if key.Provider == "" || key.User+key.Organization == "" || e.state.CheckQuery(Query{Key: key}) != nil {
		return d, false
	}
	return e.state.UnrenderedAt(key, e.advance())[0].Render().Decision, true
}

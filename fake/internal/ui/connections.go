package ui

import (
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/internal/names"
	"example.com/pipesfake/scenarios"
)

// The limits of the table.
const (
	maxProviders = 12
	maxCells     = 200
)

// connectionsData is what the view of connections shows: a table with a row for each owner and a column for each
// provider, and the switches in force.
type connectionsData struct {
	Brush         string // the scenario that a press on a cell switches to
	Scenarios     []choice
	Names         string // the names of all scenarios
	TTL           string
	Search        string
	Stranger      string // the place of a user who was searched for and is not known; empty if there is none
	Providers     []column
	Rows          []row
	Rest          listPart   // of the rows
	Across        listPart   // of the providers
	Organizations bool       // a row has an organization
	Next          int64      // milliseconds until time changes a row; zero means never
	Switches      []switched // the newest first, without those that newer ones cover
	Covered       []switched // switches that newer ones cover
	OlderSwitches int        // how many switches are not shown
	Open          *panel
}

// column is a provider, and the place that its head switches.
type column struct{ Slug, Place string }

// row is an owner with a cell for each provider.
type row struct {
	Name, Place      string // a press on the name switches the place
	Of, Organization string // the organization, and the place of everybody in it; empty if it has none
	Cells            template.HTML
}

func connections(r Request) (any, error) {
	pickScenario(r.Query)
	t := connectionsData{
		Search: strings.TrimSpace(r.Query.Get("search")), TTL: r.Query.Get("ttl"), Brush: r.Query.Get("brush"),
	}
	t.listScenarios(r.Environment.Scenarios().Scenarios())
	offset, _ := strconv.Atoi(r.Query.Get("from"))
	_, _, providers := r.Environment.Owners("", 0, 0)
	rows := rowsFor(len(providers))
	owners, total, _ := r.Environment.Owners(t.Search, offset, rows)
	t.Rest = listPartOf(max(0, offset), len(owners), total, rows)
	if offset <= 0 {
		named := r.namedOwners(t.Search)
		owners, total, t.Rest.Total = append(named, owners...), total+len(named), t.Rest.Total+len(named)
	}
	var shown []string
	shown, t.Across = columnsFrom(r.Query.Get("across"), providers)
	for _, slug := range shown {
		slug = r.Hide(slug)
		t.Providers = append(t.Providers, column{slug, url.Values{"provider": {slug}}.Encode()})
	}
	if t.Search != "" && total == 0 && names.CheckID(t.Search) == "" {
		t.Stranger = url.Values{"user_id": {t.Search}}.Encode()
	}
	t.fill(r, owners, shown)
	var all []switched
	all, t.OlderSwitches = r.switches(maxShownSwitches)
	for _, one := range all {
		if one.By == "" {
			t.Switches = append(t.Switches, one)
		} else {
			t.Covered = append(t.Covered, one)
		}
	}
	if key, is := keyOf(r.Query.Get("open")); is {
		t.Open = panelOf(r, key)
	}
	return t, nil
}

// pickScenario handles Enter on a scenario, which sends the form of the table without a press on a cell: the scenario
// is picked and nothing is switched.
func pickScenario(query url.Values) {
	if !query.Has("board") {
		return
	}
	query.Set("brush", query.Get("scenario"))
	for _, name := range []string{"board", "scenario", "back", "place"} {
		query.Del(name)
	}
}

// listScenarios lists the scenarios to pick, the first nine with a key of the keyboard. Brush becomes
// needs_reauthorization unless it is one of them.
func (t *connectionsData) listScenarios(all []*scenarios.Scenario) {
	isKnown := false
	for i, one := range all {
		key := ""
		if i < 9 {
			key = strconv.Itoa(i + 1)
		}
		t.Scenarios = append(t.Scenarios, choice{one.Name, key, one.Description})
		t.Names += one.Name + " "
		isKnown = isKnown || one.Name == t.Brush
	}
	if !isKnown {
		t.Brush = scenarios.NeedsReauthorization
	}
}

// rowsFor returns how many rows one page of the table has: fewer when there are many columns.
func rowsFor(providers int) int {
	return min(rowsOfPage, maxCells/max(1, min(providers, maxProviders)))
}

// columnsFrom returns the providers that are shown from an offset on, which the query gives. A table without providers
// shows two examples.
func columnsFrom(across string, providers []string) (shown []string, part listPart) {
	if len(providers) == 0 {
		providers = []string{"github", "slack"}
	}
	first, _ := strconv.Atoi(across)
	first = min(max(0, first), len(providers)-1)
	shown = providers[first:min(first+maxProviders, len(providers))]
	return shown, listPartOf(first, len(shown), len(providers), maxProviders)
}

// fill fills in the rows, all as of one instant.
func (t *connectionsData) fill(r Request, owners []scenarios.Key, providers []string) {
	var keys []scenarios.Key
	for _, owner := range owners {
		for _, slug := range providers {
			owner.Provider = slug
			keys = append(keys, owner)
		}
	}
	now, frozen := r.Environment.Time()
	all := r.Environment.InspectAll(keys)
	opens := sameAddress("", r.Environment.Name(), r.Query, "open", "") + "&open="
	for i, owner := range owners {
		one := rowOf(r.shown(owner))
		t.Organizations = t.Organizations || owner.Organization != ""
		var cells strings.Builder
		for j, c := range all[i*len(providers) : (i+1)*len(providers)] {
			r.cellOf(c).write(&cells, fmt.Sprintf("%d-%d", i, j), opens, r.Query.Get("open"))
		}
		one.Cells = template.HTML(cells.String())
		t.Rows = append(t.Rows, one)
	}
	if next := nextChange(all, now); !next.IsZero() && !frozen {
		t.Next = next.Sub(now).Milliseconds()
	}
}

// nextChange returns when time next changes one of some connections: a token expires or a step ends. It returns the
// zero time if none changes.
func nextChange(connections []model.View, now time.Time) (next time.Time) {
	consider := func(at time.Time) {
		if at.After(now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	for _, c := range connections {
		consider(c.ExpiresAt)
		for _, step := range c.Decision.Steps {
			consider(step.Until)
		}
	}
	return next
}

func rowOf(owner scenarios.Key) row {
	one := row{Name: owner.User, Place: url.Values{"user_id": {owner.User}}.Encode()}
	switch {
	case owner.User == "":
		one.Name, one.Place = "owned by "+owner.Organization, place(owner)
	case owner.Organization != "":
		one.Of, one.Organization = owner.Organization, url.Values{"organization_id": {owner.Organization}}.Encode()
	}
	return one
}

// switched is a switch in force.
type switched struct {
	Number        uint64
	Title, Covers string
	Where         string // its line in the file; empty means that a call made it
	Ends          *moment
	By            string // the number of a newer switch that covers it; empty means that it can still decide
}

// maxShownSwitches is how many switches the page shows.
const maxShownSwitches = 200

// switches returns up to limit switches in force, the newest first, and how many older ones there are.
func (r Request) switches(limit int) (list []switched, older int) {
	newestFirst, total := r.Environment.Switches(limit)
	newest := map[scenarios.Place]uint64{} // the oldest of the newer ones of each place decides nothing here
	for _, one := range newestFirst {
		shown := switched{
			Number: one.Number, Title: one.Scenario.Title(), Covers: r.Hide(one.Place.String()),
			Where: one.Where(), Ends: r.moment(one.EndsAt()),
		}
		for _, wider := range around(one.Place) {
			if n := newest[wider]; n > 0 {
				shown.By = strconv.FormatUint(n, 10)
			}
		}
		if newest[one.Place] == 0 {
			newest[one.Place] = one.Number
		}
		list = append(list, shown)
	}
	return list, total - len(list)
}

// around returns a place and all places that contain it.
func around(p scenarios.Place) (list []scenarios.Place) {
	for without := range 1 << 4 { // a bit for each part that the wider place leaves out
		wider := p
		if without&1 != 0 {
			wider.Provider = ""
		}
		if without&2 != 0 {
			wider.User = ""
		}
		if without&4 != 0 {
			wider.Organization, wider.NoOrganization = "", false
		}
		if without&8 != 0 {
			wider.Shared = false
		}
		if !slices.Contains(list, wider) {
			list = append(list, wider)
		}
	}
	return list
}

package ui

import (
	"cmp"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// Bounds of what one page shows.
const (
	rowsOfPage    = 50
	mostProviders = 12
	mostCells     = 200
)

// table is the connections: owners down, providers across.
type table struct {
	Brush         string // the scenario that a press switches to
	Scenarios     []choice
	Names         string // of the scenarios, together
	TTL           string
	Search        string
	Stranger      string // the place of somebody who was searched for and is not known; empty: nobody
	Providers     []head
	Rows          []row
	Rest          rest       // of the rows
	Across        rest       // of the providers
	Organizations bool       // whether some row has one
	Next          int64      // milliseconds until time changes a row; zero: it does not
	Switches      []switched // that decide something, the newest first
	Covered       []switched // that newer ones cover
	OlderSwitches int        // that are not shown
	Open          *panel
}

// rest is which part of a list is shown, from one, and where those before and after begin; empty: there are none.
type rest struct {
	From, To, Total int
	Before, After   string
}

func restOf(offset, shown, total, page int) (r rest) {
	r.Total, r.From, r.To = total, min(offset+1, total), offset+shown
	if offset > 0 {
		r.Before = strconv.Itoa(max(0, offset-page))
	}
	if r.To < total {
		r.After = strconv.Itoa(r.To)
	}
	return r
}

type choice struct{ Name, Key, About string }

type head struct{ Slug, Place string }

type row struct {
	Name, Place      string // what a press of its name switches
	Of, Organization string // the organization, and the place of all in it; empty: it has none
	Cells            template.HTML
}

type cell struct {
	Place, Word, Symbol, Class, Label string
	Note                              string  // where it is in a script
	Ends                              *moment // of the ttl of the switch that decides
}

// place is a connection as a query.
func place(key scenarios.Key) string {
	query := url.Values{}
	for name, value := range map[string]string{"provider": key.Provider, "user_id": key.User, "organization_id": key.Organization} {
		if value != "" {
			query.Set(name, value)
		}
	}
	switch {
	case key.User != "" && key.Organization == "":
		query.Set("organization_id", "") // those without one
	case key.User == "" && key.Organization != "":
		query.Set("connection_owner", scenarios.OwnerOrganization)
	}
	return query.Encode()
}

// keyOf reads what place wrote.
func keyOf(place string) (key scenarios.Key, isOne bool) {
	query, err := url.ParseQuery(place)
	key = scenarios.Key{Provider: query.Get("provider"), User: query.Get("user_id"), Organization: query.Get("organization_id")}
	return key, err == nil && key.Provider != "" && query.Has("organization_id") && (key.User != "" || query.Get("connection_owner") != "")
}

func isOne(place string) bool { _, is := keyOf(place); return is }

func connections(r Request) (any, error) {
	if r.Query.Has("board") { // Enter was pressed on a state: it is picked, and nothing switched
		r.Query.Set("brush", r.Query.Get("scenario"))
		for _, name := range []string{"board", "scenario", "back", "place"} {
			r.Query.Del(name)
		}
	}
	t := table{Search: strings.TrimSpace(r.Query.Get("search")), TTL: r.Query.Get("ttl"), Brush: r.Query.Get("brush")}
	for i, one := range r.Environment.Scenarios().Scenarios() {
		key := ""
		if i < 9 {
			key = strconv.Itoa(i + 1)
		}
		t.Scenarios = append(t.Scenarios, choice{one.Name, key, one.Description})
		t.Names += one.Name + " "
	}
	if !slices.ContainsFunc(t.Scenarios, func(c choice) bool { return c.Name == t.Brush }) {
		t.Brush = scenarios.NeedsReauthorization
	}
	offset, _ := strconv.Atoi(r.Query.Get("from"))
	_, _, providers := r.Environment.Owners("", 0, 0)
	rows := min(rowsOfPage, mostCells/max(1, min(len(providers), mostProviders)))
	owners, total, _ := r.Environment.Owners(t.Search, offset, rows)
	t.Rest = restOf(max(0, offset), len(owners), total, rows)
	if len(providers) == 0 {
		providers = []string{"github", "slack"}
	}
	first, _ := strconv.Atoi(r.Query.Get("across"))
	first = min(max(0, first), len(providers)-1)
	shown := providers[first:min(first+mostProviders, len(providers))]
	t.Across = restOf(first, len(shown), len(providers), mostProviders)
	for _, slug := range shown {
		slug = r.Hide(slug)
		t.Providers = append(t.Providers, head{slug, url.Values{"provider": {slug}}.Encode()})
	}
	if t.Search != "" && total == 0 && scenarios.CheckID(t.Search) == "" {
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

// fill makes the rows, all as of one instant.
func (t *table) fill(r Request, owners []scenarios.Key, providers []string) {
	var keys []scenarios.Key
	for _, owner := range owners {
		for _, slug := range providers {
			owner.Provider = slug
			keys = append(keys, owner)
		}
	}
	now, frozen := r.Environment.Time()
	var next time.Time
	sooner := func(at time.Time) {
		if at.After(now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	looked := r.Environment.InspectAll(keys)
	opens := frame{Query: r.Query, Environment: r.Environment.Name()}.Again("open", "") + "&open="
	for i, owner := range owners {
		one := rowOf(r.shown(owner))
		t.Organizations = t.Organizations || owner.Organization != ""
		var cells strings.Builder
		for j, c := range looked[i*len(providers) : (i+1)*len(providers)] {
			r.cellOf(c).write(&cells, fmt.Sprintf("%d-%d", i, j), opens, r.Query.Get("open"))
			sooner(c.ExpiresAt)
			for _, step := range c.Decision.Steps {
				sooner(step.Until)
			}
		}
		one.Cells = template.HTML(cells.String())
		t.Rows = append(t.Rows, one)
	}
	if !next.IsZero() && !frozen {
		t.Next = next.Sub(now).Milliseconds()
	}
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

// shown is a connection as it may be shown: a secret that stands in the place of an id is left out.
func (r Request) shown(key scenarios.Key) scenarios.Key {
	return scenarios.Key{Provider: r.Hide(key.Provider), User: r.Hide(key.User), Organization: r.Hide(key.Organization)}
}

// whose names the owner of a connection.
func whose(key scenarios.Key) string {
	switch {
	case key.User == "" && key.Organization != "":
		return "owned by " + key.Organization
	case key.Organization != "":
		return key.User + " in " + key.Organization
	}
	return key.User
}

func (r Request) cellOf(c model.Connection) cell {
	c.Key = r.shown(c.Key)
	one := cell{Place: place(c.Key), Word: strings.ReplaceAll(c.State, "_", " "), Class: c.State, Symbol: "●"}
	switch {
	case c.State == scenarios.NotInstalled:
		one.Symbol = "○"
	case c.State == scenarios.NeedsReauthorization:
		one.Symbol = "↻"
	case c.Stale:
		one.Word, one.Class, one.Symbol = "expired", "expired", "▲"
	}
	if len(c.MissingScopes) > 0 && !c.Stale {
		one.Word, one.Class = "missing scopes", "missing"
		if c.State == scenarios.Connected {
			one.Symbol = "◐"
		}
	}
	if steps := c.Decision.Steps; len(steps) > 0 {
		last := steps[len(steps)-1]
		one.Note = cmp.Or(last.Script.Name, "script") + " " + strconv.Itoa(last.Number) + "/" + strconv.Itoa(last.Of)
		if last.Number == 0 {
			one.Note = cmp.Or(last.Script.Name, "script") + ", over"
		} else if last.Fault != nil {
			one.Note += ", answers " + wayOf(*last.Fault)
		}
	}
	if by := c.Decision.Switch; by != nil {
		one.Ends = r.moment(by.EndsAt())
	}
	one.Label = whose(c.Key) + ", " + c.Provider + ": " + one.Word
	return one
}

// write writes the cell as HTML. A table has hundreds, for which a template takes too long.
func (c cell) write(to *strings.Builder, id, opens, open string) {
	text, class := template.HTMLEscapeString, c.Class
	if c.Place == open {
		class += " open"
	}
	label := text(c.Label)
	to.WriteString(`<td><span class="pair ` + class + `"><button name="place" value="` + text(c.Place) + `" id="cell-` + id + `" class="cell"><span class="sr">` + label +
		` </span><span aria-hidden="true">` + c.Symbol + " " + c.Word + `</span>`)
	if c.Note != "" {
		to.WriteString(` <small>` + text(c.Note) + `</small>`)
	}
	if c.Ends != nil {
		to.WriteString(` <small>ends ` + string(c.Ends.HTML()) + `</small>`)
	}
	to.WriteString(`</button><a class="why" id="why-` + id + `" href="` + text(opens+url.QueryEscape(c.Place)) + `">why<span class="sr"> ` + label + `</span></a></span></td>`)
}

// switched is a switch in force.
type switched struct {
	Number        uint64
	Title, Covers string
	Where         string // in the file; empty: a call made it
	Ends          *moment
	By            string // the newer one that covers it; empty: none does, and it decides
}

// maxShownSwitches is how many switches the page shows.
const maxShownSwitches = 200

// switches returns up to limit switches in force, the newest first, and how many older ones there are.
func (r Request) switches(limit int) (list []switched, older int) {
	newestFirst, total := r.Environment.Switches(limit)
	newest := map[scenarios.Place]uint64{} // the oldest of the newer ones of each place decides nothing here
	for _, one := range newestFirst {
		shown := switched{Number: one.Number, Title: one.Scenario.Title(), Covers: r.Hide(one.Place.String()), Where: one.Where(), Ends: r.moment(one.EndsAt())}
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

// around are a place and those that it lies in.
func around(p scenarios.Place) (list []scenarios.Place) {
	for without := range 1 << 4 {
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

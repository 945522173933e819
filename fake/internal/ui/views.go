package ui

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/webhook"
	"example.com/pipesfake/scenarios"
)

// Bounds of what one page shows.
const (
	rowsOfPage    = 50
	mostProviders = 12
	mostListed    = 100
)

// table is the connections: owners down, providers across.
type table struct {
	Brush     string // the scenario that a click switches to
	Scenarios []choice
	TTL       string
	Search    string
	Providers []head
	Rows      []row
	Total     int
	From, To  int // of the rows, from one
	Before    string
	After     string
	Switches  []switched
	Hidden    int // providers that there is no room for
}

type choice struct{ Name, Key, About string }

type head struct{ Slug, Place string }

type row struct {
	User, Organization, Place string
	OfOrganization            string // the place of all in it; empty: there is none
	Shared                    bool
	Cells                     []cell
}

type cell struct{ Place, Word, Symbol, Class, Because, Label string }

type switched struct {
	Covers, Title string
	EndsAt        string // in real time, where time runs
	Left          string // where it stands still
}

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

func connections(r Request) (any, error) {
	offset, _ := strconv.Atoi(r.Query.Get("from"))
	offset = max(0, offset)
	t := table{Search: r.Query.Get("search"), TTL: r.Query.Get("ttl"), Brush: r.Query.Get("brush")}
	set := r.Environment.Scenarios()
	for i, one := range set.Scenarios() {
		key := ""
		if i < 9 {
			key = strconv.Itoa(i + 1)
		}
		t.Scenarios = append(t.Scenarios, choice{one.Name, key, one.Description})
	}
	if !slices.ContainsFunc(t.Scenarios, func(c choice) bool { return c.Name == t.Brush }) {
		t.Brush = "needs_reauthorization"
	}
	owners, total, providers := r.Environment.Owners(t.Search, offset, rowsOfPage)
	if len(providers) == 0 {
		providers = []string{"github", "slack"}
	}
	t.Hidden = max(0, len(providers)-mostProviders)
	providers = providers[:len(providers)-t.Hidden]
	for _, slug := range providers {
		t.Providers = append(t.Providers, head{slug, url.Values{"provider": {slug}}.Encode()})
	}
	for _, owner := range owners {
		one := row{User: owner.User, Organization: owner.Organization, Shared: owner.User == "", Place: place(owner)}
		if owner.Organization != "" {
			one.OfOrganization = url.Values{"organization_id": {owner.Organization}}.Encode()
		}
		for _, slug := range providers {
			owner.Provider = slug
			one.Cells = append(one.Cells, cellOf(r.Environment.Look(owner)))
		}
		t.Rows = append(t.Rows, one)
	}
	if t.Total, t.From, t.To = total, min(offset+1, total), offset+len(owners); offset > 0 {
		t.Before = strconv.Itoa(max(0, offset-rowsOfPage))
	}
	if t.To < total {
		t.After = strconv.Itoa(t.To)
	}
	whole := r.Environment.Whole(0, 1)
	_, frozen := r.Environment.Time()
	for _, one := range slices.Backward(whole.Switches) {
		shown := switched{Covers: one.Place.String(), Title: one.Scenario.Title()}
		if ends := one.EndsAt(); !ends.IsZero() {
			left := ends.Sub(whole.Now)
			if shown.EndsAt = pipes.Timestamp(clock.Wire().Add(left)); frozen {
				shown.EndsAt, shown.Left = "", left.String()
			}
		}
		if t.Switches = append(t.Switches, shown); len(t.Switches) == 10 {
			break
		}
	}
	return t, nil
}

func cellOf(c environment.Connection) cell {
	one := cell{Place: place(c.Key), Word: strings.ReplaceAll(c.State, "_", " "), Class: c.State, Symbol: "●", Because: c.Decision.Because()}
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
	who := c.User
	if who == "" {
		who = "everybody in " + c.Organization
	} else if c.Organization != "" {
		who += " in " + c.Organization
	}
	one.Label = who + ", " + c.Provider + ": " + one.Word
	return one
}

// journal is the requests of one page.
type journal struct {
	Filter    url.Values
	Requests  []control.Request
	Next      string
	Operation []string
}

func requests(r Request) (any, error) {
	j := journal{Filter: r.Query, Operation: scenarios.Operations()}
	call := r.Call
	call.Query = url.Values{"limit": {strconv.Itoa(rowsOfPage)}}
	for _, name := range []string{"operation", "provider", "user_id", "status", "next"} {
		if value := r.Query.Get(name); value != "" {
			call.Query.Set(name, value)
		}
	}
	list, next, err := control.ListRequests(call)
	j.Requests, j.Next = list, next
	return j, err
}

// detail is one request, opened.
type detail struct {
	control.RequestInFull
	Curl      string
	FaultCall string
	FaultYAML string
}

func request(r Request, id string) (any, error) {
	call := r.Call
	call.Vars, call.Query = map[string]string{"id": id}, url.Values{}
	found, err := control.GetRequest(call)
	if err != nil {
		return detail{}, err
	}
	d := detail{RequestInFull: found.(control.RequestInFull)}
	d.Curl = "curl -X " + d.Method + " '" + r.Base + d.Path + "' -H 'Authorization: Bearer " + keyOf(r.Environment.Name()) + "'"
	if d.Body != "" {
		d.Curl += " -d '" + strings.ReplaceAll(d.Body, "'", `'\''`) + "'"
	}
	form := url.Values{"way": {"status=503"}}
	yaml := "{status: 503"
	for _, part := range []struct {
		name  string
		value *string
	}{{"operation", d.Operation}, {"provider", d.Provider}, {"user_id", d.UserID}} {
		if part.value != nil {
			form.Set(part.name, *part.value)
			yaml += ", " + part.name + ": " + strconv.Quote(*part.value)
		}
	}
	d.FaultYAML = "faults:\n  - " + yaml + "}"
	d.FaultCall = curlOf(r, form)
	return d, nil
}

func keyOf(environment string) string {
	if environment == "default" {
		return "sk_test"
	}
	return "sk_env_" + environment
}

func curlOf(r Request, form url.Values) string {
	body, _ := json.Marshal(faultBody(form))
	return curl(r, "POST", "/_control/faults", body)
}

// hands is the clock.
type hands struct {
	Now, Real, Next string
	Frozen          bool
	Moved           bool // it is not real time
}

func clockView(r Request) (any, error) {
	now, frozen := r.Environment.Time()
	real := clock.Wire()
	h := hands{Now: pipes.Timestamp(now), Real: pipes.Timestamp(real), Frozen: frozen}
	away := now.Sub(real)
	h.Moved = frozen || away > time.Second || away < -time.Second
	if next, _ := r.Environment.NextChange(); !next.IsZero() {
		h.Next = pipes.Timestamp(next)
	}
	return h, nil
}

// broken is the faults.
type broken struct {
	Laid       []control.LaidFault
	Operations []string
	Ways       []way
}

type way struct{ Value, Word string }

func faults(r Request) (any, error) {
	all, set := r.Environment.Faults()
	b := broken{Operations: scenarios.Operations(), Ways: []way{
		{"status=503", "503 Service Unavailable"}, {"status=500", "500 Internal Server Error"}, {"status=401", "401 Unauthorized"}, {"retry=1", "429, Retry-After: 1"},
		{"delay=2s", "a delay of 2 s"}, {"hang", "no answer"}, {"reset", "connection reset"}, {"empty", "closed without a byte"}, {"truncate", "closed in the middle"},
		{"malformed", "a body that is not JSON"}, {"off_contract=missing_field", "a missing field"}, {"off_contract=unknown_enum", "an unknown word"},
		{"duplicate", "a webhook twice"}, {"late", "a webhook late"}, {"bad_signature", "a webhook badly signed"},
	}}
	for _, one := range all {
		b.Laid = append(b.Laid, control.ViewFault(set, one))
	}
	return b, nil
}

// told is the events and where they went.
type told struct {
	Events     []happened
	Deliveries []control.Delivery
	Count      int
}

type happened struct {
	ID, Name, At, Provider, User, Organization, State, Payload string
}

func events(r Request) (any, error) {
	_, count := r.Environment.Counts()
	t := told{Count: int(count)}
	for _, one := range slices.Backward(r.Environment.LastEvents(mostListed)) {
		payload, err := r.Payload(one)
		if err != nil {
			return t, err
		}
		t.Events = append(t.Events, happened{
			one.EventID(), strings.TrimPrefix(one.Name, "pipes.connected_account."), pipes.Timestamp(one.At), one.Provider, one.User, one.Organization, one.State, string(payload),
		})
	}
	deliveries, _ := r.Courier.List(mostListed, func(*webhook.Delivery) bool { return true })
	for _, one := range deliveries {
		t.Deliveries = append(t.Deliveries, control.ViewDelivery(one))
	}
	return t, nil
}

// source is the scenario file, a line at a time.
type source struct {
	Name    string
	Lines   []line
	Refused string
}

type line struct {
	Number  int
	Text    string
	InForce bool
}

// mostLines is how much of a file is shown.
const mostLines = 2000

func file(r Request) (any, error) {
	set := r.Environment.Scenarios()
	s := source{Name: set.Name, Refused: r.Refused}
	inForce := map[int]bool{int(set.Start.Position.Line): true}
	whole := r.Environment.Whole(0, rowsOfPage)
	for _, c := range whole.Connections {
		if parts := strings.Split(c.Decision.Where(), ":"); len(parts) > 2 {
			n, _ := strconv.Atoi(parts[len(parts)-2])
			inForce[n] = true
		}
		inForce[int(c.Decision.Scenario.Position.Line)] = true
	}
	for _, one := range whole.Switches {
		inForce[int(one.Position.Line)], inForce[int(one.Scenario.Position.Line)] = true, true
	}
	laid, _ := r.Environment.Faults()
	for _, one := range laid {
		inForce[int(one.Position.Line)] = true
	}
	for i, text := range strings.SplitN(strings.TrimSuffix(string(set.Text()), "\n"), "\n", mostLines) {
		s.Lines = append(s.Lines, line{i + 1, text, inForce[i+1]})
	}
	return s, nil
}

// worlds are the environments, and the snapshots of this one.
type worlds struct {
	All       []control.Opened
	Snapshots []control.Kept
}

func environments(r Request) (any, error) {
	return worlds{r.Environments.List(), r.Snapshots.Kept()}, nil
}

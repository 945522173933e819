package ui

import (
	"maps"
	"net/url"
	"strconv"
	"strings"

	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// panel is one open connection: its state, the reason for it, its last requests, and what it can be switched to.
type panel struct {
	Cell          cell
	Scenario      string // what puts it into its state; empty for a call of the API, and for an inline scenario
	Whose         string
	Provider      string
	Because       string
	ID, Method    string
	Scopes, Lacks string
	Expires       *moment
	Expired       string // when the token expired, if it is served expired
	Steps         []string
	Requests      []requestRow
	Filter        url.Values // finds all its requests
	Places        []choice   // what a switch can be about, from this connection to everybody
	Scenarios     []choice
}

// maxPanelRequests is how many requests a panel shows.
const maxPanelRequests = 5

func panelOf(r Request, key scenarios.Key) *panel {
	c := r.Environment.Inspect(key)
	key = r.shown(key)
	p := &panel{
		Cell: r.cellOf(c), Scenario: c.Decision.Scenario.Name, Whose: ownerName(key), Provider: key.Provider,
		Because: r.Hide(c.Decision.Because()),
		ID:      c.ID(), Method: c.AuthMethod, Expires: r.moment(c.ExpiresAt),
		Scopes: strings.Join(c.Scopes, " "), Lacks: strings.Join(c.MissingScopes, " "),
		Filter: requestsOf(key), Places: placesAround(key),
	}
	if strings.ReplaceAll(p.Scenario, "_", " ") == p.Cell.Word { // it explains itself
		p.Scenario = ""
	}
	if c.Stale {
		p.Expires, p.Expired = nil, pipes.Timestamp(c.ExpiresAt)
	}
	for _, step := range c.Decision.Steps {
		p.Steps = append(p.Steps, stepText(step))
	}
	call := r.Call
	call.Query = maps.Clone(p.Filter)
	call.Query.Set("limit", strconv.Itoa(maxPanelRequests))
	if list, _, err := control.ListRequests(call); err == nil { // it cannot fail: keyOf accepted the key
		for _, one := range list {
			p.Requests = append(p.Requests, requestRowOf(one))
		}
	}
	for _, one := range r.Environment.Scenarios().Scenarios() {
		p.Scenarios = append(p.Scenarios, choice{Name: one.Name, About: one.Description})
	}
	return p
}

// requestsOf returns the filter that finds the requests about a connection.
func requestsOf(key scenarios.Key) url.Values {
	filter, _ := url.ParseQuery(place(key))
	if key.Organization == "" {
		filter.Set("organization_id", "none")
	}
	return filter
}

// stepText says in which step of a script a connection is, and how long the step lasts.
func stepText(step model.Step) string {
	text := "Step " + strconv.Itoa(step.Number) + " of " + strconv.Itoa(step.Of) + " of " + step.Script.Title()
	if step.Number == 0 {
		text = step.Script.Title() + " has ended and stays in its last state"
	}
	if step.Fault != nil {
		text += ": calls get " + faultName(*step.Fault)
	}
	if step.Times > 0 {
		text += ", call " + strconv.Itoa(step.Calls) + " of " + strconv.Itoa(step.Times)
	}
	if !step.Until.IsZero() {
		text += ", until " + pipes.Timestamp(step.Until)
	}
	return text
}

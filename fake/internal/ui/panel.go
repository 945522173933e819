package ui

import (
	"maps"
	"net/url"
	"strconv"
	"strings"

	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

// panel is one connection, opened: how it stands, why, what was asked of it, and what it can be switched to.
type panel struct {
	Cell          cell
	Whose         string
	Provider      string
	Because       string
	ID, Method    string
	Scopes, Lacks string
	Expires       *moment
	Expired       string // since when, of a token that is served as it is
	Steps         []string
	Requests      []asked
	Filter        url.Values // finds all of them
	Places        []choice   // what a press can be about, from the one connection to everybody
	Scenarios     []choice
}

// mostAsked is how many requests a panel shows.
const mostAsked = 5

func panelOf(r Request, key scenarios.Key) *panel {
	c := r.Environment.Inspect(key)
	key = r.shown(key)
	p := &panel{
		Cell: r.cellOf(c), Whose: whose(key), Provider: key.Provider, Because: r.Hide(c.Decision.Because()), ID: c.ID(), Method: c.AuthMethod,
		Scopes: strings.Join(c.Scopes, " "), Lacks: strings.Join(c.MissingScopes, " "), Expires: r.moment(c.ExpiresAt),
	}
	if c.Stale {
		p.Expires, p.Expired = nil, pipes.Timestamp(c.ExpiresAt)
	}
	for _, step := range c.Decision.Steps {
		text := "Step " + strconv.Itoa(step.Number) + " of " + strconv.Itoa(step.Of) + " of " + step.Script.Title()
		if step.Number == 0 {
			text = step.Script.Title() + " is over, its last state stays"
		}
		if step.Fault != nil {
			text += ": calls answer " + wayOf(*step.Fault)
		}
		if step.Times > 0 {
			text += ", call " + strconv.Itoa(step.Calls) + " of " + strconv.Itoa(step.Times)
		}
		if !step.Until.IsZero() {
			text += ", until " + pipes.Timestamp(step.Until)
		}
		p.Steps = append(p.Steps, text)
	}
	p.Filter, _ = url.ParseQuery(p.Cell.Place)
	if key.Organization == "" {
		p.Filter.Set("organization_id", "none")
	}
	call := r.Call
	call.Query = maps.Clone(p.Filter)
	call.Query.Set("limit", strconv.Itoa(mostAsked))
	if list, _, err := control.ListRequests(call); err == nil { // the key was read from a place that there can be
		for _, one := range list {
			p.Requests = append(p.Requests, askedOf(one))
		}
	}
	p.Places = placesOf(key)
	for _, one := range r.Environment.Scenarios().Scenarios() {
		p.Scenarios = append(p.Scenarios, choice{Name: one.Name, About: one.Description})
	}
	return p
}

// placesOf are what a switch can be about that is pressed beside a connection: wider and wider.
func placesOf(key scenarios.Key) []choice {
	list := []choice{{Name: "this connection only", Key: place(key)}}
	add := func(name string, query url.Values) { list = append(list, choice{Name: name, Key: query.Encode()}) }
	if key.User != "" {
		add(key.User+" everywhere", url.Values{"user_id": {key.User}})
	}
	if key.Organization != "" {
		add("everybody in "+key.Organization, url.Values{"organization_id": {key.Organization}})
	}
	add("everybody’s "+key.Provider, url.Values{"provider": {key.Provider}})
	add("everybody, everywhere", nil)
	return list
}

// wayOf is what a fault does, in a word or two.
func wayOf(f scenarios.Fault) string {
	if f.Status != 0 {
		return strconv.Itoa(f.Status)
	}
	return f.Way()
}

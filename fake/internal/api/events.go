package api

import (
	"slices"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/webhook"
	"example.com/pipesfake/scenarios"
)

// longestRange is what one call may ask about (source: docs).
const longestRange = 30 * 24 * time.Hour

// ListEvents answers GET /events.
func ListEvents(c call.Call) (call.Reply, error) {
	p := c.Parameters()
	page := p.Page()
	filter := model.EventFilter{Names: eventNames(p), Organization: p.ID("organization_id"), From: p.Date("range_start"), Until: p.Date("range_end")}
	if err := p.Err(); err != nil {
		return call.Reply{}, err
	}
	if err := checkRange(page, filter); err != nil {
		return call.Reply{}, err
	}
	events, err := c.Environment.Events(page, filter)
	list := paged(events, webhook.EventView)
	list.Metadata = pipes.AfterCursor{After: pipes.TextOrNull(events.After)}
	return call.OK(list), err
}

// eventNames reads a list with commas, or the parameter several times.
func eventNames(p *call.Parameters) []string {
	var names []string
	known := pipes.EventNames()
	for _, value := range slices.Concat(p.Values["events"], p.Values["events[]"]) {
		for name := range strings.SplitSeq(value, ",") {
			if name = strings.TrimSpace(name); name == "" {
				continue
			}
			if !slices.Contains(known, name) {
				p.Refuse("events", "names "+call.Quote(name)+", which is not an event of WorkOS"+scenarios.DidYouMean(name, known))
			}
			names = append(names, name)
		}
	}
	return names
}

// checkRange finds ranges that can be read and not answered (source: docs).
func checkRange(page model.Page, f model.EventFilter) error {
	refuse := func(field, message string) error {
		return &pipes.Error{Code: pipes.InvalidRange, Message: "Validation failed: " + message + ".",
			Errors: []pipes.FieldError{{Field: field, Code: "invalid", Message: message}}}
	}
	switch {
	case page.After != "" && f.From != nil:
		return refuse("range_start", "range_start and after exclude each other")
	case f.From != nil && f.Until != nil && f.Until.Before(*f.From):
		return refuse("range_end", "range_end is before range_start")
	case f.From != nil && f.Until != nil && f.Until.Sub(*f.From) > longestRange:
		return refuse("range_end", "a range spans 30 days at the most")
	}
	return nil
}

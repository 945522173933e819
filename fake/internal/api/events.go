package api

import (
	"slices"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/webhook"
	"example.com/pipesfake/internal/fields"
)

// maxRange is the longest range of time that a call may ask for (source: docs).
const maxRange = 30 * 24 * time.Hour

// ListEvents handles GET /events.
func ListEvents(c *call.Call) (call.Reply, error) {
	p := c.Parameters()
	page := p.Page()
	filter := model.EventFilter{
		Names:        readEventNames(p),
		Organization: p.ID("organization_id"),
		From:         p.Date("range_start"),
		Until:        p.Date("range_end"),
	}
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

// readEventNames reads the names of events, separated by commas or in several parameters.
func readEventNames(p *call.Parameters) []string {
	var names []string
	known := pipes.EventNames()
	for _, value := range slices.Concat(p.Values["events"], p.Values["events[]"]) {
		for name := range strings.SplitSeq(value, ",") {
			if name = strings.TrimSpace(name); name == "" {
				continue
			}
			if !slices.Contains(known, name) {
				p.Refuse("events", "names "+call.Quote(name)+", which is not an event of WorkOS"+
					fields.DidYouMean(name, known))
			}
			names = append(names, name)
		}
	}
	return names
}

// checkRange refuses ranges that can be read, but are not allowed (source: docs).
func checkRange(page model.Page, f model.EventFilter) error {
	switch {
	case page.After != "" && f.From != nil:
		return invalidRange("range_start", "range_start and after exclude each other")
	case f.From != nil && f.Until != nil && f.Until.Before(*f.From):
		return invalidRange("range_end", "range_end is before range_start")
	case f.From != nil && f.Until != nil && f.Until.Sub(*f.From) > maxRange:
		return invalidRange("range_end", "a range spans 30 days at the most")
	}
	return nil
}

func invalidRange(field, message string) error {
	return &pipes.Error{
		Code:    pipes.InvalidRange,
		Message: "Validation failed: " + message + ".",
		Errors:  []pipes.FieldError{{Field: field, Code: "invalid", Message: message}},
	}
}

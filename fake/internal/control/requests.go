package control

import (
	"cmp"
	"strconv"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// GetRequests lists the journal, the newest first, a page at a time.
func GetRequests(c Call) (any, error) {
	p, entries, next, err := readRequests(c)
	if err != nil {
		return nil, err
	}
	var requests any = c.views().requests(entries)
	if p.full == "true" {
		requests = c.RequestDetails(entries)
	}
	return struct {
		Requests any     `json:"requests"` // []Request or []RequestDetail
		Next     *string `json:"next"`     // the parameter next of the page before; null on the first one
	}{requests, pipes.TextOrNull(next)}, nil
}

// RequestDetails returns entries of the journal in full, without secrets.
func (c Call) RequestDetails(entries []journal.Entry) []RequestDetail {
	details, views := make([]RequestDetail, len(entries)), c.views()
	for i := range entries {
		details[i] = views.requestDetail(&entries[i])
	}
	return details
}

// ListRequests returns a page of the journal, and the parameter next of the page before it; empty if there is none.
func ListRequests(c Call) (requests []Request, more string, err error) {
	_, entries, more, err := readRequests(c)
	if err != nil {
		return nil, "", err
	}
	return c.views().requests(entries), more, nil
}

// readRequests returns the parameters of a call, the entries of the journal that it asks for, and the parameter next of
// the page before them.
func readRequests(c Call) (p requestParameters, entries []journal.Entry, more string, err error) {
	if p, err = readRequestParameters(c); err != nil {
		return p, nil, "", err
	}
	entries, older := c.Environment.Journal.Last(uint64(p.next), cmp.Or(p.limit, defaultPage), p.Filter.Matches)
	if older {
		more = strconv.FormatUint(entries[len(entries)-1].Number, 10)
	}
	return p, entries, more, nil
}

func readRequestParameters(c Call) (p requestParameters, err error) {
	check := func() scenarios.Problems { return append(p.Place.Check(), p.Filter.Check()...) }
	err = readQuery(c, requestsQuery(), &p, check)
	return p, err
}

// GetRequest returns one entry in full.
func GetRequest(c Call) (any, error) {
	id := c.Vars["id"]
	entries, _ := c.Environment.Journal.Last(0, 1, func(e *journal.Entry) bool { return e.RequestID == id })
	if len(entries) == 0 {
		return nil, &pipes.Error{Code: pipes.EntityNotFound, Message: "The journal of environment " +
			c.Environment.Name() + " has no request \"" + fields.Abridge(id) +
			"\": it stores only the last ones, and a reset clears it."}
	}
	return c.views().requestDetail(&entries[0]), nil
}

// RequestsBeside returns the ids of the requests that come after and before one in the list that ListRequests returns;
// they are empty at an end of the list.
func RequestsBeside(c Call, id string) (newer, older string, err error) {
	p, err := readRequestParameters(c)
	if err != nil {
		return "", "", err
	}
	isPassed := false
	for e := range c.Environment.Journal.All() {
		switch {
		case e.RequestID == id:
			isPassed = true
		case !p.Filter.Matches(e):
		case isPassed:
			return e.RequestID, older, nil
		default:
			older = e.RequestID
		}
	}
	return "", older, nil
}

// DeleteRequests empties the journal.
func DeleteRequests(c Call) (any, error) {
	return struct {
		Deleted int `json:"deleted"`
	}{c.Environment.Journal.Clear()}, nil
}

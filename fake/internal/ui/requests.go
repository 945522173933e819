package ui

import (
	"net/url"
	"strconv"
	"strings"

	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/scenarios"
)

// requestsData is what the view of requests shows.
type requestsData struct {
	Requests   []requestRow
	Next       string
	Operations []string
	Filtered   bool
	Last       string // the number of the newest request
	Paused     string // the number of the newest request that is shown; empty means that the list is live
	Since      uint64 // how many requests came since
}

func requests(r Request) (any, error) {
	var newest uint64
	if list, _ := r.Environment.Journal.Last(0, 1, func(*journal.Entry) bool { return true }); len(list) > 0 {
		newest = list[0].Number
	}
	query, isFiltered := requestsQuery(r.Query)
	data := requestsData{
		Operations: scenarios.Operations(), Filtered: isFiltered, Last: strconv.FormatUint(newest, 10),
	}
	if r.Query.Has("paused") {
		upTo := pausedAt(r.Query.Get("paused"), newest)
		data.Paused, data.Since = strconv.FormatUint(upTo, 10), newest-upTo
		query.Set("next", strconv.FormatUint(upTo+1, 10))
	}
	if next := r.Query.Get("next"); next != "" {
		query.Set("next", next)
	}
	call := r.Call
	call.Query = query
	list, next, err := control.ListRequests(call)
	for _, one := range list {
		data.Requests = append(data.Requests, requestRowOf(one))
	}
	data.Next = next
	return data, err
}

// requestsQuery returns the query of the control call that lists requests: the filters that the page's own query has,
// and how many requests a page shows.
func requestsQuery(page url.Values) (query url.Values, isFiltered bool) {
	query, isFiltered = requestsFilter(page)
	query.Set("limit", strconv.Itoa(rowsOfPage))
	return query, isFiltered
}

// requestsFilter returns the filters that the page's own query has.
func requestsFilter(page url.Values) (query url.Values, isFiltered bool) {
	query = url.Values{}
	for _, name := range []string{
		"operation", "provider", "user_id", "organization_id", "connection_owner", "status",
	} {
		if value := strings.TrimSpace(page.Get(name)); value != "" {
			query.Set(name, value)
			isFiltered = true
		}
	}
	return query, isFiltered
}

// pausedAt returns the number of the newest request that a paused list shows. A number that cannot be read, or that no
// request has yet, means the newest request.
func pausedAt(number string, newest uint64) uint64 {
	upTo, err := strconv.ParseUint(number, 10, 62)
	if err != nil {
		return newest
	}
	return min(upTo, newest)
}

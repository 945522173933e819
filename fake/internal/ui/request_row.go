package ui

import (
	"net/http"
	"strconv"
	"strings"

	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/scenarios"
)

// requestRow is a request of the journal as a line of a list.
type requestRow struct {
	control.Request
	Time          string // the time of day
	What          string // the operation, or the method and path
	Whose         string // the owner of its connection
	Answer, Class string // the status in words, and as a class of the style sheet
}

func requestRowOf(one control.Request) requestRow {
	row := requestRow{Request: one, Time: timeOfDay(one.At), What: one.Method + " " + one.Path}
	if one.Operation != nil {
		row.What = *one.Operation
	}
	row.Whose = ownerName(row.key())
	if row.Whose == "" {
		row.Whose = "–"
	}
	row.Answer, row.Class = statusShown(one.Status)
	if row.Because == "" && one.Changed == nil {
		row.Because = "It is not about the state of a connection."
	}
	return row
}

// statusShown returns a status in words, and as a class of the style sheet. A status of nil means no response.
func statusShown(status *int) (words, class string) {
	if status == nil {
		return "no answer", "bad"
	}
	words = strings.TrimSpace(strconv.Itoa(*status) + " " + http.StatusText(*status))
	switch *status / 100 {
	case 2, 3:
		return words, "good"
	case 4:
		return words, "warn"
	}
	return words, "bad"
}

// timeOfDay returns the time of day of a timestamp with its zone, or the whole text if it is none.
func timeOfDay(timestamp string) string {
	_, clock, isTimestamp := strings.Cut(timestamp, "T")
	if !isTimestamp {
		return timestamp
	}
	return strings.TrimSuffix(clock, "Z") + " UTC"
}

// key returns the connection that the request is about, as far as it names one.
func (r requestRow) key() (key scenarios.Key) {
	for _, part := range []struct {
		value *string
		to    *string
	}{{r.Provider, &key.Provider}, {r.UserID, &key.User}, {r.OrganizationID, &key.Organization}} {
		if part.value != nil {
			*part.to = *part.value
		}
	}
	return key
}

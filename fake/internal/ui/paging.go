package ui

import "strconv"

// rowsOfPage is how many rows a list has at most.
const rowsOfPage = 50

// listPart says which part of a list is shown, counted from one, and at which offset the parts before and after it
// start. An empty Before or After means that there is no such part.
type listPart struct {
	From, To, Total int
	Before, After   string
}

func listPartOf(offset, shown, total, pageSize int) listPart {
	part := listPart{From: min(offset+1, total), To: offset + shown, Total: total}
	if offset > 0 {
		part.Before = strconv.Itoa(max(0, offset-pageSize))
	}
	if part.To < total {
		part.After = strconv.Itoa(part.To)
	}
	return part
}

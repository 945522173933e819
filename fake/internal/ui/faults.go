package ui

import (
	"strconv"

	"example.com/pipesfake/scenarios"
)

// faultsData is what the view of faults shows.
type faultsData struct {
	Faults     []faultRow
	Kinds      []faultKind
	Operations []string
}

// faultRow is a fault in force.
type faultRow struct {
	ID, Text, Where string
	Matches         int
	Left            string
}

func faults(r Request) (any, error) {
	all, set := r.Environment.Faults()
	data := faultsData{Operations: scenarios.Operations(), Kinds: faultKinds()}
	for i := range all {
		one := &all[i]
		shown := faultRow{ID: one.ID, Text: r.Hide(one.Text()), Matches: one.Matches, Left: "no limit"}
		if one.Times > 0 {
			shown.Left = strconv.Itoa(one.Times-one.Matches) + " left"
		}
		if one.Position.Line > 0 {
			shown.Where = set.Where(one.Position)
		}
		data.Faults = append(data.Faults, shown)
	}
	return data, nil
}

package ui

import (
	"iter"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// The limits of what is looked at to find the lines in force.
const (
	maxMarkedSwitches = 1000
	samplesOfScenario = 5 // connections of the file for each scenario, besides those on the shown lines
)

// linesInForce returns the lines of the file that decide something now, and whom they decide for: the start, switches,
// faults, and the entries of connections between two lines; and the scenarios that these name, with their current
// steps.
func linesInForce(r Request, set *scenarios.Set, from, to int) map[int32]string {
	marker := lineMarker{marks: map[int32]string{}, hide: r.Hide}
	switches, _ := r.Environment.Switches(maxMarkedSwitches)
	marker.markStart(set, switches)
	marker.markSwitches(switches)
	faults, _ := r.Environment.Faults()
	marker.markFaults(faults)
	marker.markConnections(set, r.Environment.InspectAll(sample(set.ConnectionsAfter(0), from, to)))
	behindFile := model.From{Connection: uint64(set.ConnectionCount())}
	marker.markConnections(set, r.Environment.Overview(behindFile, rowsOfPage).Connections)
	return marker.marks
}

// lineMarker collects whom the lines of a file are in force for.
type lineMarker struct {
	marks map[int32]string // by line
	hide  func(text string) string
}

// mark adds somebody to a line. The line names the first one, and says whether there are others.
func (m lineMarker) mark(at scenarios.Position, whom string) {
	const andOthers = " and others"
	whom = m.hide(whom)
	marked := m.marks[at.Line]
	switch {
	case at.Line <= 0: // it is not in the file
	case marked == "":
		m.marks[at.Line] = whom
	case marked != whom && !strings.HasSuffix(marked, andOthers):
		m.marks[at.Line] = marked + andOthers
	}
}

// markStart marks the start of the file, unless a switch for everybody covers it.
func (m lineMarker) markStart(set *scenarios.Set, switches []model.Switch) {
	isForEverybody := func(s model.Switch) bool { return s.Place == scenarios.Place{} }
	if slices.ContainsFunc(switches, isForEverybody) {
		return
	}
	m.mark(set.StartAt, "everybody else")
	m.mark(set.Start.Position, "everybody else")
}

func (m lineMarker) markSwitches(newestFirst []model.Switch) {
	for _, one := range slices.Backward(newestFirst) {
		m.mark(one.Position, one.Place.String())
		m.mark(one.Scenario.Position, one.Place.String())
	}
}

func (m lineMarker) markFaults(faults []fault.Active) {
	for i := range faults {
		m.mark(faults[i].Position, faults[i].ID)
	}
}

// markConnections marks what decides for each connection: its entry, the scenario, and the steps of its scripts.
func (m lineMarker) markConnections(set *scenarios.Set, connections []model.View) {
	for _, c := range connections {
		owner := ownerName(c.Key) + ", " + c.Provider
		if c.Decision.By == model.ByConnections {
			m.mark(set.Entry(c.Key).Position, owner)
		}
		m.mark(c.Decision.Scenario.Position, owner)
		for _, step := range c.Decision.Steps {
			m.mark(step.Script.Position, owner)
			m.mark(step.At, owner)
		}
	}
}

// sample returns the connections on some lines of the file, and a few of each scenario from the other lines.
func sample(connections iter.Seq[scenarios.Connection], from, to int) (keys []scenarios.Key) {
	taken := map[*scenarios.Scenario]int{}
	for one := range connections {
		isShown := from <= int(one.Position.Line) && int(one.Position.Line) <= to
		if isShown || taken[one.Scenario] < samplesOfScenario {
			taken[one.Scenario]++
			keys = append(keys, one.Key)
		}
	}
	return keys
}

package model

import (
	"fmt"
	"slices"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/state"
	"example.com/pipesfake/scenarios"
)

// How many switches SilentSwitches looks at, and how many it returns.
const (
	maxSwitchesToCheck = 100
	maxSilentSwitches  = 3
)

// SilentSwitch is a switch that a call made, and that did not emit an event for the connections of a place.
type SilentSwitch struct {
	Switch
	Before int // connections of both places that were seen before the switch: their state was the same
	After  int // those that were seen only after it
}

// Why says why the switch emitted no event, and what to do about it.
func (s SilentSwitch) Why() string {
	const fix = "name the provider and the user in the switch, or request the token before it"
	switch {
	case s.Before == 1:
		return "the connection that it covers had this state before"
	case s.Before > 1:
		return fmt.Sprintf("the %d connections that it covers had this state before", s.Before)
	case s.After == 1:
		return "the connection that it covers was seen only after it: " + fix
	case s.After > 1:
		return fmt.Sprintf("the %d connections that it covers were seen only after it: %s", s.After, fix)
	}
	return "no call has requested or changed a connection that it covers: " + fix
}

// SilentSwitches returns the newest switches in force, the newest first, that would have emitted an event for a
// connection of the place if it had been seen before, and in another state.
func (e *Environment) SilentSwitches(event string, place Place) (silent []SilentSwitch) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.advanceAndEmit()
	emitted := map[int64][]scenarios.Key{} // by the time of the event
	for _, one := range e.state.Events {
		if one.Name == event && place.Covers(one.Key) {
			emitted[one.At.UnixNano()] = append(emitted[one.At.UnixNano()], one.Key)
		}
	}
	for _, one := range e.state.Switches.Newest(maxSwitchesToCheck) {
		isOfFile := one.Where() != ""
		names := pipes.EmittedNames(eventOf(one), pipes.Standard)
		if isOfFile || !slices.Contains(names, event) || !state.Overlap(one.Place, place) ||
			slices.ContainsFunc(emitted[one.At.UnixNano()], one.Place.Covers) {
			continue
		}
		made := SilentSwitch{Switch: *one}
		e.state.Connections.In(one.Place, func(r *state.Connection) {
			switch {
			case !place.Covers(r.Key):
			case r.SeenAfter < one.Sequence:
				made.Before++
			default:
				made.After++
			}
		})
		if silent = append(silent, made); len(silent) == maxSilentSwitches {
			break
		}
	}
	return silent
}

// eventOf returns the event of a connection whose state changes to the first one of a switch.
func eventOf(one *Switch) string {
	switch one.Scenario.First().State.Full().State {
	case scenarios.NotInstalled:
		return pipes.EventDisconnected
	case scenarios.NeedsReauthorization:
		return pipes.EventReauthorizationNeeded
	}
	return pipes.EventConnected
}

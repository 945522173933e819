package model

import (
	"example.com/pipesfake/fake/internal/listing"
	"example.com/pipesfake/fake/internal/script"
	"example.com/pipesfake/fake/internal/state"
)

// The types of what an environment shows. They are plain data.
type (
	Account        = state.Account
	Authorization  = state.Authorization
	By             = state.By
	Configuration  = state.Configuration
	View           = state.View
	ConsentRequest = state.ConsentRequest
	Credentials    = state.Credentials
	DamagedError   = state.DamagedError
	Decision       = state.Decision
	Endpoint       = state.Endpoint
	Event          = state.Event
	EventDetails   = state.Details
	EventFilter    = state.EventFilter
	Failure        = state.Failure
	Integration    = state.Integration
	Override       = state.Override
	Place          = state.Place
	Query          = state.Query
	Saved          = state.Saved
	Step           = script.Step
	Switch         = state.Switch
	Unsaved        = state.Unsaved
	Validity       = state.Validity

	Page             = listing.Page
	Listed[Item any] = listing.Result[Item]
)

// ReadParts returns the state that saved parts hold, and whether it is to be saved anew as a whole.
func ReadParts(byName map[string][]byte) (read *Saved, isWhole bool, err error) {
	return state.ReadParts(byName)
}

// What can decide on a connection.
const (
	BySwitch      = state.BySwitch
	ByConnections = state.ByConnections
	ByStart       = state.ByStart
	ByAPI         = state.ByAPI
)

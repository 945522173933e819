// Package api has the operations of the Pipes API, a file for each resource.
//
// A handler reads the body and the query with functions named read…, which gather all mistakes; calls the model; and
// returns the view of what the model returned (views.go).
package api

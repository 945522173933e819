package server

import (
	"net/http"
	"time"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/model"
)

// request is a request on its way through the server, and what has become of it so far.
type request struct {
	http.ResponseWriter
	request *http.Request
	route   *call.Route
	vars    map[string]string // of the path
	status  int
	reason  string // for the log: why the response is as it is

	call        call.Call                // as handlers see the request
	began       time.Time                // in real time
	environment *environment.Environment // nil if it reached none
	isAnswering bool                     // the environment's BeginAnswer was called, and not yet EndAnswer
	requestID   string
	body        []byte
	entry       uint64    // its number in the journal; zero before it is recorded
	ended       time.Time // when the response was ready to be sent at once; zero: it takes longer
}

// WriteHeader stores the status. Responses of a fallback may bring a request ID of their own.
func (x *request) WriteHeader(status int) {
	x.status = status
	if x.requestID != "" && x.Header()["X-Request-Id"] == nil {
		x.Header()["X-Request-Id"] = []string{x.requestID}
	}
	x.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (x *request) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// enter sets the environment that the request reached, and keeps it from being idle until the request is finished.
func (x *request) enter(e *environment.Environment) {
	e.Enter()
	x.environment = e
}

// model returns the model of the environment that the request reached, or nil.
func (x *request) model() *model.Environment {
	if x.environment == nil {
		return nil
	}
	return x.environment.Environment
}

// beginAnswer keeps a reset of the environment waiting until the request is recorded, so that it belongs to one side of
// the reset as a whole.
func (x *request) beginAnswer() {
	if !x.route.Control && !x.route.CallsItself {
		x.environment.BeginAnswer()
		x.isAnswering = true
	}
}

func (x *request) endAnswer() {
	if x.isAnswering {
		x.isAnswering = false
		x.environment.EndAnswer()
	}
}

// finished notes in the journal how long the response took, and leaves the environment.
func (x *request) finished() {
	if x.environment == nil {
		return
	}
	if x.ended.IsZero() {
		x.ended = clock.RealNowAfter(x.began)
		if x.entry != 0 {
			x.environment.Journal.Finish(x.entry, x.ended.Sub(x.began))
		}
	}
	x.environment.LeaveAt(x.ended)
}

package server

import (
	"context"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/pipes"
)

// carryOut calls the handler of a call. With a store, it saves what the call changed before the call is answered.
func (s *Server) carryOut(x *request, c *call.Call) (call.Reply, error) {
	if s.saver == nil {
		return handle(x.route, c)
	}
	if x.isDeliberate() {
		x.environment.BeginChange()
		defer x.environment.EndChange()
	}
	reply, err := handle(x.route, c)
	lost := s.commit(x)
	if lost == nil {
		lost = s.checkHeld(x)
	}
	if lost != nil {
		return call.Reply{Key: reply.Key}, lost
	}
	return reply, err
}

// commit saves what a call changed, if it was made to change something. Other calls wait for what such a call changes
// at the same time, because they may have seen it. Its error is store_unavailable.
func (s *Server) commit(x *request) error {
	var err error
	ctx := context.WithoutCancel(x.request.Context()) // a client that leaves does not make saving fail for others
	switch {
	case x.route.IsWholeServer(x.request.URL.Query()):
		if !isRead(x.request) {
			err = s.saver.CommitServer(ctx)
		}
	case x.environment.IsChanging() || x.showsEvents():
		err = s.saver.Commit(ctx, x.environment)
	}
	if err == nil {
		return nil
	}
	x.Header().Set("Retry-After", "1")
	message := "What the call changed could not be saved: " + err.Error() + ". It is in force until the server ends; " +
		"repeat the call once the store works again."
	if s.replicas != nil {
		message = "What was changed could not be saved: " + err.Error() + ". Repeat the call."
	}
	return &pipes.Error{Code: pipes.StoreUnavailable, Message: message}
}

// isDeliberate reports whether a call is made to change something. What calls for tokens change by the way is saved
// later.
func (x *request) isDeliberate() bool {
	switch x.route.Operation {
	case "token", "credentials", "provider", "relay":
		return false
	case "consent": // a page can be decided by GET
		return true
	}
	return !isRead(x.request)
}

// showsEvents reports whether a call shows events, which must not be lost once somebody saw them.
func (x *request) showsEvents() bool {
	return x.route.Operation == "list_events" || x.route.Path == "/_control/events" || x.route.Path == "/_control/wait"
}

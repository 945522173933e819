package server

import (
	"net/http"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/replica"
	"example.com/pipesfake/internal/apikey"
)

// place finds the replica that serves the environment of a request. It returns true if the request is done: another
// replica has answered it, or none can.
func (s *Server) place(x *request, route *call.Route, vars map[string]string, isForwarded bool) (isDone bool) {
	r := x.request
	switch {
	case s.replicas == nil:
		return false
	case route == nil && isOwnPath(r.URL.Path): // another replica would take a control call that came to the API
		return false
	case route != nil && route.Control && s.guard(r) != nil: // what is refused must not make an environment
		return false
	}
	name := s.nameOfOwned(r, route, vars)
	if isForwarded {
		return s.placeForwarded(x, name)
	}
	isHere, isFull, err := s.replicas.forwarder.Place(x, r, name)
	switch {
	case isHere:
		return false
	case isFull:
		err = &pipes.Error{Code: pipes.TooManyEnvironments, Message: "All environments (--environments) are in use: " +
			"delete some (DELETE /_control/environments/NAME)."}
	case err == nil:
		return true
	case r.Context().Err() != nil:
		panic(http.ErrAbortHandler) // the client has gone
	default:
		err = unavailable(x, err)
	}
	s.refuseUnplaced(x, err)
	return true
}

// placeForwarded answers a call that another replica forwarded, but that this one cannot serve.
func (s *Server) placeForwarded(x *request, name string) (isDone bool) {
	owner, err := s.replicas.member.Owner(x.request.Context(), name)
	if err == nil && owner.IsHere {
		return false
	}
	x.Header().Set(replica.NotOwnerHeader, "true")
	s.refuseUnplaced(x, unavailable(x, replica.ErrNobody))
	return true
}

// refuseUnplaced responds to a request whose environment is not here.
func (s *Server) refuseUnplaced(x *request, err error) {
	x.route = &call.Route{Control: true}
	s.number(x, true)
	s.respond(x, call.Reply{}, err)
}

// unavailable returns the error of a call that cannot be answered for now.
func unavailable(x *request, err error) error {
	x.Header().Set("Retry-After", "1")
	message := "The call cannot be answered now: " + err.Error() + ". Repeat it."
	return &pipes.Error{Code: pipes.StoreUnavailable, Message: message}
}

// checkHeld checks that what a call was told is not stale: this server is still the owner of its environment. Its error
// is store_unavailable.
func (s *Server) checkHeld(x *request) error {
	isDeleted := x.environment.IsGone() && !x.route.WholeServer // which is how an environment is deleted
	if s.replicas == nil || s.isAlive() && !isDeleted {
		return nil
	}
	return unavailable(x, replica.ErrNobody)
}

// nameOfOwned returns the name of the environment whose owner is to answer a request. What is about the whole server,
// and what names no environment, is answered by the owner of the default environment.
func (s *Server) nameOfOwned(r *http.Request, route *call.Route, vars map[string]string) string {
	switch {
	case route == nil:
	case route.WholeServer && vars["name"] != "" && s.replicas.exists(r.Context(), vars["name"]):
		return vars["name"]
	case route.Control:
		if name, err := nameOfQueryOrKey(r, r.URL.Query()); err == nil && !route.IsWholeServer(r.URL.Query()) {
			return name
		}
		return apikey.DefaultName
	case route.TokenOf != nil:
		return s.nameOfToken(r, route.TokenOf(r, vars))
	}
	if name, err := nameOfKey(r); err == nil {
		return name
	}
	return apikey.DefaultName
}

// nameOfToken returns the environment that issued a token or made a consent page, as far as the replicas know.
func (s *Server) nameOfToken(r *http.Request, token string) string {
	relayed := r.Header.Get(call.OnBehalfOf)
	if relayed != "" && (s.environments.Exists(relayed) || s.replicas.exists(r.Context(), relayed)) {
		return relayed // an environment that does not exist is not made for a token
	}
	names := s.environments.CandidateNames(r.Context(), token)
	for _, name := range names {
		if s.environments.Exists(name) {
			return name
		}
	}
	if len(names) > 0 {
		return names[0]
	}
	return apikey.DefaultName
}

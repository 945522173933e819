package server

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/replica"
)

// The paths of what replicas ask each other.
const (
	replicaEnvironments = "/_replica/environments"
	replicaCoverage     = "/_replica/coverage"
)

// isForwarded reports whether another replica made a request. It removes what says so, which nobody else may see.
func (s *Server) isForwarded(r *http.Request) bool {
	if s.replicas == nil {
		return false
	}
	secret := r.Header.Get(replica.SecretHeader)
	r.Header.Del(replica.SecretHeader)
	return secret != "" && isSame(secret, s.replicas.member.Secret())
}

// serveReplica answers a call that only another replica makes, and reports whether it was one.
func (s *Server) serveReplica(x *request) bool {
	var answer any
	switch {
	case x.request.URL.Path == replicaEnvironments:
		answer = s.environments.Infos()
	case x.request.URL.Path == replicaCoverage && x.request.Method == http.MethodDelete:
		s.environments.ResetOwnCoverage()
	case x.request.URL.Path == replicaCoverage:
		answer = environment.Counts(s.environments.OwnCoverage())
	default:
		return false
	}
	x.route = &call.Route{Control: true}
	s.number(x, true)
	s.respond(x, call.OK(answer), nil)
	return true
}

// Environments lists the environments that other replicas hold, and those that nobody holds.
func (r *replicas) Environments(ctx context.Context) ([]environment.Info, error) {
	var list []environment.Info
	err := r.askAll(ctx, http.MethodGet, replicaEnvironments, func(answer io.Reader) error {
		var some []environment.Info
		err := json.NewDecoder(answer).Decode(&some)
		list = append(list, some...)
		return err
	})
	if err != nil {
		return nil, err
	}
	names, err := r.sharedStore.Environments(ctx)
	if err != nil {
		return nil, err
	}
	isHeld := map[string]bool{}
	for _, one := range list {
		isHeld[one.Name] = true
	}
	for _, name := range names {
		if !isHeld[name] {
			list = append(list, environment.Info{Name: name})
		}
	}
	return list, nil
}

// Coverage returns what the environments of other replicas have counted.
func (r *replicas) Coverage(ctx context.Context) (all journal.Coverage, err error) {
	err = r.askAll(ctx, http.MethodGet, replicaCoverage, func(answer io.Reader) error {
		var some []environment.Count
		err := json.NewDecoder(answer).Decode(&some)
		all.Merge(environment.CoverageOf(some))
		return err
	})
	return all, err
}

// ResetCoverage makes other replicas forget what their environments have counted.
func (r *replicas) ResetCoverage(ctx context.Context) error {
	return r.askAll(ctx, http.MethodDelete, replicaCoverage, func(io.Reader) error { return nil })
}

// askAll makes a call of all other replicas that are alive. Its error is store_unavailable.
func (r *replicas) askAll(ctx context.Context, method, path string, read func(answer io.Reader) error) error {
	list, err := r.member.Replicas(ctx)
	if err != nil {
		return notAsked(err)
	}
	for _, one := range list {
		if one.IsHere {
			continue
		}
		if err := r.forwarder.Ask(ctx, method, one.URL+path, read); err != nil {
			return notAsked(fmt.Errorf("replica %s: %w", one.URL, err))
		}
	}
	return nil
}

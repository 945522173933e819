package server

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"

	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/replica"
)

// replicas is this server among others that share its store.
type replicas struct {
	sharedStore
	member    *replica.Member
	forwarder *replica.Forwarder
}

// sharedStore is a store that several servers use at once.
type sharedStore interface {
	replica.Store
	environment.Index
}

// The paths of what replicas ask each other.
const (
	replicaEnvironments = "/_replica/environments"
	replicaCoverage     = "/_replica/coverage"
)

// ClaimNew claims an environment for a test, unless it exists.
func (r *replicas) ClaimNew(ctx context.Context, name string) (isNew bool, err error) {
	return r.member.ClaimNew(ctx, name)
}

// IsAlive reports whether what this server holds cannot be another one's.
func (r *replicas) IsAlive() bool { return r.member.IsAlive() }

// exists reports whether any replica has an environment of a name. If the store cannot be asked, that is found out
// later.
func (r *replicas) exists(ctx context.Context, name string) bool {
	names, _ := r.sharedStore.Environments(ctx)
	return slices.Contains(names, name)
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

// Replicas lists all replicas that are alive.
func (r *replicas) Replicas(ctx context.Context) (list []environment.Replica, err error) {
	alive, err := r.member.Replicas(ctx)
	if err != nil {
		return nil, notAsked(err)
	}
	for _, one := range alive {
		list = append(list, environment.Replica{
			ID: one.ID, URL: one.URL, Version: one.Version, Started: one.Started, IsHere: one.IsHere,
			IsCurrent: one.IsCurrent, Environments: one.Environments,
		})
	}
	return list, nil
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

// notAsked returns the error of a call that needs all replicas.
func notAsked(err error) error {
	return &pipes.Error{Code: pipes.StoreUnavailable, Message: "Not all replicas can be asked: " + err.Error() +
		". Repeat the call."}
}

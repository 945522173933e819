package server

import (
	"context"
	"errors"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/replica"
	"example.com/pipesfake/fake/internal/statefile"
	"example.com/pipesfake/internal/version"
)

// openStore restores what the store has, if there is one, and saves from then on. A store that other servers use, too,
// is asked for each environment when a call comes for it.
func (s *Server) openStore() (err error) {
	store := s.config.Store
	if store == nil && s.config.StateFile != "" {
		if store, err = statefile.Open(s.config.StateFile); err != nil {
			return err
		}
	}
	if store == nil {
		return nil
	}
	ctx := context.Background()
	if wary, is := store.(interface {
		Warnings(ctx context.Context) []string
	}); is {
		for _, warning := range wary.Warnings(ctx) {
			s.config.Logger.Warn("store", "problem", warning)
		}
	}
	s.saver, err = s.environments.KeepIn(ctx, store, s.config.Logger)
	if err == nil && s.replicas != nil {
		err = s.join(ctx)
	}
	if err != nil {
		return errors.Join(err, store.Close())
	}
	return nil
}

// useReplicas notes whether other servers use the store, too, before anything else uses it.
func (s *Server) useReplicas() {
	if store, canBeShared := s.config.Store.(sharedStore); canBeShared && s.config.ReplicaURL != "" {
		s.replicas = &replicas{sharedStore: store}
	}
}

// peers returns the other servers that share the store, or nil if there are none.
func (s *Server) peers() environment.Peers {
	if s.replicas == nil {
		return nil
	}
	return s.replicas
}

// join makes the server one of those that share the store.
func (s *Server) join(ctx context.Context) error {
	r := s.replicas
	r.member = replica.New(replica.Config{
		Store: r.sharedStore, Host: s.saver, Max: s.config.MaxEnvironments, Logger: s.config.Logger,
		File:  func() string { return s.environments.Scenarios().Digest() },
		About: replica.About{URL: s.config.ReplicaURL, Version: version.Get().Number, Started: clock.RealNow()},
	})
	r.forwarder = replica.NewForwarder(r.member)
	return r.member.Join(ctx)
}

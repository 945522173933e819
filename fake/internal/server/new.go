package server

import (
	"sync"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/consent"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/provider"
)

// New returns a server that listens, unless its address is empty.
func New(config Config) (*Server, error) {
	s := &Server{
		config: config, contentType: []string{"application/json; charset=utf-8"}, draining: make(chan struct{}),
	}
	s.drain = sync.OnceFunc(func() { close(s.draining) })
	s.useReplicas()
	s.environments = environment.NewRegistry(environment.Config{
		Scenarios: config.Scenarios, Adjust: config.Adjust, Clock: config.newClock,
		Secret: config.ConsentSecret, LinkLocal: config.LinkLocalWebhooks,
		Max: config.MaxEnvironments, Idle: config.IdleTime, JournalSize: config.JournalSize,
		Peers: s.peers(),
	})
	if err := s.endpoint.open(config.Address); err != nil {
		return nil, err
	}
	if err := s.openStore(); err != nil {
		_ = s.endpoint.listener.Close()
		return nil, &StateError{err}
	}
	s.config.Hosts = append(s.config.Hosts, memoryHost)
	s.makeTables()
	if config.Fallback != nil {
		s.fallback = s.newFallback()
	}
	s.endpoint.serve(s, config.Logger, config.Address != "")
	s.logWarnings(config.Scenarios)
	return s, nil
}

// makeTables makes the tables that ServeHTTP and ControlHandler look routes up in.
func (s *Server) makeTables() {
	if s.config.ControlApart {
		s.api, s.control = newTable(s.apiRoutes), newTable(s.controlRoutes)
		return
	}
	s.api = newTable(func() []call.Route { return append(s.apiRoutes(), s.controlRoutes()...) })
}

// apiRoutes returns the routes of everything but the control plane, in the order in which they are tried.
func (s *Server) apiRoutes() []call.Route {
	routes := pipesRoutes()
	routes = append(routes, consent.Routes(s.environments)...)
	routes = append(routes, provider.Routes(s.environments)...)
	return append(routes, provider.RelayRoutes(s)...)
}

package server

import (
	"sync"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/journal"
)

// undeclaredProviders remembers which undeclared providers were logged. The zero value has none.
type undeclaredProviders struct {
	mu     sync.Mutex
	logged map[string]bool
}

// maxUndeclared is how many undeclared providers are logged, so that no client can fill memory and log with made-up
// ones.
const maxUndeclared = 1_000

// isNew reports whether a provider is to be logged, which it is once.
func (u *undeclaredProviders) isNew(slug string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.logged[slug] || len(u.logged) >= maxUndeclared {
		return false
	}
	if u.logged == nil {
		u.logged = map[string]bool{}
	}
	u.logged[slug] = true
	return true
}

// warnOfUndeclared logs that a call named a provider that nobody declared and that is nearly a known one. The call is
// answered all the same, so a wrong letter would otherwise be hard to see.
func (s *Server) warnOfUndeclared(x *request, reply *call.Reply) {
	if reply.Decision == nil || reply.Decision.Similar == "" || !s.undeclared.isNew(reply.Key.Provider) {
		return
	}
	shown := journal.NewRedactor(x.model()).ForCall(x.request.Header)
	s.config.Logger.Warn(reply.Decision.Hint(), "provider", shown.Hide(reply.Key.Provider))
}

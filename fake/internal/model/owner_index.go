package model

import (
	"example.com/pipesfake/scenarios"
)

// ownerIndex lists the owners of connections that the file names, then of those that were seen. The page asks for them
// again and again, so what was gathered is kept.
type ownerIndex struct {
	known     map[scenarios.Key]bool // owners, and providers by themselves
	users     map[string]bool
	owners    []scenarios.Key // as keys without a provider; only ever appended to
	providers []string        // only ever appended to
	upTo      uint64          // the sequence number of the connection that was gathered last
	dropped   uint64          // how many connections were forgotten by then
}

func newOwnerIndex(dropped uint64) *ownerIndex {
	return &ownerIndex{known: map[scenarios.Key]bool{}, users: map[string]bool{}, dropped: dropped}
}

func (m *ownerIndex) add(key scenarios.Key) {
	m.addProvider(key.Provider)
	if key.Provider = ""; !m.known[key] {
		m.known[key], m.users[key.User] = true, true
		m.owners = append(m.owners, key)
	}
}

func (m *ownerIndex) addProvider(slug string) {
	if alone := (scenarios.Key{Provider: slug}); !m.known[alone] {
		m.known[alone] = true
		m.providers = append(m.providers, slug)
	}
}

package fake_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
)

// memoryStore is a store in memory, whose content a test can look at and change.
type memoryStore struct {
	mu           sync.Mutex
	environments map[string]map[string][]byte
	failure      error // of every save
	saves        int
	parts        int // that were put or removed
}

func newMemoryStore() *memoryStore { return &memoryStore{environments: map[string]map[string][]byte{}} }

// clone returns a store with the same content, as another process finds it after a crash.
func (s *memoryStore) clone() *memoryStore {
	s.mu.Lock()
	defer s.mu.Unlock()
	made := newMemoryStore()
	for name, parts := range s.environments {
		made.environments[name] = maps.Clone(parts)
	}
	return made
}

func (s *memoryStore) Environments(context.Context) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.environments)), nil
}

func (s *memoryStore) Load(_ context.Context, environment string) (map[string][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.environments[environment]), nil
}

func (s *memoryStore) Save(_ context.Context, environment string, replace bool, put map[string][]byte,
	remove []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failure != nil {
		return s.failure
	}
	if replace || s.environments[environment] == nil {
		if !replace {
			return errors.New("the first save does not replace everything")
		}
		s.environments[environment] = map[string][]byte{}
	}
	s.saves++
	s.parts += len(put) + len(remove)
	maps.Copy(s.environments[environment], put)
	for _, name := range remove {
		delete(s.environments[environment], name)
	}
	return nil
}

func (s *memoryStore) Delete(_ context.Context, environment string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failure == nil {
		delete(s.environments, environment)
	}
	return s.failure
}

func (s *memoryStore) SetAside(context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.environments = map[string]map[string][]byte{}
	return "nowhere", nil
}

func (s *memoryStore) Close() error { return nil }

// fail makes all saves fail, or none for nil.
func (s *memoryStore) fail(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failure = why
}

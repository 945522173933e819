package state

import (
	"cmp"
	"fmt"
	"slices"

	"example.com/pipesfake/fake/internal/listing"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
)

// AddEndpoint adds an endpoint. It gets an ID, and a secret if it has none.
func (s *State) AddEndpoint(made *Endpoint) {
	s.EndpointCount++
	made.Order = s.EndpointCount
	id, secret := s.Mint.Endpoint(made.Order)
	made.ID, made.Secret = id, cmp.Or(made.Secret, secret)
	s.Endpoints = append(s.Endpoints, made)
	s.EndpointNumbers.Add(made)
}

// FindEndpoint returns the index of the endpoint of an ID. Its error is entity_not_found.
func (s *State) FindEndpoint(id string) (int, error) {
	if number, known := s.EndpointNumbers.Find(id); known {
		if i := listing.Index(s.Endpoints, number); i < len(s.Endpoints) && s.Endpoints[i].ID == id {
			return i, nil
		}
	}
	return 0, NotFound("Webhook endpoint not found: %q", fields.Abridge(id))
}

// EndpointByID returns the endpoint of an ID, or nil.
func (s *State) EndpointByID(id string) *Endpoint {
	if i, err := s.FindEndpoint(id); err == nil {
		return s.Endpoints[i]
	}
	return nil
}

// CheckEndpoint checks that no other endpoint has the same address. Its error is duplicate_endpoint.
func (s *State) CheckEndpoint(made *Endpoint) error {
	isSame := func(other *Endpoint) bool { return other.URL == made.URL && other.Order != made.Order }
	if !slices.ContainsFunc(s.Endpoints, isSame) {
		return nil
	}
	message := fmt.Sprintf("A webhook endpoint with the URL %q exists already.", fields.Abridge(made.URL))
	return &pipes.Error{Code: pipes.DuplicateEndpoint, Message: message}
}

// RemoveEndpoint removes an endpoint.
func (s *State) RemoveEndpoint(old *Endpoint) {
	s.Endpoints = listing.Remove(s.Endpoints, old)
	s.EndpointNumbers.Remove(old.ID)
}

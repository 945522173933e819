package ui

import (
	"net/url"

	"example.com/pipesfake/scenarios"
)

// choice is an entry of a list to choose from.
type choice struct{ Name, Key, About string }

// place returns the query that selects exactly one connection.
func place(key scenarios.Key) string {
	query := url.Values{}
	parts := map[string]string{"provider": key.Provider, "user_id": key.User, "organization_id": key.Organization}
	for name, value := range parts {
		if value != "" {
			query.Set(name, value)
		}
	}
	switch {
	case key.User != "" && key.Organization == "":
		query.Set("organization_id", "") // without it, the query would select all organizations of the user
	case key.User == "" && key.Organization != "":
		query.Set("connection_owner", scenarios.OwnerOrganization)
	}
	return query.Encode()
}

// keyOf reads what place wrote. It reports whether the query selects exactly one connection.
func keyOf(place string) (key scenarios.Key, isOne bool) {
	query, err := url.ParseQuery(place)
	key = scenarios.Key{
		Provider: query.Get("provider"), User: query.Get("user_id"), Organization: query.Get("organization_id"),
	}
	hasOwner := query.Has("organization_id") && (key.User != "" || query.Get("connection_owner") != "")
	return key, err == nil && key.Provider != "" && hasOwner
}

// isOne reports whether a place is exactly one connection.
func isOne(place string) bool {
	_, is := keyOf(place)
	return is
}

// placesAround returns the places of which a connection is part, from the connection alone to everybody.
func placesAround(key scenarios.Key) []choice {
	list := []choice{{Name: "this connection only", Key: place(key)}}
	add := func(name string, query url.Values) { list = append(list, choice{Name: name, Key: query.Encode()}) }
	if key.User != "" {
		add(key.User+" everywhere", url.Values{"user_id": {key.User}})
	}
	if key.Organization != "" {
		add("everybody in "+key.Organization, url.Values{"organization_id": {key.Organization}})
	}
	add("everybody’s "+key.Provider, url.Values{"provider": {key.Provider}})
	add("everybody, everywhere", nil)
	return list
}

// ownerName names the owner of a connection.
func ownerName(key scenarios.Key) string {
	switch {
	case key.User == "" && key.Organization != "":
		return "owned by " + key.Organization
	case key.Organization != "":
		return key.User + " in " + key.Organization
	}
	return key.User
}

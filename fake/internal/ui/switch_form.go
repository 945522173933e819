package ui

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"example.com/pipesfake/scenarios"
)

// switchBody returns the body of the control call for a form that switches. The form has the scenario, and the place
// as a query or in fields of its own.
func switchBody(form url.Values) map[string]any {
	body := map[string]any{"scenario": form.Get("scenario")}
	place, _ := url.ParseQuery(form.Get("place")) // the page wrote it
	for _, name := range slices.Sorted(maps.Keys(place)) {
		body[name] = place.Get(name)
		if name == "organization_id" && place.Get(name) == "" {
			body[name] = nil
		}
	}
	addPlace(body, form)
	if ttl := form.Get("ttl"); ttl != "" {
		body["ttl"] = ttl
	}
	return body
}

// opened returns the place of a connection of the user or organization whom the form for somebody names, so that the
// table shows them at once. It returns an empty text for every other form.
func opened(r Request, form url.Values) string {
	text := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	key := scenarios.Key{Provider: text("provider"), User: text("user_id"), Organization: text("organization_id")}
	if key.Organization == "none" {
		key.Organization = ""
	}
	if !form.Has("somebody") || key.User+key.Organization == "" {
		return ""
	}
	if _, _, providers := r.Environment.Owners("", 0, 0); key.Provider == "" {
		shown, _ := columnsFrom("", providers)
		key.Provider = shown[0]
	}
	return place(key)
}

// addPlace adds what the fields of a form say about the place. The organization "none" means connections without one.
func addPlace(body map[string]any, form url.Values) {
	for _, name := range []string{"provider", "user_id", "organization_id"} {
		value := strings.TrimSpace(form.Get(name))
		switch {
		case value == "":
		case name == "organization_id" && value == "none":
			body[name] = nil
		default:
			body[name] = value
		}
	}
}

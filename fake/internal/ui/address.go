package ui

import (
	"net/url"
	"strings"
)

// pageAddress returns the address of a part of the page in an environment.
func pageAddress(path, environment string, query url.Values) string {
	query.Set("environment", environment)
	return "/_ui/" + path + "?" + query.Encode()
}

// sameAddress returns the address of a part of the page as it is shown now, except for some parameters, which are given
// as names and values in turn. A parameter with an empty value is removed. What the last action was is not part of it.
func sameAddress(path, environment string, shown url.Values, parameters ...string) string {
	query := url.Values{}
	for name, values := range shown {
		query[name] = values
	}
	query.Del("did")
	query.Del("back")
	for i := 0; i+1 < len(parameters); i += 2 {
		query.Set(parameters[i], parameters[i+1])
		if parameters[i+1] == "" {
			query.Del(parameters[i])
		}
	}
	return pageAddress(path, environment, query)
}

// Inside returns an address of the page as it was given. For every other address, and for those of actions, it returns
// the start of the page.
func Inside(address string) string {
	u, err := url.Parse(address)
	isPage := err == nil && strings.HasPrefix(address, "/_ui/") && !strings.HasPrefix(u.Path, "/_ui/do/")
	if !isPage || strings.ContainsAny(address, "\r\n\\") {
		return "/_ui/"
	}
	return address
}

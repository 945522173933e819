package server

import (
	"net/http"
	"strings"
)

// uiPath is the address of the page.
const uiPath = "/_ui/"

// isOwnPath reports whether a path belongs to the control plane, the page, or the provider's side. /_widgets belongs to
// WorkOS.
func isOwnPath(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return first == "_control" || first == "_ui" || first == "_provider"
}

// isControlPath reports whether a path is that of a control call, and not that of the page.
func isControlPath(path string) bool {
	return path == "/_control" || strings.HasPrefix(path, "/_control/")
}

// isOfPage reports whether a request is for the page or a part of it.
func isOfPage(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, uiPath) || r.URL.Path+"/" == uiPath
}

package server

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"example.com/pipesfake/fake/internal/call"
)

// allowedHosts lists names that the server accepts as its host besides those that can only mean it, in lower case. "*"
// allows any.
type allowedHosts []string

func (a allowedHosts) allowsAll() bool { return slices.Contains(a, "*") }

// accepts reports whether a host is the server's own: an address, a name that no public resolver knows, or an allowed
// name. So a website cannot reach the server by a public name that is made to resolve to it.
func (a allowedHosts) accepts(host string) bool {
	return net.ParseIP(host) != nil || isLocalName(host) || slices.Contains(a, host) || a.allowsAll()
}

// isLocalName reports whether nobody can own a name on the public internet: it has no dot, or ends with a suffix that
// is reserved or used by clusters alone.
func isLocalName(host string) bool {
	if host == "" || strings.HasPrefix(host, ".") {
		return false
	}
	return !strings.Contains(host, ".") || strings.HasSuffix(host, ".localhost") ||
		strings.HasSuffix(host, ".internal") || strings.HasSuffix(host, ".test") ||
		strings.HasSuffix(host, ".svc") || strings.HasSuffix(host, ".svc.cluster.local")
}

// acceptsOrigin reports whether an Origin header is the origin of the request itself, or of an allowed host. A page
// from another port of the same host is a foreign one.
func (a allowedHosts) acceptsOrigin(origin string, r *http.Request) bool {
	if strings.EqualFold(origin, call.Scheme(r)+"://"+r.Host) {
		return true
	}
	u, err := url.Parse(origin)
	isOrigin := err == nil && u.Host != "" && origin == u.Scheme+"://"+u.Host
	return isOrigin && (slices.Contains(a, Hostname(u.Host)) || a.allowsAll())
}

// acceptsSite reports whether a request without an Origin header, such as that of an image, comes from an own page or
// from no browser. Pages of other sites may only link to the page.
func (a allowedHosts) acceptsSite(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	isForeign := site == "cross-site" || site == "same-site"
	return !isForeign || a.allowsAll() || isOfPage(r) && isLink(r)
}

// allowedOrigins lists the origins of pages that may make control calls.
type allowedOrigins []string

// accepts reports whether a request is a control call of an allowed origin. The page at /_ui/ is for its own scripts.
func (a allowedOrigins) accepts(origin string, r *http.Request) bool {
	return isControlPath(r.URL.Path) && slices.Contains(a, origin)
}

// isLink reports whether a browser shows the response as a page of its own.
func isLink(r *http.Request) bool {
	target := r.Header.Get("Sec-Fetch-Dest")
	isNavigation := r.Header.Get("Sec-Fetch-Mode") == "navigate"
	return r.Method == http.MethodGet && isNavigation && (target == "document" || target == "")
}

// Hostname returns the name in a Host header, in lower case and without port, brackets, and the dot of the root.
func Hostname(hostport string) string {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

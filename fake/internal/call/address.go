package call

import (
	"net/http"
	"net/url"
	"strings"
)

// BaseURL returns the address at which the client reaches the server: the external URL, or else the scheme and the host
// of the request, with the path that the server is mounted under. What a proxy says of them counts only if it is
// trusted.
func (c *Call) BaseURL() string {
	if c.ExternalURL != "" {
		return c.ExternalURL
	}
	scheme, host := Scheme(c.Request), c.Request.Host
	if c.TrustProxy {
		if forwarded := firstForwarded(c.Request, "X-Forwarded-Proto"); forwarded == "http" || forwarded == "https" {
			scheme = forwarded
		}
		if forwarded := firstForwarded(c.Request, "X-Forwarded-Host"); isHost(forwarded) {
			host = forwarded
		}
	}
	return scheme + "://" + host + mountPath(c.Request)
}

// Scheme returns the scheme by which a request reached the server.
func Scheme(r *http.Request) string {
	if r.TLS != nil {
		return "https"
	}
	return "http"
}

// AcceptsHTML reports whether a request comes from a browser that wants a page to show.
func AcceptsHTML(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "text/html") }

// firstForwarded returns what the first proxy wrote into a header, which is what the client sent.
func firstForwarded(r *http.Request, header string) string {
	first, _, _ := strings.Cut(r.Header.Get(header), ",")
	return strings.ToLower(strings.TrimSpace(first))
}

// isHost reports whether a text is a host with or without a port, and nothing else.
func isHost(text string) bool {
	u, err := url.Parse("http://" + text)
	return err == nil && text != "" && u.Host == text
}

// mountPath returns the path that the server is mounted under, by http.StripPrefix for example, or the empty string.
func mountPath(r *http.Request) string {
	requested, _, _ := strings.Cut(r.RequestURI, "?")
	prefix, isStripped := strings.CutSuffix(requested, r.URL.EscapedPath())
	if !isStripped || !strings.HasPrefix(prefix, "/") {
		return ""
	}
	return strings.TrimSuffix(prefix, "/")
}

package scenarios

import (
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// APICall says what the provider's side answers to some calls of its API.
type APICall struct {
	Path     string // from the root of the API; * stands for one segment, ** for any rest
	Method   string // empty: any
	Scopes   []string
	Status   int     // zero: 200
	Body     *string // nil: who called, as JSON
	Position Position

	matches *regexp.Regexp
}

// Call finds what the file says of a call: the first that matches; nil: nothing.
func (p Provider) Call(method, path string) *APICall {
	for i := range p.API {
		if one := &p.API[i]; (one.Method == "" || one.Method == method) && one.matches.MatchString(path) {
			return one
		}
	}
	return nil
}

// matcher is the expression of a path.
func matcher(path string) *regexp.Regexp {
	pattern := regexp.QuoteMeta("/" + strings.Trim(path, "/"))
	pattern = strings.ReplaceAll(pattern, `/\*\*`, `(/.*)?`)
	pattern = strings.ReplaceAll(pattern, `\*\*`, `.*`)
	pattern = strings.ReplaceAll(pattern, `\*`, `[^/]*`)
	return regexp.MustCompile("^" + pattern + "/?$")
}

// apiCall reads one.
func (l *loader) apiCall(n *yaml.Node, path string) (call APICall) {
	f := l.fields(n, path, []string{"path", "method", "scopes", "status", "body"})
	call.Position = l.position(n)
	f.read("path", func(n *yaml.Node, path string) {
		before := len(l.problems)
		if call.Path = l.word(n, path); len(l.problems) == before && (!strings.HasPrefix(call.Path, "/") || strings.ContainsAny(call.Path, "?#")) {
			l.wrong(n, path, "path %q is none of an API: write /repos/**, without a query", Abridge(call.Path))
		}
	})
	f.read("method", func(n *yaml.Node, path string) {
		call.Method = l.choice(n, path, "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
	})
	f.read("scopes", func(n *yaml.Node, path string) { call.Scopes = l.scopes(n, path) })
	f.read("status", func(n *yaml.Node, path string) {
		before := len(l.problems)
		status := l.integer(n, path)
		if len(l.problems) == before && (status < 200 || status > 599) {
			l.wrong(n, path, "%s", notAStatus(status))
		}
		call.Status = int(status)
	})
	f.read("body", func(n *yaml.Node, path string) { call.Body = l.answerBody(n, path) })
	if n.Kind == yaml.MappingNode && f.values["path"] == nil {
		l.wrong(n, join(path, "path"), "path is missing: say which calls are meant, like /repos/**")
	}
	call.matches = matcher(call.Path)
	return call
}

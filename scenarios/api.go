package scenarios

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
)

// APICall describes the response of the provider's API to the calls that match it.
type APICall struct {
	Path     string   // from the root of the API; * matches one segment, ** any number of them
	Method   string   // empty: any method
	Scopes   []string // a token that lacks one of them gets 403
	Status   int      // zero: 200
	Body     *string  // nil: who called, as JSON
	Position Position

	matches *regexp.Regexp
}

// apiCallMapping describes an entry of a provider's api.
var apiCallMapping = sync.OnceValue(func() *fields.Mapping[APICall] {
	return fields.NewMapping("api", []fields.Field[APICall]{
		fields.Bind("path", apiPaths(), func(c *APICall) *string { return &c.Path },
			"The path from the root of the API. `*` matches one segment, `**` any number of them.").
			Required("say which calls are meant, like /repos/**"),
		fields.Bind("method", fields.Choice("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
			func(c *APICall) *string { return &c.Method }, "The method. Left out: any."),
		fields.Bind("scopes", names.ScopeLists(), func(c *APICall) *[]string { return &c.Scopes },
			"The scopes that a token needs. Without them the call gets 403."),
		fields.Bind("status", statuses(), func(c *APICall) *int { return &c.Status },
			"The status of the response.").DocumentDefault(200),
		fields.Bind("body", anyBodies(), func(c *APICall) **string { return &c.Body },
			"The body of the response: a text, or a mapping or list that is sent as JSON. Left out: who called."),
	})
})

// apiPaths is the type of path.
func apiPaths() fields.Type[string] {
	t := fields.FilledTextOr("").
		Shaped(fields.Shape{Name: "path", Schema: `{"type": "string", "pattern": "^/[^?#\\s]*$"}`})
	return t.Checked(func(path string) string {
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "?#") {
			return fmt.Sprintf("%q must start with / and have no query: write /repos/**", fields.Abridge(path))
		}
		return ""
	})
}

// anyBodies is bodies with a schema that accepts any value.
func anyBodies() fields.Type[*string] {
	t := bodies()
	return t.Shaped(fields.Shape{Name: t.Name, Schema: `{}`})
}

func (c APICall) tree() fields.Tree { return apiCallMapping().Write(&c) }

// pathPattern returns the regular expression for the Path of an APICall.
func pathPattern(path string) *regexp.Regexp {
	pattern := regexp.QuoteMeta("/" + strings.Trim(path, "/"))
	pattern = strings.ReplaceAll(pattern, `/\*\*`, `(/.*)?`)
	pattern = strings.ReplaceAll(pattern, `\*\*`, `.*`)
	pattern = strings.ReplaceAll(pattern, `\*`, `[^/]*`)
	return regexp.MustCompile("^" + pattern + "/?$")
}

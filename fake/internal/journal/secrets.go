package journal

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// member is one of an object whose value is a text, also one that is cut off, a list or a number.
var member = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"(\s*:\s*)(?:"((?:[^"\\]|\\.)*)"?|\[[^\]]*\]?|-?\d[\d.eE+-]*)`)

// secretName is what the names of secrets have in them; last_4 is what may be shown of one.
var secretName = regexp.MustCompile(`(?i)secret|token|key|password|verifier|connect_code|^value$`)

// Shown is a body without its secrets: members whose names say so, or are among others. Of a long one its
// end is left.
func Shown(body []byte, others []string) string {
	return member.ReplaceAllStringFunc(string(body), func(text string) string {
		parts := member.FindStringSubmatch(text)
		name := parts[1]
		if !slices.Contains(others, name) && (!secretName.MatchString(name) || strings.Contains(name, "last_")) {
			return text
		}
		return `"` + name + `"` + parts[2] + `"` + redacted(parts[3]) + `"`
	})
}

// ShownHeader are headers without secrets.
func ShownHeader(header http.Header) map[string]string {
	shown := map[string]string{}
	for name, values := range header {
		value := strings.Join(values, ", ")
		if slices.Contains([]string{"Authorization", "Cookie", "Proxy-Authorization"}, name) || secretName.MatchString(name) && name != "Idempotency-Key" {
			value = redacted(value)
		}
		shown[name] = value
	}
	return shown
}

// redacted is what is left of a secret: of a long one, its last four characters.
func redacted(text string) string {
	const long = 16
	if len(text) < long {
		return "…"
	}
	return "…" + text[len(text)-4:]
}

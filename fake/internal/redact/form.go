package redact

import (
	"net/url"
	"regexp"
	"strings"
	"sync"
)

var (
	scheme   = pattern(`^[A-Za-z][A-Za-z0-9+.-]*://`)
	userInfo = pattern(`([A-Za-z][A-Za-z0-9+.-]*://)[^/?#\s"'<>]*@`)
	pair     = pattern(`([^\s=&?#/;:,"'<>(){}]+)=("[^"]*"?|'[^']*'?|[^\s&<>]*)`)
)

// pattern returns a function that compiles a regular expression when it is first called: a server that is never asked
// for its journal needs none of them.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

func isAddress(text string) bool {
	return !strings.ContainsAny(text, " \t\r\n\"<>") && (text[0] == '/' || scheme().MatchString(text))
}

// address masks the secrets in the query, the fragment and the path of an address, and everything before its host.
func (r Redactor) address(text string, depth int) string {
	text = userInfo().ReplaceAllString(text, "$1…@")
	path, query := text, ""
	if i := strings.IndexAny(text, "?#"); i >= 0 {
		path, query = text[:i], text[i:i+1]+r.form(text[i+1:], depth)
	}
	if !strings.ContainsAny(path, "=%") {
		return path + query
	}
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		parameters := strings.Split(segment, ";")
		for k, one := range parameters {
			parameters[k] = r.formField(one, depth)
		}
		segments[i] = strings.Join(parameters, ";")
	}
	return strings.Join(segments, "/") + query
}

// form masks the secrets of a form or a query.
func (r Redactor) form(text string, depth int) string {
	parts := strings.Split(text, "&")
	for i, part := range parts {
		parts[i] = r.formField(part, depth)
	}
	return strings.Join(parts, "&")
}

// formField masks the secret in one field of a form: a name with a value, or a value alone.
func (r Redactor) formField(text string, depth int) string {
	name, value, hasName := strings.Cut(text, "=")
	if !hasName {
		name, value = "", text
	}
	shown := value
	if r.isSecret(unescape(name)) {
		shown = Mask(value)
	} else if plain, err := url.QueryUnescape(value); err == nil && strings.ContainsAny(value, "%+=:/?;{") {
		if masked := r.text(plain, depth+1); masked != plain {
			shown = strings.NewReplacer("%", "%25", "&", "%26", "+", "%2B", " ", "+").Replace(masked)
		}
	}
	if !hasName {
		return shown
	}
	return name + "=" + shown
}

// pairs masks the secret values that follow name= in a text. Rest is the text without these secrets and their names:
// a name of a secret that is still in it belongs to a value that was not recognized.
func (r Redactor) pairs(text string, depth int) (shown, rest string) {
	text = userInfo().ReplaceAllString(text, "$1…@")
	var masked, others strings.Builder
	from := 0
	for _, at := range pair().FindAllStringSubmatchIndex(text, -1) {
		name, value := text[at[2]:at[3]], text[at[4]:at[5]]
		masked.WriteString(text[from:at[4]])
		others.WriteString(text[from:at[2]])
		if from = at[5]; r.isSecret(unescape(name)) {
			masked.WriteString(Mask(strings.Trim(value, `"'`)))
			continue
		}
		within := value
		if strings.Contains(value, "=") && depth < maxDepth {
			value, within = r.pairs(value, depth+1)
		}
		if strings.Contains(value, "%") {
			value = r.formField(value, depth+1)
		}
		masked.WriteString(value)
		others.WriteString(name + "=" + within)
	}
	return masked.String() + text[from:], others.String() + text[from:]
}

package journal

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// Redactor shows requests without their secrets. Those are values whose names say so, wherever a name stands: in
// JSON, in forms, queries and other texts. And they are the texts that the environment knows as secrets, or that a
// call sent as its key, wherever they stand. What cannot be read is shown only if no name in it is that of a secret.
type Redactor struct {
	world  *model.Environment // nil: none
	fields []string           // config fields that are secret
	own    []string           // what the call authenticated with
}

// NewRedactor is that of an environment, or of none.
func NewRedactor(world *model.Environment) Redactor {
	if world == nil {
		return Redactor{}
	}
	return Redactor{world: world, fields: world.Scenarios().SecretFields()}
}

// Of is the same for a call with these headers.
func (r Redactor) Of(header http.Header) Redactor {
	r.own = nil
	for name, values := range header {
		if name != "Authorization" && !keyHeader.MatchString(name) {
			continue
		}
		for _, value := range values {
			if _, key, has := strings.Cut(value, " "); has { // behind a scheme
				value = strings.TrimSpace(key)
			}
			if len(value) >= shortest {
				r.own = append(r.own, value)
			}
		}
	}
	return r
}

// Line is what is shown of an entry in short.
type Line struct {
	Method, Path, Because string
	scenarios.Key
}

// Line is an entry in short, without secrets.
func (r Redactor) Line(e *Entry) Line {
	r = r.Of(e.Header)
	return Line{r.hide(e.Method), r.Text(e.Path), r.sentence(e.Because()), scenarios.Key{
		Provider: r.hide(e.Provider), User: r.hide(e.User), Organization: r.hide(e.Organization),
	}}
}

// shortest is how long a key is that is looked for in other places.
const shortest = 8

// What the names of secrets have in them. The first is for names, the others for texts and headers; a
// key is what a call authenticates with.
var (
	secretName   = regexp.MustCompile(`(?i)secret|token|key|passw|passphrase|verifier|connect.?code|^pass$|^pwd$|^(proxy-)?authorization$|^(set-)?cookie$|^value$`)
	secretInText = regexp.MustCompile(`(?i)secret|token|key|passw|passphrase|verifier|connect.?code|authorization|cookie|\b(pass|pwd|value)\b`)
	keyHeader    = regexp.MustCompile(`(?i)token|key|secret`)
	secretHeader = regexp.MustCompile(`(?i)auth|session|signature|credential|cookie|token|key|secret|passw`)
)

func isSecretHeader(name string) bool {
	return secretHeader.MatchString(name) && !strings.EqualFold(name, "Idempotency-Key")
}

// isSecret tells whether a value of this name is one; of a form's config[pin], pin is the name.
func (r Redactor) isSecret(name string) bool {
	if inner := strings.LastIndexByte(name, '['); inner >= 0 && r.isSecret(strings.TrimSuffix(name[inner+1:], "]")) {
		return true
	}
	return secretName.MatchString(name) || slices.Contains(r.fields, name)
}

// mayTell tells whether a secret's name stands in a text, however it is escaped.
func (r Redactor) mayTell(text string) bool {
	text = html.UnescapeString(unescaped(text))
	return secretInText.MatchString(text) || slices.ContainsFunc(r.fields, func(field string) bool { return strings.Contains(text, field) })
}

var escape = regexp.MustCompile(`\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2}|\x00`)

// unescaped is a text without the escapes of JSON and addresses.
func unescaped(text string) string {
	return escape.ReplaceAllStringFunc(text, func(one string) string {
		if n, err := strconv.ParseUint(strings.TrimLeft(one, `\u%`), 16, 32); err == nil {
			return string(rune(n))
		}
		return ""
	})
}

// hide leaves out what is known as a secret.
func (r Redactor) hide(text string) string {
	for _, key := range r.own {
		text = strings.ReplaceAll(text, key, model.Mask(key))
		if start := strings.TrimSuffix(scenarios.Abridge(key), "…"); start != key {
			text = strings.ReplaceAll(text, start, "…")
		}
	}
	if r.world != nil {
		text = r.world.Redact(text)
	}
	return text
}

// Header are headers without secrets.
func (r Redactor) Header(header http.Header) map[string]string {
	shown := map[string]string{}
	for name, values := range header {
		value := strings.Join(values, ", ")
		if isSecretHeader(name) {
			shown[name] = model.Mask(value)
			continue
		}
		shown[name] = r.Text(value)
	}
	return shown
}

// Body is a body without secrets. Of a long one its end is left.
func (r Redactor) Body(body []byte) string {
	for whole := len(body) < mostBody; !whole && len(body) > mostBody-utf8.UTFMax && !utf8.Valid(body); {
		body = body[:len(body)-1] // it was cut off within a character
	}
	text := string(body)
	switch begin := strings.TrimSpace(text); {
	case begin == "":
		return text
	case strings.IndexByte(`{["`, begin[0]) >= 0:
		return r.json(text, 0)
	case !utf8.ValidString(text):
		return "…"
	case !strings.ContainsAny(begin, " \t\r\n\"<>{}") && strings.Contains(begin, "="):
		return r.hide(r.form(text, 0))
	}
	shown, rest := r.pairs(text, 0)
	if r.mayTell(rest) {
		return "…"
	}
	return r.hide(shown)
}

// Text is a text of a line, such as an error, an address or a header's value, without secrets.
func (r Redactor) Text(text string) string { return r.text(text, 0) }

// sentence is one of ours without secrets: it may begin like JSON, and is none.
func (r Redactor) sentence(text string) string {
	text, _ = r.pairs(text, 0)
	return r.hide(text)
}

// deepest is how far texts within texts are read.
const deepest = 5

func (r Redactor) text(text string, depth int) string {
	begin := strings.TrimSpace(text)
	switch {
	case begin == "":
		return text
	case depth == deepest:
		if r.mayTell(text) {
			return "…"
		}
	case begin[0] == '{', begin[0] == '[', begin[0] == '"' && isJSON(begin):
		return r.json(text, depth)
	case isAddress(begin):
		text = r.address(text, depth)
	default:
		text, _ = r.pairs(text, depth)
	}
	return r.hide(text)
}

var (
	scheme   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://`)
	userInfo = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)[^/?#\s"'<>]*@`)
	pair     = regexp.MustCompile(`([^\s=&?#/;:,"'<>(){}]+)=("[^"]*"?|'[^']*'?|[^\s&<>]*)`)
)

func isAddress(text string) bool {
	return !strings.ContainsAny(text, " \t\r\n\"<>") && (text[0] == '/' || scheme.MatchString(text))
}

// address is one without secrets: in its query, its path and before its host.
func (r Redactor) address(text string, depth int) string {
	text = userInfo.ReplaceAllString(text, "$1…@")
	path, query := text, ""
	if i := strings.IndexAny(text, "?#"); i >= 0 {
		path, query = text[:i], text[i:i+1]+r.form(text[i+1:], depth)
	}
	if !strings.ContainsAny(path, "=%") {
		return path + query
	}
	parts := strings.Split(path, "/")
	for i, part := range parts {
		within := strings.Split(part, ";")
		for i, one := range within {
			within[i] = r.field(one, depth)
		}
		parts[i] = strings.Join(within, ";")
	}
	return strings.Join(parts, "/") + query
}

// form is a form, or a query, without secrets.
func (r Redactor) form(text string, depth int) string {
	parts := strings.Split(text, "&")
	for i, part := range parts {
		parts[i] = r.field(part, depth)
	}
	return strings.Join(parts, "&")
}

// field is one of a form: a name and a value, or a value alone.
func (r Redactor) field(text string, depth int) string {
	name, value, named := strings.Cut(text, "=")
	if !named {
		name, value = "", text
	}
	shown := value
	if r.isSecret(unescaped(name)) {
		shown = model.Mask(value)
	} else if plain, err := url.QueryUnescape(value); err == nil && strings.ContainsAny(value, "%+=:/?;{") {
		if told := r.text(plain, depth+1); told != plain {
			shown = strings.NewReplacer("%", "%25", "&", "%26", "+", "%2B", " ", "+").Replace(told)
		}
	}
	if !named {
		return shown
	}
	return name + "=" + shown
}

// pairs is a text without the values that stand behind name= in it; rest is what is not about secrets.
func (r Redactor) pairs(text string, depth int) (shown, rest string) {
	text = userInfo.ReplaceAllString(text, "$1…@")
	var told, left strings.Builder
	from := 0
	for _, at := range pair.FindAllStringSubmatchIndex(text, -1) {
		name, value := text[at[2]:at[3]], text[at[4]:at[5]]
		told.WriteString(text[from:at[4]])
		left.WriteString(text[from:at[2]])
		if from = at[5]; r.isSecret(unescaped(name)) {
			told.WriteString(model.Mask(strings.Trim(value, `"'`)))
			continue
		}
		within := value
		if strings.Contains(value, "=") && depth < deepest {
			value, within = r.pairs(value, depth+1)
		}
		if strings.Contains(value, "%") {
			value = r.field(value, depth+1)
		}
		told.WriteString(value)
		left.WriteString(name + "=" + within)
	}
	return told.String() + text[from:], left.String() + text[from:]
}

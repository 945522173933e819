package ui

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"example.com/pipesfake/fake/internal/control"
)

// addCopies adds a control call to what can be copied of an action.
func (a *Action) addCopies(r Request, method, path string, body []byte) {
	for _, one := range []struct {
		to   *string
		text string
	}{
		{&a.Call, curl(r, method, path, body)}, {&a.Go, requestInGo(r, method, path, body)},
		{&a.JS, inJavaScript(r, method, path, body)}, {&a.Python, inPython(r, method, path, body)},
	} {
		*one.to = strings.TrimPrefix(*one.to+"\n"+one.text, "\n")
	}
}

// curl returns a control call as a command to copy. A body of nil means that the call has none.
func curl(r Request, method, path string, body []byte) string {
	address := r.Base + path
	if name := r.Environment.Name(); name != "default" {
		address += "?environment=" + name
	}
	line := "curl -X " + shellWord(method) + " " + shellWord(address)
	if r.Signs {
		line += ` -H "X-Pipesfake-Token: $PIPESFAKE_CONTROL_TOKEN"`
	}
	if body != nil {
		line += " -d " + shellWord(string(body))
	}
	return line
}

// shellWord quotes a text as one word of a shell, which leaves everything in single quotes as it is.
func shellWord(text string) string {
	isLetter := func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
	if text != "" && !strings.ContainsFunc(text, func(r rune) bool { return !isLetter(r) }) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// maskedMember matches a JSON member that has a masked value.
var maskedMember = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`"(\w+)"(\s*:\s*)"…[^"]*"`)
})

// repeated returns the command that makes a request of the journal once more. Secrets, which the journal does not keep,
// are variables of the shell; it returns their names.
func repeated(r Request, d control.RequestDetail) (line string, secrets []string) {
	key := frame{Environment: r.Environment.Name()}.Key()
	line = "curl -X " + shellWord(d.Method) + " " + shellWord(cmp.Or(r.API, "http://"+d.Headers["Host"])+d.Path)
	if d.Headers["Authorization"] != "" {
		line += " -H " + shellWord("Authorization: Bearer "+key)
	}
	if d.Body == "" {
		return line, nil
	}
	line += " -H " + shellWord("Content-Type: "+cmp.Or(d.Headers["Content-Type"], "application/json"))
	body := maskedMember().ReplaceAllStringFunc(shellWord(d.Body), func(text string) string {
		parts := maskedMember().FindStringSubmatch(text)
		name := strings.ToUpper(parts[1])
		if !slices.Contains(secrets, name) {
			secrets = append(secrets, name)
		}
		return `"` + parts[1] + `"` + parts[2] + `"'"$` + name + `"'"`
	})
	return line + " --data-raw " + body, secrets // -d would read a file if the body starts with @
}

// inGo returns an action as a call of the embedded server in Go, or an empty text if there is no such call.
func inGo(action string, form url.Values) string {
	switch action {
	case "switch":
		return useInGo(switchBody(form))
	case "reset":
		return "server.Reset()"
	}
	return ""
}

// useInGo returns a switch in Go, unless it has a ttl or is about what organizations own.
func useInGo(body map[string]any) string {
	if body["ttl"] != nil || body["connection_owner"] != nil {
		return ""
	}
	line := "server.Use(" + strconv.Quote(body["scenario"].(string))
	for _, part := range []struct{ field, option string }{
		{"provider", "Provider"}, {"user_id", "User"}, {"organization_id", "Organization"},
	} {
		value, isGiven := body[part.field]
		if text, isText := value.(string); isText {
			line += ", fake." + part.option + "(" + strconv.Quote(text) + ")"
		} else if isGiven {
			line += ", fake.NoOrganization()"
		}
	}
	return line + ")"
}

// addCopiesOfFile adds the control call that tries a file, by the name under which the page saves it.
func (a *Action) addCopiesOfFile(r Request, file string) {
	address := callAddress(r, "/_control/scenarios")
	a.Call = "curl -T " + shellWord(file) + " " + shellWord(address)
	a.Go = "text, err := os.Open(" + strconv.Quote(file) + ")\n" +
		`request, err := http.NewRequest("PUT", ` + strconv.Quote(address) + ", text)\n"
	a.JS = "await fetch(" + jsonText(address) + `, { method: "PUT", body: await readFile(` + jsonText(file) + ")"
	a.Python = "requests.put(" + jsonText(address) + ", data=open(" + jsonText(file) + `, "rb")`
	if r.Signs {
		a.Call += ` -H "X-Pipesfake-Token: $PIPESFAKE_CONTROL_TOKEN"`
		a.Go += `request.Header.Set("X-Pipesfake-Token", os.Getenv("PIPESFAKE_CONTROL_TOKEN"))` + "\n"
		a.JS += `, headers: { "X-Pipesfake-Token": process.env.PIPESFAKE_CONTROL_TOKEN }`
		a.Python += `, headers={"X-Pipesfake-Token": os.environ["PIPESFAKE_CONTROL_TOKEN"]}`
	}
	a.Go += "response, err := http.DefaultClient.Do(request)"
	a.JS += " });"
	a.Python += ")"
}

package ui

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// callAddress returns the address of a control call in the environment of the page.
func callAddress(r Request, path string) string {
	if name := r.Environment.Name(); name != "default" {
		return r.Base + path + "?environment=" + url.QueryEscape(name)
	}
	return r.Base + path
}

// requestInGo returns a control call as an HTTP request in Go, for what the embedded server has no method for.
func requestInGo(r Request, method, path string, body []byte) string {
	content := "nil"
	if body != nil {
		content = "strings.NewReader(" + goText(string(body)) + ")"
	}
	line := "request, err := http.NewRequest(" + strconv.Quote(method) + ", " + strconv.Quote(callAddress(r, path)) +
		", " + content + ")\n"
	if r.Signs {
		line += `request.Header.Set("X-Pipesfake-Token", os.Getenv("PIPESFAKE_CONTROL_TOKEN"))` + "\n"
	}
	return line + "response, err := http.DefaultClient.Do(request)"
}

// goText returns a string literal of Go, without escapes if it can.
func goText(text string) string {
	if strconv.CanBackquote(text) {
		return "`" + text + "`"
	}
	return strconv.Quote(text)
}

// inJavaScript returns a control call as a line of JavaScript.
func inJavaScript(r Request, method, path string, body []byte) string {
	options := "{ method: " + jsonText(method)
	if r.Signs {
		options += `, headers: { "X-Pipesfake-Token": process.env.PIPESFAKE_CONTROL_TOKEN }`
	}
	if body != nil {
		options += ", body: JSON.stringify(" + string(body) + ")"
	}
	return "await fetch(" + jsonText(callAddress(r, path)) + ", " + options + " });"
}

// inPython returns a control call as a line of Python, with the library requests.
func inPython(r Request, method, path string, body []byte) string {
	line := "requests." + strings.ToLower(method) + "(" + jsonText(callAddress(r, path))
	if r.Signs {
		line += `, headers={"X-Pipesfake-Token": os.environ["PIPESFAKE_CONTROL_TOKEN"]}`
	}
	if body != nil {
		line += ", json=" + pythonValue(body)
	}
	return line + ")"
}

// pythonValue returns JSON as a value of Python, which has other names for true, false and null.
func pythonValue(body []byte) string {
	in := json.NewDecoder(bytes.NewReader(body))
	in.UseNumber()
	var value any
	if err := in.Decode(&value); err != nil {
		return jsonText(string(body))
	}
	return python(value)
}

func python(value any) string {
	switch value := value.(type) {
	case nil:
		return "None"
	case bool:
		if value {
			return "True"
		}
		return "False"
	case map[string]any:
		var parts []string
		for name, one := range value {
			parts = append(parts, jsonText(name)+": "+python(one))
		}
		slices.Sort(parts)
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		var parts []string
		for _, one := range value {
			parts = append(parts, python(one))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case json.Number:
		return value.String()
	}
	return jsonText(value.(string))
}

// jsonText returns a text as JSON, which is a string of JavaScript and of Python, too.
func jsonText(text string) string {
	var to bytes.Buffer
	out := json.NewEncoder(&to)
	out.SetEscapeHTML(false)
	if err := out.Encode(text); err != nil {
		return strconv.Quote(text)
	}
	return strings.TrimSuffix(to.String(), "\n")
}

package yamltree

import (
	"regexp"
	"strconv"
	"strings"

	"example.com/pipesfake/internal/fields"
)

// reportSyntaxError reports the text of an error of yaml.v3 with its line, or with the first line if it mentions none.
func reportSyntaxError(r *fields.Reader, text string) {
	message, line := strings.TrimPrefix(text, "yaml: "), 1
	if match := regexp.MustCompile(`^line (\d+): `).FindStringSubmatch(message); match != nil {
		line, _ = strconv.Atoi(match[1])
		message = strings.TrimPrefix(message, match[0])
	}
	if message == "found character that cannot start any token" || strings.Contains(message, "tab character") {
		message += " (YAML is indented with spaces: is there a tab?)"
	}
	r.Mistake(nodeAt(line, 1), "", "not YAML, here or in the lines below: %s", message)
}

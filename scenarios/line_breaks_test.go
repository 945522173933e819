package scenarios_test

import (
	"fmt"
	"strings"
	"testing"

	"example.com/pipesfake/scenarios"
)

// YAML breaks lines at characters at which editors do not. A file with one is refused at its place, because positions
// in it would be wrong, and with them the places of secrets.
func TestUnusualLineBreaks(t *testing.T) {
	t.Parallel()
	const alone = "a carriage return without a line feed: save the file with ordinary line ends (\\n or \\r\\n)"
	for name, c := range map[string]struct{ text, want string }{
		"lines that were converted twice": {
			"version: 1\r\r\nscenarios:\r\r\n  a: {access_token: \"SECRET\"}\r\r\n",
			"1:11: " + alone,
		},
		"lines of old Macs":   {"version: 1\rstart: active\r", "1:11: " + alone},
		"the end of the file": {"version: 1\nstart: active\r", "2:14: " + alone},
		"a next line":         {"version: 1\n# ü\u0085\n", "2:4: the line break U+0085: "},
		"a line separator":    {"version: 1\n# é\u2028\n# \u2029", "2:4: the line separator U+2028: "},
		"a paragraph separator": {"version: 1\r\nstart: \"a\u2029b\"\r\n", "2:10: the paragraph separator U+2029: " +
			`remove it, or write "\u2029" in a quoted text`},
		"in the connections of a large file": {
			"version: 1\nconnections:\n" + strings.Repeat("  - {provider: github, user_id: alice_of_acme}\n", 8_000) +
				"  - {provider: github, user_id: bob} # \u2028\n",
			"8003:40: the line separator U+2028: ",
		},
		"UTF-16":                       {"\xff\xfea\x00:\x00 \x001\x00", "1:1: the file is UTF-16: save it as UTF-8"},
		"UTF-16 with high bytes first": {"\xfe\xff\x00a\x00:\x00 \x001", "1:1: the file is UTF-16: save it as UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := scenarios.Parse("f.yaml", []byte(c.text))
			got := fmt.Sprint(err)
			if !strings.HasPrefix(got, "f.yaml:"+c.want) || strings.Contains(got, "\n") {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

// Escapes of such characters are texts like others, and \r\n is an ordinary line end.
func TestEscapedLineBreaks(t *testing.T) {
	t.Parallel()
	const text = "version: 1\r\nscenarios:\r\n  a: {description: \"\\u2028 \\L\\N\\P\\r\", access_token: SECRET}\r"
	set, want := parse(t, text+"\n"), strings.Replace(text, "SECRET", "…", 1)
	if shown := strings.Join(set.Lines(9), "\n"); shown != want {
		t.Errorf("the lines are %q", shown)
	}
}

package fields

import (
	"testing"
)

func TestParseAndFormatDuration(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1h": "1h", "90m": "1h30m", "60s": "1m", "-90s": "-1m30s", "1500ms": "1.5s", "24h": "24h", "1h0m1s": "1h0m1s",
		"5":        `"5" has no unit (write 5s, 5m or 5h)`,
		"7d":       `"7d" counts days, which have no fixed length (write hours: 24h)`,
		"9999999h": `"9999999h" is longer than a hundred years`,
		"soon":     `"soon" is not a duration (write 90s, 5m or 1h30m)`,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			d, err := ParseDuration(text)
			got := FormatDuration(d)
			if err != nil {
				got = err.Error()
			}
			if got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

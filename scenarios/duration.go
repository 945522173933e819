package scenarios

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// ParseDuration reads a duration as the language writes it: 90s, 5m, 1h30m, -1h.
func ParseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	switch {
	case err == nil:
		return d, nil
	case regexp.MustCompile(`^-?\d+$`).MatchString(text):
		return 0, fmt.Errorf("%q has no unit (write %ss, %sm or %sh)", Abridge(text), Abridge(text), Abridge(text), Abridge(text))
	case regexp.MustCompile(`^-?\d+d$`).MatchString(text):
		return 0, fmt.Errorf("%q counts days, which have no fixed length (write hours: 24h)", Abridge(text))
	}
	if regexp.MustCompile(`^[-+]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$`).MatchString(text) {
		return 0, fmt.Errorf("%q is longer than 292 years", Abridge(text))
	}
	return 0, fmt.Errorf("%q is not a duration (write 90s, 5m or 1h30m)", Abridge(text))
}

// FormatDuration writes a duration as ParseDuration reads it, without zero units: 1h, 5m, never.
func FormatDuration(d time.Duration) string {
	if d == Never {
		return "never"
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

package scenarios

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"
)

// ParseDuration reads a duration as the language writes it: 90s, 5m, 1h30m, -1h.
func ParseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err == nil {
		return d, nil
	}
	quoted := Abridge(text)
	switch unit, isNumber := unitOf(text); {
	case isNumber && unit == "":
		return 0, fmt.Errorf("%q has no unit (write %ss, %sm or %sh)", quoted, quoted, quoted, quoted)
	case isNumber && unit == "d":
		return 0, fmt.Errorf("%q counts days, which have no fixed length (write hours: 24h)", quoted)
	case isTooLong(text):
		return 0, fmt.Errorf("%q is longer than a hundred years", quoted)
	}
	return 0, fmt.Errorf("%q is not a duration (write 90s, 5m or 1h30m)", quoted)
}

// unitOf returns what stands behind the whole number that a text begins with.
func unitOf(text string) (unit string, isNumber bool) {
	digits := strings.TrimPrefix(text, "-")
	unit = strings.TrimLeft(digits, "0123456789")
	return unit, len(unit) < len(digits)
}

// isTooLong reports whether a text that time.ParseDuration refuses is a duration all the same: one beyond 292 years.
func isTooLong(text string) bool {
	return regexp.MustCompile(`^[-+]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$`).MatchString(text)
}

// parseAnyDuration is ParseDuration for readers that check a range themselves: a duration that is too long is the
// longest of its sign.
func parseAnyDuration(text string) (time.Duration, error) {
	d, err := ParseDuration(text)
	switch {
	case err == nil || !isTooLong(text):
		return d, err
	case strings.HasPrefix(text, "-"):
		return math.MinInt64, nil
	}
	return math.MaxInt64, nil
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

package fields

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// ParseDuration parses a duration such as 90s, 5m, 1h30m or -1h.
func ParseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	switch {
	case err == nil:
		return d, nil
	case regexp.MustCompile(`^-?\d+$`).MatchString(text):
		return 0, fmt.Errorf("%q has no unit (%s)", Abridge(text), withUnits(text))
	case regexp.MustCompile(`^-?\d+d$`).MatchString(text):
		return 0, fmt.Errorf("%q counts days, which have no fixed length (write hours: 24h)", Abridge(text))
	}
	if regexp.MustCompile(`^[-+]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$`).MatchString(text) {
		return 0, fmt.Errorf("%q is longer than a hundred years", Abridge(text))
	}
	return 0, fmt.Errorf("%q is not a duration (write 90s, 5m or 1h30m)", Abridge(text))
}

// withUnits returns how to write a number that has no unit.
func withUnits(number string) string {
	number = Abridge(number)
	return fmt.Sprintf("write %ss, %sm or %sh", number, number, number)
}

// FormatDuration formats a duration for ParseDuration, without zero units: 1h, 5m.
func FormatDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// Duration returns the type of durations such as 5m. It accepts any duration: use Checked for limits.
func Duration() Type[time.Duration] {
	return Type[time.Duration]{
		Shape: Shape{Name: "duration", Ref: "duration",
			Schema: `{"type": "string", "pattern": "^[+]?` + DurationPattern + `$"}`},
		Parse: func(r *Reader, n *Node, path string) time.Duration {
			if n.Kind == Integer {
				r.Mistake(n, path, "%s %q has no unit (%s)", r.Name(path), Abridge(n.Text), withUnits(n.Text))
				return 0
			}
			text, ok := r.text(n, path)
			if !ok {
				return 0
			}
			d, err := ParseDuration(text)
			if err != nil {
				r.Mistake(n, path, "%s %s", r.Name(path), err)
			}
			return d
		},
		Format: func(d time.Duration) any { return FormatDuration(d) },
	}
}

// DurationPart is the regular expression of a number with its unit, escaped for a JSON string.
const DurationPart = `([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)`

// DurationPattern is the regular expression of a duration without a sign, escaped for a JSON string.
const DurationPattern = DurationPart + `(` + DurationPart + `)*`

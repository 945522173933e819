package scenarios

import (
	"math"
	"time"

	"example.com/pipesfake/internal/fields"
)

// DefaultLife is how long a token lives unless its state says otherwise.
const DefaultLife = time.Hour

// Never is the ExpiresIn of a token that does not expire: expires_at is null on the wire.
const Never time.Duration = math.MaxInt64

// maxLife keeps every date within what clients can parse.
const maxLife = 100 * 365 * 24 * time.Hour

// ParseDuration parses a duration as the language writes it: 90s, 5m, 1h30m, -1h.
func ParseDuration(text string) (time.Duration, error) { return fields.ParseDuration(text) }

// FormatDuration formats a duration as ParseDuration reads it, without zero units: 1h, 5m. Never is "never".
func FormatDuration(d time.Duration) string {
	if d == Never {
		return "never"
	}
	return fields.FormatDuration(d)
}

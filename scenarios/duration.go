package scenarios

import (
	"math"
	"time"

	"example.com/pipesfake/internal/fields"
)

// DefaultLife is the life of a token without expires_in.
const DefaultLife = time.Hour

// Never is the ExpiresIn of a token that does not expire: its expires_at is null in responses.
const Never time.Duration = math.MaxInt64

// maxLife limits durations, so that clients can parse every date.
const maxLife = 100 * 365 * 24 * time.Hour

// ParseDuration parses a duration such as 90s, 5m, 1h30m or -1h.
func ParseDuration(text string) (time.Duration, error) { return fields.ParseDuration(text) }

// FormatDuration formats a duration for ParseDuration, without zero units: 1h, 5m. It returns "never" for Never.
func FormatDuration(d time.Duration) string {
	if d == Never {
		return "never"
	}
	return fields.FormatDuration(d)
}

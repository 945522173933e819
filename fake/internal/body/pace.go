package body

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/pipes"
)

// The minimum pace of a body: it has the grace time to begin, and must bring so many bytes a second from then on.
// Without it, clients that send a byte now and then would hold their connections, and their goroutines, for ever.
const (
	graceTime         = 10 * time.Second
	minBytesPerSecond = 500
)

// pacedBody is the body of a request that must keep the minimum pace.
type pacedBody struct {
	io.ReadCloser
	connection *http.ResponseController
	began      time.Time
	received   int64
}

// KeepPace gives the body of a request the minimum pace. A Read of one that is slower returns request_timeout, and
// net/http closes the connection after the answer. Where deadlines cannot be set (a recorder of tests, a wrapped
// writer) there is no pace.
func KeepPace(w http.ResponseWriter, r *http.Request) {
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	b := &pacedBody{ReadCloser: r.Body, connection: http.NewResponseController(w), began: clock.Wire()}
	if b.extend() == nil { // also for net/http, which reads the rest of a body that no handler reads
		r.Body = b
	}
}

// extend sets the deadline by which more must have arrived.
func (b *pacedBody) extend() error {
	earned := time.Duration(b.received) * time.Second / minBytesPerSecond
	return b.connection.SetReadDeadline(b.began.Add(graceTime + earned))
}

// Read reads what arrives in time. At the end of the body it removes the deadline, which would otherwise end the call:
// net/http goes on reading to learn whether the client leaves.
func (b *pacedBody) Read(into []byte) (int, error) {
	n, err := b.ReadCloser.Read(into)
	b.received += int64(n)
	switch {
	case err == nil:
		_ = b.extend()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return n, b.tooSlow()
	default:
		_ = b.connection.SetReadDeadline(time.Time{})
	}
	return n, err
}

func (b *pacedBody) tooSlow() error {
	return &pipes.Error{Code: pipes.RequestTimeout, Message: fmt.Sprintf(
		"The body arrives too slowly: %d bytes came in %.0f seconds. After the first %.0f seconds it must bring "+
			"%d bytes a second. The connection is closed.",
		b.received, clock.Wire().Sub(b.began).Seconds(), graceTime.Seconds(), minBytesPerSecond)}
}

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

// The minimum pace of a body: after the grace time, it must have brought so many bytes for each second. Without this
// limit, clients that send a byte now and then would hold their connections and goroutines for ever.
const (
	graceTime         = 10 * time.Second
	minBytesPerSecond = 500
)

// pacedBody is the body of a request that must keep the minimum pace.
type pacedBody struct {
	io.ReadCloser
	writer   http.ResponseWriter
	began    time.Time // in real time
	received int64
}

// KeepPace makes the body of a request keep the minimum pace. A Read of a slower one returns request_timeout, and
// net/http closes the connection after the response. There is no limit where deadlines cannot be set, as with the
// recorder of a test or a wrapped writer. Began is when the request did, in real time.
func KeepPace(w http.ResponseWriter, r *http.Request, began time.Time) {
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	b := &pacedBody{ReadCloser: r.Body, writer: w, began: began}
	if b.extend() == nil { // the deadline also limits net/http, which reads the rest of a body that no handler reads
		r.Body = b
	}
}

// extend sets the deadline by which more bytes must have arrived.
func (b *pacedBody) extend() error {
	earned := time.Duration(b.received) * time.Second / minBytesPerSecond
	return b.setDeadline(b.began.Add(graceTime + earned))
}

func (b *pacedBody) setDeadline(t time.Time) error {
	return http.NewResponseController(b.writer).SetReadDeadline(t)
}

// Read reads what arrives in time. At the end of the body it removes the deadline, which would otherwise end the call,
// because net/http goes on reading to learn whether the client leaves.
func (b *pacedBody) Read(into []byte) (int, error) {
	n, err := b.ReadCloser.Read(into)
	b.received += int64(n)
	switch {
	case err == nil:
		_ = b.extend()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return n, b.tooSlow()
	default:
		_ = b.setDeadline(time.Time{})
	}
	return n, err
}

func (b *pacedBody) tooSlow() error {
	return &pipes.Error{Code: pipes.RequestTimeout, Message: fmt.Sprintf(
		"The body arrives too slowly: %d bytes came in %.0f seconds. After the first %.0f seconds it must bring "+
			"%d bytes a second. The connection is closed.",
		b.received, clock.RealNow().Sub(b.began).Seconds(), graceTime.Seconds(), minBytesPerSecond)}
}

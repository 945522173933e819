package body_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/pipes"
)

const mebibyte = 1 << 20

// codeOf returns the code of an error of the API.
func codeOf(t *testing.T, err error) pipes.Code {
	t.Helper()
	if err == nil {
		return ""
	}
	var wire *pipes.Error
	if !errors.As(err, &wire) {
		t.Fatalf("%v is not an error of the API", err)
	}
	return wire.Code
}

func TestBodiesAreBounded(t *testing.T) {
	t.Parallel()
	failing := iotest.ErrReader(errors.New("the client left"))
	for _, test := range []struct {
		name   string
		sent   io.Reader
		length int64 // Content-Length; -1 without one
		want   pipes.Code
	}{
		{"an empty body", strings.NewReader(""), 0, ""},
		{"1 MiB", strings.NewReader(strings.Repeat("a", mebibyte)), mebibyte, ""},
		{"1 MiB in chunks", strings.NewReader(strings.Repeat("a", mebibyte)), -1, ""},
		{"more than 1 MiB", strings.NewReader(strings.Repeat("a", mebibyte+1)), mebibyte + 1, pipes.PayloadTooLarge},
		{"more than 1 MiB in chunks", strings.NewReader(strings.Repeat("a", mebibyte+1)), -1, pipes.PayloadTooLarge},
		{"less than announced", strings.NewReader("a"), 2, pipes.InvalidJSON},
		{"a client that leaves", failing, -1, pipes.InvalidJSON},
		{"a slow client", iotest.ErrReader(&pipes.Error{Code: pipes.RequestTimeout}), -1, pipes.RequestTimeout},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			data, err := body.Read(&http.Request{Body: io.NopCloser(test.sent), ContentLength: test.length})
			if got := codeOf(t, err); got != test.want {
				t.Errorf("the error is %q, want %q", got, test.want)
			}
			if err == nil && test.length >= 0 && int64(len(data)) != test.length {
				t.Errorf("read %d bytes of %d", len(data), test.length)
			}
		})
	}
}

// A client may read the response only after it has sent everything, so the rest of a large body is read, up to a limit.
func TestLargeBodiesAreDrained(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name       string
		size, left int
	}{
		{"the rest is read", 3 * mebibyte, 0},
		{"not without end", 20 * mebibyte, 11*mebibyte - 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sent := strings.NewReader(strings.Repeat("a", test.size))
			if _, err := body.Read(&http.Request{Body: io.NopCloser(sent), ContentLength: -1}); err == nil {
				t.Error("the body is accepted")
			}
			if sent.Len() != test.left {
				t.Errorf("%d bytes are left, want %d", sent.Len(), test.left)
			}
		})
	}
	body.Drain(&http.Request{}) // without a body
}

// connection is a connection whose body arrives in pieces at a steady pace.
type connection struct {
	*httptest.ResponseRecorder
	deadline time.Time
	left     int           // bytes that have not arrived
	arrived  int           // bytes that were not read
	piece    int           // bytes that arrive together
	every    time.Duration // time between pieces
}

func (c *connection) SetReadDeadline(at time.Time) error {
	c.deadline = at
	return nil
}

func (c *connection) Read(into []byte) (int, error) {
	if c.arrived == 0 && c.left == 0 {
		return 0, io.EOF
	}
	if c.arrived == 0 {
		if untilDeadline := time.Until(c.deadline); !c.deadline.IsZero() && untilDeadline < c.every {
			time.Sleep(untilDeadline)
			return 0, os.ErrDeadlineExceeded
		}
		time.Sleep(c.every)
		c.arrived = min(c.piece, c.left)
		c.left -= c.arrived
	}
	n := min(c.arrived, len(into))
	c.arrived -= n
	return n, nil
}

func (c *connection) Close() error { return nil }

// A body has 10 seconds to begin. From then on it must bring 500 bytes a second.
func TestBodiesKeepThePace(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name        string
		size, piece int
		every       time.Duration
		received    int           // bytes before the timeout, or -1 without one
		took        time.Duration // until the timeout
	}{
		{"at once", 5000, 5000, 0, -1, 0},
		{"almost 10 seconds late", 5000, 5000, 10*time.Second - 1, -1, 0},
		{"500 bytes a second", 30_000, 500, time.Second, -1, 0},
		{"100 bytes a second, within 10 seconds", 900, 100, time.Second, -1, 0},
		{"nothing for 10 seconds", 5000, 5000, 11 * time.Second, 0, 10 * time.Second},
		{"100 bytes a second: each gains 0.2 seconds", 5000, 100, time.Second, 1200, 12400 * time.Millisecond},
		{"a byte a second", 5000, 1, time.Second, 10, 10020 * time.Millisecond},
		{"it stops after a good begin", 5000, 2500, 10 * time.Second, 2500, 15 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := &connection{
					ResponseRecorder: httptest.NewRecorder(), left: test.size, piece: test.piece, every: test.every,
				}
				r := &http.Request{Body: c, ContentLength: -1}
				began := time.Now()
				body.KeepPace(c, r, began)
				_, err := body.Read(r)
				if test.received < 0 {
					if err != nil || !c.deadline.IsZero() {
						t.Errorf("%v, and the deadline is %v afterwards", err, c.deadline)
					}
					return
				}
				if codeOf(t, err) != pipes.RequestTimeout || time.Since(began) != test.took {
					t.Fatalf("%v after %v, want a timeout after %v", err, time.Since(began), test.took)
				}
				said := fmt.Sprintf("%d bytes came in %.0f seconds", test.received, test.took.Seconds())
				if !strings.Contains(err.Error(), said) {
					t.Errorf("%v does not say that %s", err, said)
				}
			})
		})
	}
}

func TestRequestsWithoutAPace(t *testing.T) {
	t.Parallel()
	sent := io.NopCloser(strings.NewReader("{}"))
	for _, test := range []struct {
		name string
		w    http.ResponseWriter
		body io.ReadCloser
	}{
		{"no body", new(connection), nil},
		{"an empty body", new(connection), http.NoBody},
		{"no deadlines", httptest.NewRecorder(), sent},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := &http.Request{Body: test.body}
			if body.KeepPace(test.w, r, time.Now()); r.Body != test.body {
				t.Error("the body was replaced")
			}
		})
	}
}

package deadline_test

import (
	"errors"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pipesfake/internal/deadline"
)

// oneConn is a listener that accepts connections of net.Pipe.
type oneConn struct {
	net.Listener
	accepted chan net.Conn
}

func (l oneConn) Accept() (net.Conn, error) { return <-l.accepted, nil }

// dial returns both ends of a connection through a listener with cheap deadlines.
func dial(t *testing.T, listener net.Listener, accepted chan net.Conn) (client, server net.Conn) {
	t.Helper()
	client, inner := net.Pipe()
	accepted <- inner
	server, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return client, server
}

func newListener() (net.Listener, chan net.Conn) {
	accepted := make(chan net.Conn, 1)
	return deadline.Listener(oneConn{accepted: accepted}), accepted
}

// withConnection runs a test of a connection in a bubble of synctest.
func withConnection(t *testing.T, test func(t *testing.T, client, server net.Conn)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		listener, accepted := newListener()
		client, server := dial(t, listener, accepted)
		defer server.Close()
		test(t, client, server)
	})
}

// readFor reads a byte, and returns how long that took and whether the deadline ended it.
func readFor(c net.Conn) (took time.Duration, ended bool) {
	began := time.Now()
	_, err := c.Read(make([]byte, 1))
	return time.Since(began), errors.Is(err, os.ErrDeadlineExceeded)
}

func TestWhenAReadEnds(t *testing.T) {
	t.Parallel()
	in := func(d time.Duration) time.Time { return time.Now().Add(d) }
	for _, test := range []struct {
		name     string
		set      func(c net.Conn)
		min, max time.Duration
	}{
		{"at the deadline", func(c net.Conn) {
			_ = c.SetReadDeadline(in(10 * time.Second))
		}, 10 * time.Second, 11 * time.Second},
		{"at the last one", func(c net.Conn) {
			_ = c.SetReadDeadline(in(10 * time.Second))
			_ = c.SetReadDeadline(in(30 * time.Second))
		}, 30 * time.Second, 31 * time.Second},
		{"at an earlier one", func(c net.Conn) {
			_ = c.SetReadDeadline(in(30 * time.Second))
			_ = c.SetReadDeadline(in(5 * time.Second))
		}, 5 * time.Second, 6 * time.Second},
		{"at once, as net/http interrupts a read", func(c net.Conn) { _ = c.SetReadDeadline(time.Unix(1, 0)) }, 0, 0},
		{"after an interruption, at the next deadline", func(c net.Conn) {
			_ = c.SetReadDeadline(time.Unix(1, 0))
			_ = c.SetReadDeadline(in(10 * time.Second))
		}, 10 * time.Second, 11 * time.Second},
		{"after an end, at the next deadline", func(c net.Conn) {
			_ = c.SetReadDeadline(in(time.Second))
			readFor(c)
			_ = c.SetReadDeadline(in(10 * time.Second))
		}, 10 * time.Second, 11 * time.Second},
		{"at that of reads and writes", func(c net.Conn) {
			_ = c.SetDeadline(in(10 * time.Second))
		}, 10 * time.Second, 11 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			withConnection(t, func(t *testing.T, _, server net.Conn) {
				test.set(server)
				if took, ended := readFor(server); !ended || took < test.min || took > test.max {
					t.Errorf("ended by the deadline: %v, after %s, want %s to %s", ended, took, test.min, test.max)
				}
			})
		})
	}
}

// A deadline that was taken back ends no read, and bytes that come before a deadline are read.
func TestWhenAReadDoesNotEnd(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		set  func(c net.Conn)
	}{
		{"no deadline", func(net.Conn) {}},
		{"it was taken back", func(c net.Conn) {
			_ = c.SetReadDeadline(time.Now().Add(time.Second))
			_ = c.SetReadDeadline(time.Time{})
		}},
		{"an interruption was taken back", func(c net.Conn) {
			_ = c.SetReadDeadline(time.Unix(1, 0))
			_ = c.SetReadDeadline(time.Time{})
		}},
		{"it is later", func(c net.Conn) { _ = c.SetReadDeadline(time.Now().Add(time.Hour)) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			withConnection(t, func(t *testing.T, client, server net.Conn) {
				test.set(server)
				time.AfterFunc(time.Minute, func() { _, _ = client.Write([]byte{1}) })
				if took, ended := readFor(server); ended || took != time.Minute {
					t.Errorf("ended by a deadline: %v, after %s", ended, took)
				}
			})
		})
	}
}

// When all connections are closed nothing goes on: otherwise the bubble of synctest would not end.
func TestNothingRunsWithoutConnections(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		listener, accepted := newListener()
		for range 3 {
			_, first := dial(t, listener, accepted)
			_, second := dial(t, listener, accepted)
			for _, c := range []net.Conn{first, second, second} {
				_ = c.Close()
			}
		}
	})
}

// lingering is a connection that notes how SetLinger and CloseWrite were called.
type lingering struct {
	net.Conn
	seconds    int
	halfClosed bool
}

func (l *lingering) CloseWrite() error {
	l.halfClosed = true
	return nil
}

func (l *lingering) SetLinger(seconds int) error {
	l.seconds = seconds
	return nil
}

// Faults reset connections by SetLinger, and net/http half-closes one whose client is still sending, so that the client
// reads the response: the listener must hide neither.
func TestWhatReachesTheConnection(t *testing.T) {
	t.Parallel()
	inner := &lingering{seconds: -1}
	inner.Conn, _ = net.Pipe()
	listener, accepted := newListener()
	accepted <- inner
	server, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := server.(interface{ SetLinger(int) error }).SetLinger(0); err != nil || inner.seconds != 0 {
		t.Errorf("SetLinger(0) = %v, the connection has %d", err, inner.seconds)
	}
	if err := server.(interface{ CloseWrite() error }).CloseWrite(); err != nil || !inner.halfClosed {
		t.Errorf("CloseWrite() = %v, the connection was half-closed: %v", err, inner.halfClosed)
	}
}

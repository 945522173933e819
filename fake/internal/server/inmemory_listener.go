package server

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
)

// memoryHost is the host of a server without a listener. No resolver knows it: only Client reaches it.
const (
	memoryHost = "pipesfake.test"
	memoryURL  = "http://" + memoryHost
)

// memoryListener accepts connections that were dialled in the same process. They carry real HTTP, so that timeouts,
// broken connections and large bodies behave as they do over TCP.
type memoryListener struct {
	dialled chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func newMemoryListener() *memoryListener {
	return &memoryListener{dialled: make(chan net.Conn), closed: make(chan struct{})}
}

// dialContext returns a dialer for http.Transport. It calls start before each dial.
func (l *memoryListener) dialContext(start func()) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		start()
		client, server := newMemoryConn()
		select {
		case l.dialled <- server:
			return client, nil
		case <-l.closed:
			return nil, net.ErrClosed
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Accept waits for the next connection.
func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.dialled:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and dial.
func (l *memoryListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr returns the name, for logs.
func (l *memoryListener) Addr() net.Addr { return memoryAddr{} }

type memoryAddr struct{}

func (memoryAddr) Network() string { return "memory" }
func (memoryAddr) String() string  { return memoryHost }

// memoryConn is an end of a connection in memory. Like a TCP connection it can be reset, which the other end sees as an
// error.
type memoryConn struct {
	net.Conn
	reset, wasReset *atomic.Bool // by this end, and by the other
}

func newMemoryConn() (client, server net.Conn) {
	a, b := net.Pipe()
	byClient, byServer := new(atomic.Bool), new(atomic.Bool)
	return memoryConn{a, byClient, byServer}, memoryConn{b, byServer, byClient}
}

// SetLinger does what that of net.TCPConn does: with 0 seconds, Close resets the connection.
func (c memoryConn) SetLinger(seconds int) error {
	c.reset.Store(seconds == 0)
	return nil
}

// Read reads, and reports a reset by the other end as TCP does.
func (c memoryConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err != nil && c.wasReset.Load() {
		err = &net.OpError{Op: "read", Net: "memory", Err: syscall.ECONNRESET}
	}
	return n, err
}

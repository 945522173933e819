// Package deadline makes read deadlines of connections cheap. net/http sets several of them for each request, and each
// one costs the runtime a timer, nearly half a microsecond in all: more than the rest of what a server like pipesfake
// does for a request that it knows. Here a deadline is a field, which is compared with the time once a second, so a
// read can end up to a second late. The deadline long ago by which net/http interrupts a read works at once.
package deadline

import (
	"net"
	"sync"
	"time"
)

// interval is how often deadlines are compared with the time, and how late a read can end.
const interval = time.Second

// Listener returns a listener whose connections have cheap read deadlines.
func Listener(inner net.Listener) net.Listener {
	return &listener{Listener: inner, open: map[*conn]struct{}{}}
}

type listener struct {
	net.Listener
	mu       sync.Mutex
	open     map[*conn]struct{}
	sweeping *sweeping // while a connection is open
}

// sweeping is the time in which connections are open, and their deadlines are compared with the time.
type sweeping struct {
	ticker *time.Ticker
	closed chan struct{} // closed when the last connection is closed
	ended  chan struct{} // closed when nothing runs any more
}

// Accept waits for the next connection.
func (l *listener) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	made := &conn{Conn: accepted, listener: l}
	l.add(made)
	return made, nil
}

// add adds a connection, and starts to compare deadlines with the time if it is the only one.
func (l *listener) add(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[c] = struct{}{}
	if len(l.open) == 1 {
		l.sweeping = &sweeping{time.NewTicker(interval), make(chan struct{}), make(chan struct{})}
		go l.sweepDuring(l.sweeping)
	}
}

// remove removes a connection. With the last one it waits until nothing runs any more.
func (l *listener) remove(c *conn) {
	if over := l.take(c); over != nil {
		<-over.ended
	}
}

// take takes a connection from those that are open. If it was the last one, take ends and returns the sweeping.
func (l *listener) take(c *conn) *sweeping {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, isOpen := l.open[c]; !isOpen {
		return nil
	}
	delete(l.open, c)
	if len(l.open) > 0 {
		return nil
	}
	l.sweeping.ticker.Stop()
	close(l.sweeping.closed)
	return l.sweeping
}

// sweepDuring compares the deadlines with each time that comes while connections are open.
func (l *listener) sweepDuring(s *sweeping) {
	defer close(s.ended)
	for {
		select {
		case now := <-s.ticker.C:
			l.sweep(now)
		case <-s.closed:
			return
		}
	}
}

func (l *listener) sweep(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.open {
		c.expire(now)
	}
}

// conn is a connection whose read deadline is only compared with the time now and then.
type conn struct {
	net.Conn
	listener *listener

	mu        sync.Mutex
	deadline  time.Time // zero: none
	isExpired bool      // Conn has a deadline in the past, which ends every read
}

// longAgo is a deadline that ends a read at once, and before which a deadline is meant to do that.
func longAgo() time.Time { return time.Unix(1, 0) }

// SetReadDeadline sets when reads end.
func (c *conn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline = t
	switch {
	case !t.IsZero() && !t.After(longAgo()):
		c.isExpired = true
		return c.Conn.SetReadDeadline(t)
	case c.isExpired:
		c.isExpired = false
		return c.Conn.SetReadDeadline(time.Time{})
	}
	return nil
}

// SetDeadline sets when reads and writes end.
func (c *conn) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.Conn.SetWriteDeadline(t)
}

// expire ends the reads of a connection whose deadline has passed.
func (c *conn) expire(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.isExpired && !c.deadline.IsZero() && now.After(c.deadline) {
		c.isExpired = true
		_ = c.Conn.SetReadDeadline(longAgo()) // it fails if the connection was closed meanwhile
	}
}

// SetLinger does what that of net.TCPConn does, where the connection has it: with 0 seconds, Close resets it.
func (c *conn) SetLinger(seconds int) error {
	if inner, has := c.Conn.(interface{ SetLinger(int) error }); has {
		return inner.SetLinger(seconds)
	}
	return nil
}

// CloseWrite does what that of net.TCPConn does, where the connection has it: net/http ends a response so to a client
// that is still sending.
func (c *conn) CloseWrite() error {
	if inner, has := c.Conn.(interface{ CloseWrite() error }); has {
		return inner.CloseWrite()
	}
	return nil
}

// Close closes the connection.
func (c *conn) Close() error {
	c.listener.remove(c)
	return c.Conn.Close()
}

package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"syscall"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/internal/deadline"
)

// listener is an open address, with the handler that serves it.
type listener struct {
	net.Listener
	handler http.Handler
}

// url returns the URL at which this machine reaches the listener.
func (l listener) url() string {
	host, port, _ := net.SplitHostPort(l.Addr().String())
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// listen opens the address of the API and, if it is another, that of the control plane. The API comes first. Calls wait
// until the listeners have handlers.
func listen(c config) ([]listener, error) {
	api, err := open("addr", c.addr)
	if err != nil {
		return nil, err
	}
	listeners := []listener{{Listener: api}}
	if c.controlAddr != "" {
		control, err := open("control-addr", c.controlAddr)
		if err != nil {
			_ = api.Close()
			return nil, err
		}
		listeners = append(listeners, listener{Listener: control})
	}
	return listeners, nil
}

// replicaURL returns the URL at which other replicas reach a listener: at its address, or at the name of this machine
// if it listens everywhere.
func (l listener) replicaURL() string {
	host, port, _ := net.SplitHostPort(l.Addr().String())
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host, _ = os.Hostname()
	}
	return "http://" + net.JoinHostPort(host, port)
}

// wsaEADDRINUSE is the error of Windows for an address in use, which is not syscall.EADDRINUSE there.
const wsaEADDRINUSE = syscall.Errno(10048)

// open listens on the address of a flag. The error names the flag and, if it can be known, who has the port.
func open(name, addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err == nil {
		return l, nil
	}
	if !errors.Is(err, syscall.EADDRINUSE) && !errors.Is(err, wsaEADDRINUSE) {
		return nil, fmt.Errorf("cannot listen on the address of --%s: %w", name, err)
	}
	_, text, _ := net.SplitHostPort(addr)
	port, _ := strconv.Atoi(text)
	by := ""
	if owner := portOwner(port); owner != "" {
		by = " by " + owner
	}
	return nil, fmt.Errorf("%s is already in use%s: stop what listens there, or choose another address with --%s "+
		"or %s (port 0 takes a free one)", addr, by, name, variableName(name))
}

// newHTTPServer returns a server that limits how long a client may take to send headers and to stay silent between
// calls. Package fake limits the time for a body. Calls have no limit: streams, waits and hanging faults are long.
func newHTTPServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
	}
}

// serveAll serves until ctx ends. Then it tells clients for a while that connections end, and lets the calls in
// progress finish for drainTime.
func serveAll(
	ctx context.Context, fake *fake.Server, listeners []listener, leave time.Duration, stderr io.Writer,
) int {
	failed := make(chan error, len(listeners))
	servers := make([]*http.Server, len(listeners))
	for i, l := range listeners {
		servers[i] = newHTTPServer(l.handler)
		servers[i].RegisterOnShutdown(fake.Drain)
		go func() { failed <- servers[i].Serve(deadline.Listener(l)) }()
	}
	select {
	case err := <-failed:
		fmt.Fprintln(stderr, "pipesfake:", err)
		return exitFailed
	case <-ctx.Done():
	}
	if leave > 0 {
		fake.Drain()
		time.Sleep(leave)
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	for _, server := range servers {
		if server.Shutdown(drain) != nil {
			fmt.Fprintf(stderr, "pipesfake: calls still in progress after %s are cut off\n", drainTime)
			_ = server.Close()
		}
	}
	return exitOK
}

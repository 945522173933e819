package command

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"example.com/pipesfake/fake"
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

// listen opens the address of the API and, if it is another, that of the control plane. The API comes first.
func listen(c config, server *fake.Server) ([]listener, error) {
	api, err := net.Listen("tcp", c.addr)
	if err != nil {
		return nil, err
	}
	listeners := []listener{{api, server}}
	if c.controlAddr != "" {
		control, err := net.Listen("tcp", c.controlAddr)
		if err != nil {
			_ = api.Close()
			return nil, err
		}
		listeners = append(listeners, listener{control, server.ControlHandler()})
	}
	return listeners, nil
}

// newHTTPServer returns a server that limits how long a client may take to send headers and to stay silent between
// calls. Package fake limits the time for a body. Calls have no limit: streams, waits and hanging faults are long.
func newHTTPServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
	}
}

// serveAll serves until ctx ends, and then lets the calls in progress finish for drainTime.
func serveAll(ctx context.Context, fake *fake.Server, listeners []listener, stderr io.Writer) int {
	failed := make(chan error, len(listeners))
	servers := make([]*http.Server, len(listeners))
	for i, l := range listeners {
		servers[i] = newHTTPServer(l.handler)
		servers[i].RegisterOnShutdown(fake.Drain)
		go func() { failed <- servers[i].Serve(l) }()
	}
	select {
	case err := <-failed:
		fmt.Fprintln(stderr, "pipesfake:", err)
		return exitFailed
	case <-ctx.Done():
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

package server

import (
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"example.com/pipesfake/internal/deadline"
)

// endpoint is where a server is reached: over TCP, or in memory.
type endpoint struct {
	url      string
	client   *http.Client
	start    sync.Once // an endpoint in memory starts when it is first dialled
	listener net.Listener
	http     *http.Server
	serving  sync.WaitGroup // Serve, and every connection
}

// clientIdleTime is how long the client keeps an unused connection. It is shorter than the server's time, so that no
// call begins on a connection that the server is closing.
const clientIdleTime = 90 * time.Second

// open opens the listener and makes its client. Calls are handled from serve on.
func (e *endpoint) open(address string) error {
	if address == "" {
		memory := newMemoryListener()
		e.url, e.listener = memoryURL, memory
		e.client = &http.Client{Transport: &http.Transport{
			IdleConnTimeout: clientIdleTime, DialContext: memory.dialContext(func() { e.start.Do(e.run) }),
		}}
		return nil
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	e.url, e.listener = "http://"+listener.Addr().String(), deadline.Listener(listener)
	e.client = &http.Client{Transport: &http.Transport{IdleConnTimeout: clientIdleTime}}
	return nil
}

// serve sets the handler, and starts at once or when the endpoint is first dialled.
func (e *endpoint) serve(handler http.Handler, logger *slog.Logger, atOnce bool) {
	errorLog := slog.NewLogLogger(logger.Handler(), slog.LevelDebug)
	e.http = &http.Server{
		Handler: handler, ConnState: e.count, ErrorLog: errorLog,
		ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
	}
	if atOnce {
		e.start.Do(e.run)
	}
}

func (e *endpoint) run() {
	e.serving.Go(func() { _ = e.http.Serve(e.listener) })
}

// count lets close wait for every connection.
func (e *endpoint) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		e.serving.Add(1)
	case http.StateClosed, http.StateHijacked:
		e.serving.Done()
	}
}

// close ends the listener and every connection. It does not wait for their handlers, which serving does.
func (e *endpoint) close() {
	e.start.Do(func() {}) // from here on nothing starts it
	e.client.CloseIdleConnections()
	_ = e.http.Close()
	_ = e.listener.Close()
}

package command

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pipesfake/fake"
)

// inMemory is a listener that accepts the connections that a test sends to the channel.
type inMemory chan net.Conn

func (l inMemory) Accept() (net.Conn, error) {
	if connection, open := <-l; open {
		return connection, nil
	}
	return nil, errors.New("closed")
}
func (l inMemory) Close() error   { return nil }
func (l inMemory) Addr() net.Addr { return &net.TCPAddr{} }

// A client may not be slow with its headers or silent for long, but it may wait for a slow response.
func TestHowLongAClientMayTake(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pipes, err := fake.New()
		if err != nil {
			t.Fatal(err)
		}
		defer pipes.Close()
		listener, server := make(inMemory), newHTTPServer(pipes)
		go func() { _ = server.Serve(listener) }()
		defer func() { close(listener); _ = server.Close() }()
		talk := func(text string) (client net.Conn, in *bufio.Reader) {
			client, end := net.Pipe()
			listener <- end
			if _, err := io.WriteString(client, text); err != nil {
				t.Error(err)
			}
			return client, bufio.NewReader(client)
		}
		check := func(what string, began time.Time, want time.Duration) {
			t.Helper()
			if took := time.Since(began).Round(time.Second); took != want {
				t.Errorf("%s: it took %s, not %s", what, took, want)
			}
		}
		began := time.Now()
		client, in := talk("GET /health HTTP/1.1\r\nHost: loc")
		_, _ = io.ReadAll(in)
		client.Close()
		check("half a header", began, 10*time.Second)

		began = time.Now()
		client, in = talk("GET /_control/wait?operation=token&timeout=10m HTTP/1.1\r\nHost: localhost\r\n\r\n")
		response, err := http.ReadResponse(in, nil)
		if err != nil || response.StatusCode != http.StatusConflict {
			t.Fatalf("a wait: %v (%v)", response, err)
		}
		_, _ = io.ReadAll(response.Body)
		check("a long wait", began, 10*time.Minute)
		_, _ = io.ReadAll(in)
		client.Close()
		check("and silence after it", began, 12*time.Minute)
	})
}

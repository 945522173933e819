package deadline_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/internal/deadline"
)

// short is a timeout of servers. A read ends up to a second later.
const short = 50 * time.Millisecond

// patience is how long a test waits for what should come much sooner.
const patience = 10 * time.Second

// serve serves a handler on a port of this machine, and returns its address.
func serve(t *testing.T, server *http.Server) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(deadline.Listener(listener)) }()
	t.Cleanup(func() {
		_ = server.Close()
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

// client is a client that writes its requests by hand.
type client struct {
	net.Conn
	t      *testing.T
	reader *bufio.Reader
}

func dialTCP(t *testing.T, address string) client {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	return client{c, t, bufio.NewReader(c)}
}

func (c client) send(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		c.t.Fatal(err)
	}
}

// receive reads a response, and returns its body.
func (c client) receive() string {
	c.t.Helper()
	response, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return string(body)
}

// expect reads a response, which must have the body.
func (c client) expect(body string) {
	c.t.Helper()
	if got := c.receive(); got != body {
		c.t.Fatalf("the body is %q, want %q", got, body)
	}
}

// expectEnd waits until the server closes the connection, without another byte.
func (c client) expectEnd() {
	c.t.Helper()
	if rest, err := io.ReadAll(c.reader); err != nil || len(rest) > 0 {
		c.t.Errorf("instead of the end comes %q (%v)", rest, err)
	}
}

const (
	get        = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
	halfHeader = "GET / HTTP/1.1\r\nHost: loc"
	post       = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n"
)

// echo responds with the body of the request, or with the error of reading it.
func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		body = fmt.Append(body, " and ", err)
	}
	_, _ = w.Write(body)
}

// A server closes the connections of clients that are too slow. All connections are opened before the first one is
// checked, so that they are closed at about the same time.
func TestServersEndSlowConnections(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		server *http.Server
		sends  string
		check  func(c client)
	}{
		{"nothing is sent", &http.Server{ReadHeaderTimeout: short}, "", client.expectEnd},
		{"half a header", &http.Server{ReadHeaderTimeout: short}, halfHeader, client.expectEnd},
		{
			"half a header after a request", &http.Server{ReadHeaderTimeout: short, IdleTimeout: patience},
			post + "body" + halfHeader, func(c client) {
				c.expect("body")
				c.expectEnd()
			},
		},
		{
			"no other request follows", &http.Server{ReadHeaderTimeout: patience, IdleTimeout: short}, get,
			func(c client) {
				c.expect("")
				c.expectEnd()
			},
		},
		{"half a body", &http.Server{ReadTimeout: short}, post + "bo", func(c client) {
			if body := c.receive(); !strings.HasPrefix(body, "bo and ") || !strings.HasSuffix(body, "i/o timeout") {
				c.t.Errorf("the handler read %q", body)
			}
			c.expectEnd()
		}},
	}
	clients := make([]client, len(tests))
	for i, test := range tests {
		test.server.Handler = http.HandlerFunc(echo)
		clients[i] = dialTCP(t, serve(t, test.server))
		clients[i].send(test.sends)
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			clients[i].t = t
			test.check(clients[i])
		})
	}
}

// A client that leaves ends the context of its request, also if the request was not the first one of the connection.
func TestClientsThatLeave(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]int{"at the first request": 0, "at the third request": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began, ended := make(chan struct{}), make(chan error, 1)
			c := dialTCP(t, serve(t, &http.Server{
				ReadHeaderTimeout: patience, IdleTimeout: patience,
				Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method == "GET" {
						return
					}
					_, _ = io.Copy(io.Discard, r.Body)
					close(began)
					<-r.Context().Done()
					ended <- r.Context().Err()
				}),
			}))
			for range before {
				c.send(get)
				c.expect("")
			}
			c.send(post + "body")
			<-began
			_ = c.Close()
			select {
			case err := <-ended:
				if !errors.Is(err, context.Canceled) {
					t.Errorf("the context ended with %v", err)
				}
			case <-time.After(patience):
				t.Error("the context did not end")
			}
		})
	}
}

// A handler may take longer than its client had for the header, and longer than its connection may be idle.
func TestHandlerThatTakesLong(t *testing.T) {
	t.Parallel()
	began, goOn := make(chan struct{}), make(chan struct{})
	address := serve(t, &http.Server{
		ReadHeaderTimeout: short, IdleTimeout: short,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == "POST" {
				close(began)
				<-goOn
			}
			if err := r.Context().Err(); err != nil {
				t.Errorf("the context ended with %v", err)
			}
			echo(w, r)
		}),
	})
	c := dialTCP(t, address)
	c.send(get)
	c.expect("")
	c.send(post)
	<-began
	for range 2 { // when the second one has ended, the deadlines of all were compared with the time
		slow := dialTCP(t, address)
		slow.send(halfHeader)
		slow.expectEnd()
	}
	close(goOn)
	c.send("body")
	c.expect("body")
}

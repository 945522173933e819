package fake_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
)

// slow is a request whose body arrives slowly.
type slow struct {
	head  string // method, path and headers beside the usual ones
	at    int    // how many bytes come at once
	pause time.Duration
	size  int // of the body
}

// connect opens a connection to a server, which may be in memory.
func connect(t *testing.T, server *fake.Server) net.Conn {
	t.Helper()
	dial := new(net.Dialer).DialContext
	if transport, _ := server.Client().Transport.(*http.Transport); transport.DialContext != nil {
		dial = transport.DialContext
	}
	connection, err := dial(context.Background(), "tcp", strings.TrimPrefix(server.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	return connection
}

// send sends the request, and returns the response, how long it took, and whether the server closed the connection.
func (s slow) send(t *testing.T, w world) (status int, body string, took time.Duration, closed bool) {
	t.Helper()
	connection, ended := connect(t, w.Server), make(chan struct{})
	defer func() { _ = connection.Close(); <-ended }()
	began := time.Now()
	sent := `{"user_id": "user_1"` + strings.Repeat(" ", max(0, s.size-len(`{"user_id": "user_1"}`))) + "}"
	head, _, isChunked := strings.Cut(s.head, " chunked")
	length := fmt.Sprintf("Content-Length: %d", s.size)
	if isChunked {
		length = "Transfer-Encoding: chunked"
	}
	go func() {
		defer close(ended)
		_, err := fmt.Fprintf(connection,
			"%s HTTP/1.1\r\n"+
				"Host: localhost\r\n"+
				"Authorization: Bearer %s\r\n"+
				"Content-Type: application/json\r\n"+
				"%s\r\n"+
				"\r\n",
			head, w.key, length)
		for from := 0; from < s.size && s.at > 0 && err == nil; from += s.at {
			time.Sleep(s.pause)
			piece := sent[from:min(from+s.at, s.size)]
			if isChunked {
				piece = fmt.Sprintf("%x\r\n%s\r\n", len(piece), piece)
			}
			_, err = io.WriteString(connection, piece)
		}
		if isChunked && err == nil {
			_, _ = io.WriteString(connection, "0\r\n\r\n")
		}
	}()
	_ = connection.SetReadDeadline(began.Add(time.Hour))
	reader := bufio.NewReader(connection)
	response, err := http.ReadResponse(reader, &http.Request{Method: "POST"})
	if err != nil {
		t.Errorf("no answer after %s: %v", time.Since(began), err)
		return 0, "", time.Since(began), true
	}
	read, _ := io.ReadAll(response.Body)
	took = time.Since(began)
	_ = connection.SetReadDeadline(time.Now().Add(5 * time.Second))
	_, err = reader.ReadByte()
	timeout, _ := err.(net.Error)
	return response.StatusCode, string(read), took, err != nil && (timeout == nil || !timeout.Timeout())
}

const tokenHead = "POST /data-integrations/github/token"

// A body must arrive at 500 bytes a second after the first ten seconds. Otherwise the server ends the call and closes
// the connection.
func TestBodiesHaveAMinimumPace(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		slow
		status int
		says   string
		cut    bool // at the end of the grace time
	}{
		"a byte a second": {slow{tokenHead, 1, time.Second, 1000}, 408, "request_timeout", true},
		"nothing":         {slow{tokenHead, 0, 0, 1000}, 408, "0 bytes came", true},
		"in chunks":       {slow{tokenHead + " chunked", 1, time.Second, 1000}, 408, "request_timeout", true},
		"to a control call": {slow{"PUT /_control/scenario", 1, time.Second, 1000}, 408, "500 bytes a second",
			true},
		"to the page": {slow{"POST /_ui/switch", 1, time.Second, 1000}, 408, "", true},
		"to a provider": {slow{"POST /_provider/github/user", 1, time.Second, 1000}, 408, "request_timeout",
			true},
		"to an unknown path":     {slow{"POST /nowhere", 1, time.Second, 1000}, 501, "not_implemented", true},
		"with a wrong method":    {slow{"PATCH /data-integrations/github/token", 1, time.Second, 1000}, 405, "", true},
		"of a health check":      {slow{"GET /health", 1, time.Second, 1000}, 200, "", true},
		"of a list":              {slow{"GET /events", 1, time.Second, 1000}, 408, "", true},
		"larger than is read":    {slow{tokenHead, 1, time.Second, 2 << 20}, 408, "", true},
		"slow, and fair":         {slow{tokenHead, 600, time.Second, 60_000}, 200, "access_token", false},
		"fair, in chunks":        {slow{tokenHead + " chunked", 600, time.Second, 60_000}, 200, "access_token", false},
		"late, within the grace": {slow{tokenHead, 1000, 9 * time.Second, 1000}, 200, "access_token", false},
		"in bursts":              {slow{tokenHead, 5_000, 9 * time.Second, 60_000}, 200, "access_token", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, w world) {
				status, body, took, closed := test.send(t, w)
				if status != test.status || !strings.Contains(body, test.says) {
					t.Errorf("it answers %d %.300s, not %d with %q", status, body, test.status, test.says)
				}
				if test.cut && (took < 9*time.Second || took > 15*time.Second || !closed) {
					t.Errorf("it took %s, and the connection was closed: %v", took, closed)
				}
				if !test.cut && closed {
					t.Error("the connection of a fair body was closed")
				}
			})
		})
	}
}

// Delays that the server makes on purpose do not count: only the time of the body does.
func TestPaceCountsOnlyTheTimeOfTheBody(t *testing.T) {
	t.Parallel()
	for fault, atLeast := range map[string]time.Duration{`{"delay": "5m"}`: 5 * time.Minute,
		`{"drip": "10m"}`: 9 * time.Minute} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, w world) {
				w.addFault(fault)
				status, body, took, closed := slow{tokenHead, 10, time.Second, 50}.send(t, w)
				if status != 200 || !strings.Contains(body, "access_token") || took < atLeast || closed {
					t.Errorf("after %s it answers %d %s, closed: %v", took, status, body, closed)
				}
			})
		})
	}
	t.Run("hang", func(t *testing.T) {
		t.Parallel()
		bubble(t, func(t *testing.T, w world) {
			w.addFault(`{"hang": true}`)
			connection := connect(t, w.Server)
			defer connection.Close()
			fmt.Fprintf(connection,
				"%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Length: 21\r\n\r\n%s", tokenHead,
				w.key, `{"user_id": "user_1"}`)
			_ = connection.SetReadDeadline(time.Now().Add(time.Hour))
			_, err := connection.Read(make([]byte, 1))
			if timeout, is := err.(net.Error); !is || !timeout.Timeout() {
				t.Errorf("a hanging call ended: %v", err)
			}
		})
	})
}

// A server waits ten seconds for headers, and two minutes for the next call of a connection.
func TestSilentConnectionsAreClosed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		sends string
		after time.Duration
	}{
		"nothing":         {"", 10 * time.Second},
		"half a header":   {"GET /health HTTP/1.1\r\nHost: loc", 10 * time.Second},
		"after an answer": {"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n", 2 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, w world) {
				connection := connect(t, w.Server)
				defer connection.Close()
				began := time.Now()
				_, _ = io.WriteString(connection, test.sends)
				_ = connection.SetReadDeadline(began.Add(time.Hour))
				_, _ = io.Copy(io.Discard, connection)
				if took := time.Since(began).Round(time.Second); took != test.after {
					t.Errorf("the connection was closed after %s, not %s", took, test.after)
				}
			})
		})
	}
}

// deadlined is a recorder that accepts read deadlines.
type deadlined struct{ *httptest.ResponseRecorder }

func (deadlined) SetReadDeadline(time.Time) error { return nil }

// tooLate is a body whose read deadline has passed.
type tooLate struct{}

func (tooLate) Read([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }

// If a forwarded body is slow, the error blames the client, not the fallback.
func TestSlowBodiesThroughTheFallback(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_,
			_ = io.ReadAll(r.Body)
	}))
	defer other.Close()
	w := start(t, fake.WithFallback(other.URL))
	request := httptest.NewRequest("POST", "/user_management/authenticate", tooLate{})
	request.Header.Set("Authorization", "Bearer "+w.key)
	recorder := httptest.NewRecorder()
	w.ServeHTTP(deadlined{recorder}, request)
	if recorder.Code != 408 || !strings.Contains(recorder.Body.String(), "request_timeout") {
		t.Errorf("it answers %d %s", recorder.Code, recorder.Body)
	}
}

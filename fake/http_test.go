package fake_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// answer is a response that was read completely.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// says reports whether the body contains a text.
func (a answer) says(text string) bool { return bytes.Contains(a.body, []byte(text)) }

// failure is the body of an error.
type failure struct {
	Code, Message string
	Errors        []struct{ Field, Code, Message string }
}

// decode returns the body of a response. It fails unless the status is the expected one.
func decode[T any](t testing.TB, a answer, status int) (value T) {
	t.Helper()
	if a.status != status {
		t.Fatalf("the status is %d, not %d: %s", a.status, status, a.body)
	}
	if err := json.NewDecoder(bytes.NewReader(a.body)).Decode(&value); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
	return value
}

// newRequest returns a request for exchange, with headers as names and values in turn.
func newRequest(t testing.TB, method, url string, body io.Reader, headers ...string) *http.Request {
	t.Helper()
	request, err := http.NewRequest(method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		switch headers[i] {
		case "Host":
			request.Host = headers[i+1]
		case "Origin": // there can be several
			request.Header.Add(headers[i], headers[i+1])
		default:
			request.Header.Set(headers[i], headers[i+1])
		}
	}
	return request
}

// exchange sends a request, and reads the response.
func exchange(t testing.TB, client *http.Client, request *http.Request) answer {
	t.Helper()
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, read}
}

// withoutRedirects returns a client that does not follow redirects.
func withoutRedirects(client *http.Client) *http.Client {
	copied := *client
	copied.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &copied
}

// openStream requests a stream, which ends with the context or the test, and returns the response unread.
func openStream(ctx context.Context, t testing.TB, client *http.Client, url string) *http.Response {
	t.Helper()
	response, err := client.Do(newRequest(t, "GET", url, nil).WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return response
}

// readUntil reads a stream until it contains a text, and returns what it read.
func readUntil(t testing.TB, stream io.Reader, text string) string {
	t.Helper()
	var read strings.Builder
	for buffer := make([]byte, 4096); !strings.Contains(read.String(), text); {
		n, err := stream.Read(buffer)
		read.Write(buffer[:n])
		if err != nil && err != io.EOF {
			t.Fatalf("%v, after %s", err, read.String())
		}
	}
	return read.String()
}

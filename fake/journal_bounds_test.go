package fake_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// rawCall sends a request, and returns the response.
func (w world) rawCall(t *testing.T, text string) (status int, header http.Header, body string) {
	t.Helper()
	connection := connect(t, w.Server)
	defer connection.Close()
	go func() { _, _ = io.WriteString(connection, text) }()
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(read)
}

// A large call has a small entry in the journal, and does not displace the entries of other calls.
func TestLargeCallsTakeLittleRoomInTheJournal(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("A", 900_000)
	for name, test := range map[string]struct {
		line, header, body string
		status             int
	}{
		"a method":                    {line: long + " /data-integrations/github/token", status: 405},
		"a method of an unknown path": {line: long + " /nowhere", status: 405},
		"a method to relay":           {line: long + " /relay/https://api.github.com/user", status: 405},
		"a path":                      {line: "GET /" + long, status: 501},
		"a query":                     {line: "GET /events?" + long[:400_000] + "=" + long[:400_000], status: 200},
		"an id":                       {line: "DELETE /webhook_endpoints/" + long, status: 404},
		"a host":                      {line: "GET /events", header: "Host: " + long, status: 200},
		"a header":                    {line: "GET /events", header: "X-Long: " + long, status: 200},
		"a header's name":             {line: "GET /events", header: long + ": x", status: 200},
		"a relay user": {line: "GET /relay/https://api.github.com/user", header: "X-Relay-User: " + long,
			status: 400},
		"an origin": {line: "GET /events", header: "Origin: " + long, status: 200},
		"a user": {line: "POST /data-integrations/github/token",
			body: `{"user_id": "` + long + `"}`, status: 400},
		"a field": {line: "POST /data-integrations/github/token", body: `{"` + long + `": 1}`,
			status: 400},
		"events": {line: "POST /webhook_endpoints",
			body: `{"endpoint_url": "http://localhost", "events": ["` + long + `"]}`, status: 422},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			for range 20 {
				w.token("github", "user_1")
			}
			request := test.line + " HTTP/1.1\r\n"
			if !strings.HasPrefix(test.header, "Host:") {
				request += "Host: localhost\r\n"
			}
			if test.header != "" {
				request += test.header + "\r\n"
			}
			request += fmt.Sprintf("Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s", w.key, len(test.body),
				test.body)
			for range 10 {
				status, _, body := w.rawCall(t, request)
				if test.status != 0 && status != test.status || len(body) > 10_000 {
					t.Fatalf("it answers %d in %d bytes: %.300s", status, len(body), body)
				}
			}
			all, _ := w.noted("?limit=1000")
			expect(t, "the journal has all calls", len(all), 30)
			whole := w.control("GET", "requests?limit=1000", "").body
			if one := w.control("GET", "requests/"+all[0].ID, "").body; len(one) > 64_000 || len(whole) > 10*64_000 {
				t.Errorf("the journal has an entry of %d bytes, and %d in all", len(one), len(whole))
			}
		})
	}
}

// The response to a refused method lists the allowed ones.
func TestRefusedMethods(t *testing.T) {
	t.Parallel()
	w := start(t)
	for name, test := range map[string]struct{ line, says, allow string }{
		"too long":     {strings.Repeat("A", 33) + " /data-integrations/github/token", "method_not_allowed", "POST"},
		"at the limit": {strings.Repeat("A", 32) + " /data-integrations/github/token", "method_not_allowed", "POST"},
		"to relay": {strings.Repeat("A", 33) + " /relay/https://api.github.com/user",
			"has 33 characters; at most 32 are allowed", "GET, HEAD, POST, PUT, PATCH, DELETE"},
		"to control":      {strings.Repeat("A", 33) + " /_control/state", "at most 32", "GET, HEAD"},
		"of unknown path": {strings.Repeat("A", 33) + " /nowhere", "at most 32", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, header, body := w.rawCall(t,
				test.line+" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "+w.key+"\r\n\r\n")
			if status != 405 || !strings.Contains(body, test.says) || header.Get("Allow") != test.allow {
				t.Errorf("it answers %d, Allow %q: %s", status, header.Get("Allow"), body)
			}
		})
	}
	t.Run("no token", func(t *testing.T) {
		t.Parallel()
		request := httptest.NewRequest("GET", "/events", nil)
		request.Method = "GET\x00" // net/http lets no such method in, other servers may
		recorder := httptest.NewRecorder()
		w.ServeHTTP(recorder, request)
		expect(t, "the status", recorder.Code, 405)
	})
}

// A scenario with many scopes has a short title, because clients refuse responses with long headers.
func TestTitlesOfLongScenariosAreCut(t *testing.T) {
	t.Parallel()
	w := start(t)
	scopes := make([]string, 500)
	for i := range scopes {
		scopes[i] = fmt.Sprintf(`"scope-%d-%s"`, i, strings.Repeat("x", 100))
	}
	w.put(`{"scenario": {"scopes": [` + strings.Join(scopes, ", ") + `]}}`)
	a := w.do("POST", "/data-integrations/github/token", `{"user_id": "user_1"}`)
	why := a.header.Get("X-Pipesfake-Decision")
	if len(why) > 500 || !strings.Contains(why, "scope-0-") || !strings.Contains(why, "since switch 1") {
		t.Errorf("the header has %d bytes: %.600s", len(why), why)
	}
	if entry := w.Requests()[0]; len(entry.Because) > 500 {
		t.Errorf("the journal has a reason of %d bytes", len(entry.Because))
	}
}

package replica

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// forwarding is a server that passes calls on to a replica.
type forwarding struct {
	*world
	server  *server
	replica *httptest.Server
	owner   *server
	url     string
	err     chan error // of Place
}

// startForwarding returns a server that passes the calls for one environment on to a handler.
func startForwarding(t *testing.T, handler http.HandlerFunc) *forwarding {
	f := &forwarding{world: start(t), err: make(chan error, 10)}
	f.replica = httptest.NewServer(handler)
	t.Cleanup(f.replica.Close)
	f.owner = f.add(f.replica.URL, "file")
	f.want(f.owner, "one", here())
	f.server = f.add("http://127.0.0.1:1", "file")
	forwarder := NewForwarder(f.server.Member)
	t.Cleanup(forwarder.Close)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		isHere, _, err := forwarder.Place(w, r, "one")
		if err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		} else if isHere {
			body, _ := io.ReadAll(r.Body)
			_, _ = fmt.Fprintf(w, "here: %s", body)
		}
		f.err <- err
	}))
	t.Cleanup(front.Close)
	f.url = front.URL
	return f
}

// call makes a call, and returns the text of its response.
func (f *forwarding) call(method, body string) string {
	f.t.Helper()
	request, err := http.NewRequestWithContext(f.t.Context(), method, f.url+"/path?a=b", strings.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	request.Host = "pipesfake.example"
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		f.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return fmt.Sprint(response.StatusCode, " ", string(text))
}

func (f *forwarding) wantCall(method, body, want string, wantErr error) {
	f.t.Helper()
	got := f.call(method, body)
	if err := <-f.err; !errors.Is(err, wantErr) {
		f.t.Errorf("%s: %v, want %v", method, err, wantErr)
	}
	if want != "" && got != want {
		f.t.Errorf("%s: %s, want %s", method, got, want)
	}
}

// drop ends the connection of a call without a response.
func drop() { panic(http.ErrAbortHandler) }

func TestACallIsPassedOnAsItIs(t *testing.T) {
	t.Parallel()
	f := startForwarding(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusTeapot)
		_, _ = fmt.Fprint(w, r.Method, r.Host, r.URL, r.Header.Get(SecretHeader), string(body))
	})
	f.wantCall("POST", "body", "418 POSTpipesfake.example/path?a=bsecretbody", nil)
	large := strings.Repeat("x", 3*maxRepeatable)
	f.wantCall("PUT", large, "418 PUTpipesfake.example/path?a=bsecret"+large, nil)
}

// The owner that a replica remembers can have given the environment up.
func TestACallIsRepeatedWhereItsEnvironmentIsNow(t *testing.T) {
	t.Parallel()
	var f *forwarding
	f = startForwarding(t, func(w http.ResponseWriter, _ *http.Request) {
		f.owner.host.Abandon("one")
		id, _ := f.owner.session()
		if err := f.owner.store.Release(context.Background(), "one", id); err != nil {
			t.Error(err)
		}
		w.Header().Set(NotOwnerHeader, "true")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	f.wantCall("POST", "body", "200 here: body", nil)
}

// A replica that failed may have carried a call out, so that only what changes nothing is repeated.
func TestWhichCallsAreRepeatedAfterAFailure(t *testing.T) {
	t.Parallel()
	var f *forwarding
	f = startForwarding(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			f.end(f.owner)
		}
		drop()
	})
	f.wantCall("POST", "body", "503 ", ErrUnknown)
	f.wantCall("GET", "", "200 here: ", nil)
}

// Nothing is known of a replica that refuses connections: it is asked until its announcement ends.
func TestACallWaitsForTheNextOwner(t *testing.T) {
	t.Parallel()
	f := startForwarding(t, func(http.ResponseWriter, *http.Request) {})
	f.replica.Close()
	f.server.owners.put("one", f.replica.URL)
	f.end(f.owner)
	f.wantCall("POST", "body", "200 here: body", nil)
}

// A replica that is paused accepts calls, and does not answer them. Its announcement ends.
func TestACallDoesNotWaitForAReplicaThatIsGone(t *testing.T) {
	t.Parallel()
	reached, resumed := make(chan struct{}), make(chan struct{})
	f := startForwarding(t, func(http.ResponseWriter, *http.Request) {
		reached <- struct{}{}
		<-resumed
	})
	t.Cleanup(func() { close(resumed) })
	endLost := func() { f.server.onInterval(t.Context()) }
	for _, call := range []struct {
		method, want string
		err          error
	}{{"POST", "503 ", ErrUnknown}, {"GET", "200 here: ", nil}} {
		done := make(chan struct{})
		go func() {
			defer close(done)
			f.wantCall(call.method, "", call.want, call.err)
		}()
		<-reached
		endLost() // changes nothing while it is announced
		f.end(f.owner)
		waitUntil(t, "the call ends", func() bool {
			endLost()
			select {
			case <-done:
				return true
			default:
				return false
			}
		})
		if call.method == "POST" {
			f.announce(f.owner) // anew, and it owns nothing
			f.want(f.owner, "one", here())
		}
	}
}

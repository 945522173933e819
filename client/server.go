package client

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/internal/apikey"
	"example.com/pipesfake/internal/fields"
)

// Server is a running server. It has the methods of one Environment, which it embeds: of "default", or with Start of
// the test's own. "go doc client.Environment" lists them. It is safe for concurrent use.
type Server struct {
	*environment // the server's own

	ownClient bool // the HTTP client is not the caller's

	mu   sync.Mutex
	used map[string]bool // the environments that were opened by name, for the log of a failed test
}

// environment gives the Server its methods without a field called Environment.
type environment = Environment

// Connect returns a running server. It waits until the server is ready, at most as long as WithTimeout says. The error
// says what is wrong with the address, the token or the server.
func Connect(address string, opts ...Option) (*Server, error) {
	o, err := gather(opts)
	if err != nil {
		return nil, err
	}
	base, err := baseURL(address)
	if err != nil {
		return nil, err
	}
	s := &Server{ownClient: o.http == nil}
	if s.ownClient {
		o.http = &http.Client{Transport: newTransport()}
	}
	withoutTimeout := *o.http
	withoutTimeout.Timeout = 0
	// A control call is never redirected, and the token must not go to another host.
	withoutTimeout.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	control := &transport{
		base: cmp.Or(o.controlURL, base), token: o.token, client: &withoutTimeout, timeout: o.timeout,
	}
	s.environment = &Environment{control: control, url: base, http: o.http, name: apikey.DefaultName, t: o.t}
	if err := s.check(o); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// newTransport returns connections of the server's own, so that Close can close them.
func newTransport() http.RoundTripper {
	if usual, is := http.DefaultTransport.(*http.Transport); is {
		return usual.Clone()
	}
	return &http.Transport{Proxy: http.ProxyFromEnvironment}
}

// Start returns a running server for a test. The test has an environment of its own, which is named after the test and
// deleted when it ends. If the test fails, its log shows the last requests of this environment, and of those that the
// test opened with Server.Environment. A server that cannot be used fails the test.
func Start(t fake.TB, address string, opts ...Option) *Server {
	t.Helper()
	s, err := Connect(address, append([]Option{WithTest(t)}, opts...)...)
	if err != nil {
		t.Fatalf("pipesfake: %v", err)
		return nil
	}
	name := "unnamed"
	if named, ok := t.(interface{ Name() string }); ok {
		name = named.Name()
	}
	var reserved struct{ Name string }
	body := map[string]string{"test": name}
	if err := s.control.call(context.Background(), "POST", "/_control/environments", nil, body, &reserved); err != nil {
		s.Close()
		t.Fatalf("pipesfake: %v", err)
		return nil
	}
	s.name = reserved.Name
	t.Cleanup(func() {
		s.deleteOwn()
		s.Close()
	})
	t.Cleanup(s.logTail)
	return s
}

// deleteOwn deletes the environment of the test.
func (s *Server) deleteOwn() {
	if err := s.deleteEnvironment(s.name); err != nil && !isNotFound(err) {
		s.t.Logf("pipesfake: the environment %s is not deleted: %v", s.name, err)
	}
}

// Close closes idle connections to the server, unless WithHTTPClient is given. The server goes on. Start calls Close
// when the test ends.
func (s *Server) Close() {
	if s.ownClient {
		s.http.CloseIdleConnections()
	}
}

// Environment returns the environment of a name, which the server creates on first use. Its APIKey selects it in calls.
// Others who use the server can use it, too. A name has 1 to 64 letters, digits, dashes, dots or underscores, and
// begins with a letter or a digit. Any other name fails the test.
func (s *Server) Environment(name string) *Environment {
	s.t.Helper()
	if !apikey.IsName(name) {
		s.fail(fmt.Errorf("%q is no name for an environment: it has %s", fields.Abridge(name), apikey.NameRule))
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.used == nil {
		s.used = map[string]bool{}
	}
	s.used[name] = name != s.name
	opened := *s.environment
	opened.name = name
	return &opened
}

// Environments returns the names of all environments of the server, in order.
func (s *Server) Environments() []string {
	s.t.Helper()
	names, err := s.listEnvironments()
	if err != nil {
		s.fail(err)
	}
	return names
}

func (s *Server) listEnvironments() (names []string, err error) {
	query := url.Values{"limit": {"1000"}}
	for {
		var page struct {
			Environments []struct{ Name string }
			Next         *string
		}
		if err := s.control.call(context.Background(), "GET", "/_control/environments", query, nil, &page); err != nil {
			return nil, err
		}
		for _, one := range page.Environments {
			names = append(names, one.Name)
		}
		if page.Next == nil {
			return names, nil
		}
		query.Set("next", *page.Next)
	}
}

// DeleteEnvironment deletes an environment with everything in it, if it exists. Its next use creates it again.
func (s *Server) DeleteEnvironment(name string) {
	s.t.Helper()
	if err := s.deleteEnvironment(name); err != nil && !isNotFound(err) {
		s.fail(err)
	}
}

func (s *Server) deleteEnvironment(name string) error {
	path := "/_control/environments/" + url.PathEscape(name)
	return s.control.call(context.Background(), "DELETE", path, nil, nil, nil)
}

// logTail logs the last requests for a test that failed: of the server's environment, and of those that the test opened
// by name.
func (s *Server) logTail() {
	if !s.t.Failed() {
		return
	}
	s.environment.logTail()
	names, err := s.listEnvironments()
	if err != nil {
		return // logTail has logged why
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range names {
		if s.used[name] {
			opened := *s.environment
			opened.name = name
			opened.logTail()
		}
	}
}

var (
	_ fake.Controller = (*Environment)(nil)
	_ fake.Controller = (*Server)(nil)
)

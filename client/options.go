package client

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.com/pipesfake/fake"
)

// Option configures how Connect and Start reach a server.
type Option func(*options) error

type options struct {
	controlURL string
	token      string
	http       *http.Client
	timeout    time.Duration
	logger     *slog.Logger
	t          fake.TB
}

// defaultTimeout is the timeout without WithTimeout.
const defaultTimeout = 10 * time.Second

// gather applies the options.
func gather(opts []Option) (options, error) {
	o := options{timeout: defaultTimeout, t: noTest{}}
	for _, option := range opts {
		if err := option(&o); err != nil {
			return o, err
		}
	}
	return o, nil
}

// WithControlToken sends the token that the server requires for control calls (its flag --control-token). An empty
// token sends none, so that the value of an environment variable can be given as it is.
func WithControlToken(token string) Option {
	return func(o *options) error {
		if strings.ContainsFunc(token, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return errors.New("WithControlToken: the token has a line break or another control character in it")
		}
		o.token = token
		return nil
	}
}

// WithControlURL sets the URL of the control plane, if the server has it at another address than the API (its flag
// --control-addr).
func WithControlURL(address string) Option {
	return func(o *options) (err error) {
		o.controlURL, err = baseURL(address)
		if err != nil {
			return fmt.Errorf("WithControlURL: %w", err)
		}
		return nil
	}
}

// WithHTTPClient makes the calls with an HTTP client, for a proxy, certificates, or a server in memory such as that of
// fake.New. Environment.Client returns it. Control calls ignore its Timeout: see WithTimeout.
func WithHTTPClient(c *http.Client) Option {
	return func(o *options) error {
		if c == nil {
			return errors.New("WithHTTPClient: the client is nil")
		}
		o.http = c
		return nil
	}
}

// WithTimeout sets how long Connect waits for a server that is starting, and every method for a response, in place of
// 10 seconds. WaitFor is limited by its context alone.
func WithTimeout(d time.Duration) Option {
	return func(o *options) error {
		if d <= 0 {
			return fmt.Errorf("WithTimeout(%v): it must be longer than zero", d)
		}
		o.timeout = d
		return nil
	}
}

// WithLogger logs a warning to l if the server has another version than this package. With a test, the test's log has
// it.
func WithLogger(l *slog.Logger) Option {
	return func(o *options) error {
		if l == nil {
			return errors.New("WithLogger: the logger is nil")
		}
		o.logger = l
		return nil
	}
}

// WithTest makes mistakes fail the test t. Without it, methods that have no error result panic with the error.
func WithTest(t fake.TB) Option {
	return func(o *options) error {
		if t == nil {
			return errors.New("WithTest: the test is nil")
		}
		o.t = t
		return nil
	}
}

// baseURL returns an address without a slash at the end.
func baseURL(address string) (string, error) {
	if address == "" {
		return "", errors.New("the URL of the server is empty: give the address of a running pipesfake server, " +
			"such as http://localhost:8080; if it is from PIPESFAKE_URL, set that variable")
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("the URL of the server cannot be read: %w: write http://host:port or https://host",
			cmp.Or(errors.Unwrap(err), err))
	}
	isWeb := u.Scheme == "http" || u.Scheme == "https"
	if !isWeb || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("%q is not the URL of a server: write http://host:port or https://host", u.Redacted())
	}
	return strings.TrimRight(address, "/"), nil
}

// noTest takes the place of the test of a server without one. Environment.fail panics instead of calling its Fatalf.
type noTest struct{}

func (noTest) Helper()               {}
func (noTest) Cleanup(func())        {}
func (noTest) Failed() bool          { return false }
func (noTest) Logf(string, ...any)   {}
func (noTest) Fatalf(string, ...any) {}

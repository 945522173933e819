package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"example.com/pipesfake/internal/version"
)

// pollInterval is how long Connect waits before it asks a server again that is not ready.
const pollInterval = 50 * time.Millisecond

// health is what a server says of itself.
type health struct{ Status, Name, Version string }

// check waits until the server is ready, and checks that it is a pipesfake server that accepts control calls.
func (s *Server) check(o options) error {
	ctx, cancel := context.WithTimeout(context.Background(), o.timeout)
	defer cancel()
	about, err := s.waitUntilReady(ctx, o.timeout)
	if err != nil {
		return err
	}
	if about.Name != "pipesfake" {
		return s.foreign(nil)
	}
	if err := s.checkControl(ctx); err != nil {
		return err
	}
	if own := version.Get().Number; isAnotherVersion(own, about.Version) {
		s.warn(o, fmt.Sprintf("the server at %s has version %s, and this client %s: use the same version of both",
			s.control.base, about.Version, own))
	}
	return nil
}

// waitUntilReady asks for the server's health until it is good. A server that answers, but has no health check, is not
// waited for.
func (s *Server) waitUntilReady(ctx context.Context, timeout time.Duration) (health, error) {
	var before error // of the attempt before, which says more than that the time is over
	for {
		var text []byte
		err := s.control.call(ctx, "GET", "/health", nil, nil, &text)
		var about health
		if err == nil && json.Unmarshal(text, &about) == nil && about.Status == "ok" {
			return about, nil
		}
		if ctx.Err() != nil && before != nil {
			err = before
		}
		before = err
		refused := new(Error)
		isRefused := errors.As(err, &refused)
		if err == nil || isRefused && refused.Status < http.StatusInternalServerError {
			return health{}, s.foreign(err)
		}
		select {
		case <-time.After(pollInterval):
			continue
		case <-ctx.Done():
		}
		if isRefused {
			return health{}, fmt.Errorf("the server at %s is not ready after %v: %w", s.control.base, timeout, err)
		}
		return health{}, fmt.Errorf("%w: is the server running, and is this its address? "+
			"WithTimeout waits longer than %v", err, timeout)
	}
}

// foreign returns the error for a server that is not pipesfake.
func (s *Server) foreign(err error) error {
	if err == nil {
		err = errors.New("its answers are those of another program")
	}
	return fmt.Errorf("the server at %s is not pipesfake: %w: check host, port and path of the URL",
		s.control.base, err)
}

// checkControl checks that the server accepts control calls.
func (s *Server) checkControl(ctx context.Context) error {
	err := s.control.call(ctx, "GET", "/_control", nil, nil, nil)
	refused := new(Error)
	switch {
	case !errors.As(err, &refused):
		return err
	case refused.Status == http.StatusUnauthorized:
		return fmt.Errorf("the server at %s requires its control token, and got %s: set WithControlToken: %w",
			s.control.base, s.control.tokenState(), err)
	case refused.Status == http.StatusNotFound, refused.Status == http.StatusNotImplemented:
		return fmt.Errorf("the server at %s has no control plane there: set WithControlURL to the address of its flag "+
			"--control-addr: %w", s.control.base, err)
	}
	return fmt.Errorf("the server at %s refuses control calls: %w", s.control.base, err)
}

// tokenState says in words which token is sent.
func (c *transport) tokenState() string {
	if c.token == "" {
		return "none"
	}
	return "another one"
}

// warn writes a line to the logger, or else to the log of the test.
func (s *Server) warn(o options, text string) {
	if o.logger != nil {
		o.logger.Warn(text)
		return
	}
	s.t.Logf("pipesfake: %s", text)
}

// isAnotherVersion reports whether both are released versions, and differ in more than the last number.
func isAnotherVersion(own, server string) bool {
	released := regexp.MustCompile(`^v?([0-9]+\.[0-9]+)\.[0-9]+$`)
	mine, other := released.FindStringSubmatch(own), released.FindStringSubmatch(server)
	return mine != nil && other != nil && mine[1] != other[1]
}

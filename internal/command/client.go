package command

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// client calls a running server at an address, as serve's --addr has it.
type client struct {
	addr         string
	controlToken string
}

// get returns the body of a successful GET.
func (c client) get(ctx context.Context, path string) ([]byte, error) {
	base, err := urlOf(c.addr)
	if err != nil {
		return nil, usageErrorf("--addr: %v", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path, nil)
	if err != nil {
		return nil, usageErrorf("--addr: %v", err)
	}
	if c.controlToken != "" {
		request.Header.Set("X-Pipesfake-Token", c.controlToken)
	}
	caller := newHTTPClient()
	caller.Timeout = 2 * time.Second
	response, err := caller.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s: %s", request.URL, response.Status, body)
	}
	return body, nil
}

// newHTTPClient returns a client that uses no proxy from the environment.
func newHTTPClient() *http.Client { return &http.Client{Transport: &http.Transport{}} }

// urlOf returns the URL at which this machine reaches a server that listens on an address.
func urlOf(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port), nil
}

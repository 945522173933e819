package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// transport makes calls to one server.
type transport struct {
	base    string // the URL, without a slash at the end
	token   string // of the control plane
	client  *http.Client
	timeout time.Duration // of a call whose context has no deadline
}

// call makes a call. The body is encoded as JSON, unless it is nil or []byte. The response is decoded into a value,
// unless that is nil, or is stored as it is in a *[]byte.
func (c *transport) call(ctx context.Context, method, path string, query url.Values, body, into any) error {
	if _, hasDeadline := ctx.Deadline(); !hasDeadline {
		limited, cancel := context.WithTimeoutCause(ctx, c.timeout, fmt.Errorf("no answer for %v", c.timeout))
		defer cancel()
		ctx = limited
	}
	return c.do(ctx, method, path, query, body, into)
}

// do is call without a timeout.
func (c *transport) do(ctx context.Context, method, path string, query url.Values, body, into any) error {
	request, err := c.request(ctx, method, path, query, body)
	if err != nil {
		return err
	}
	response, text, err := c.send(request)
	switch {
	case err != nil:
		return fmt.Errorf("pipesfake does not answer at %s (%s %s): %w", c.base, method, path, reason(ctx, err))
	case response.StatusCode < 200 || response.StatusCode > 299:
		return errorOf(response, text)
	}
	switch into := into.(type) {
	case nil:
	case *[]byte:
		*into = text
	default:
		if err := json.Unmarshal(text, into); err != nil {
			return fmt.Errorf("the answer of %s to %s %s is not what pipesfake sends: %w", c.base, method, path, err)
		}
	}
	return nil
}

func (c *transport) request(ctx context.Context, method, path string, query url.Values, body any) (
	*http.Request, error,
) {
	var content io.Reader
	if text, isText := body.([]byte); isText {
		content = bytes.NewReader(text)
	} else if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("the body of %s %s: %w", method, path, err)
		}
		content = bytes.NewReader(encoded)
	}
	address := c.base + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		request.Header.Set("X-Pipesfake-Token", c.token)
	}
	return request, nil
}

// send returns the response to a request, and its body.
func (c *transport) send(request *http.Request) (*http.Response, []byte, error) {
	response, err := c.client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response, text, err
}

// reason returns why a request failed, without its URL.
func reason(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

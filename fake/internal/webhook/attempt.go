package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
)

// timeout is how long an endpoint has for its response.
const timeout = 5 * time.Second

// attempt makes one attempt, and reports whether the endpoint took the delivery.
func (c *Sender) attempt(ctx context.Context, d *Delivery, to *model.Endpoint, body []byte, p plan) (isTaken bool) {
	made := Attempt{At: clock.RealNow(), Fault: p.fault}
	var err error
	made.Status, err = c.post(ctx, to.URL, p.secretToSign(to.Secret), made.At, body)
	made.Took = clock.RealNow().Sub(made.At)
	if err != nil {
		made.Error = pipes.Reason(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if ctx.Err() == nil {
		d.Attempts = append(d.Attempts, made)
	}
	return err == nil
}

// post sends a body. Every status but a 2xx is an error, and so is no response in time.
func (c *Sender) post(
	ctx context.Context, url, secret string, at time.Time, body []byte,
) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "WorkOS Webhooks (pipesfake)")
	request.Header.Set("WorkOS-Signature", Signature(secret, at, body))
	request.Header.Set("X-Pipesfake-Environment", c.environment.Name())
	response, err := c.client.Do(request)
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("no answer within %s", timeout)
		}
		return 0, err
	}
	defer response.Body.Close()
	_, _ = io.CopyN(io.Discard, response.Body, 64<<10) // so that the connection can be used again; more is not read
	if response.StatusCode/100 != 2 {
		return response.StatusCode, fmt.Errorf("the endpoint answered %s", response.Status)
	}
	return response.StatusCode, nil
}

// Signature returns the value of WorkOS-Signature: the time in milliseconds, and the HMAC-SHA256 of the time, a dot and
// the body with the endpoint's secret (source: docs, SDKs: the SDKs read it by position).
func Signature(secret string, at time.Time, body []byte) string {
	stamp := strconv.FormatInt(at.UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return "t=" + stamp + ", v1=" + hex.EncodeToString(mac.Sum(nil))
}

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
	"example.com/pipesfake/fake/internal/fault"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
)

// lateBy is how long a late delivery waits for another one to come before it.
const lateBy = 500 * time.Millisecond

// deliver tries until the endpoint takes the delivery, or until it has been tried often enough.
func (c *Sender) deliver(ctx context.Context, q *queue, d *Delivery) {
	call := fault.Call{Operation: operation, Key: d.Event.Key, InOrder: d.inOrder}
	struck := c.environment.MatchFault(call)
	if struck != nil {
		c.onFault(d.Event.Provider, struck.Way())
	}
	if struck != nil && struck.Late {
		if c.isLate(ctx, q, d) {
			return // the next one comes first
		}
		c.mu.Lock() // List copies it meanwhile
		d.inOrder = true
		c.mu.Unlock()
		call.InOrder = true
		struck = c.environment.MatchFault(call) // a fault below may break it otherwise
	}
	body, err := Payload(d.Event)
	if err != nil {
		c.end(ctx, q, d, Dead, err.Error())
		return
	}
	for _, wait := range waits() {
		if struck != nil {
			wait += struck.Wait
		}
		if !c.pause(ctx, d, wait) {
			return
		}
		endpoint := c.environment.Endpoint(d.Endpoint)
		if !isWanted(endpoint) {
			c.end(ctx, q, d, Dropped, "its endpoint was deleted or disabled")
			return
		}
		taken := c.try(ctx, d, endpoint, body, struck)
		if taken && struck != nil && struck.Duplicate {
			c.try(ctx, d, endpoint, body, struck)
		}
		if taken {
			c.end(ctx, q, d, Delivered, "")
			return
		}
	}
	c.end(ctx, q, d, Dead, fmt.Sprintf("%d attempts failed", len(waits())))
}

// isLate puts a delivery behind the next one, and reports whether one came in time. Neither of them is late again.
func (c *Sender) isLate(ctx context.Context, q *queue, d *Delivery) bool {
	timer := time.NewTimer(lateBy)
	defer timer.Stop()
	for {
		c.mu.Lock()
		hasNext := len(q.list) > 1 && ctx.Err() == nil
		if hasNext {
			q.list[0], q.list[1] = q.list[1], q.list[0]
			q.list[0].inOrder, q.list[1].inOrder = true, true
		}
		c.mu.Unlock()
		if hasNext {
			return true
		}
		select {
		case <-q.more:
		case <-timer.C:
			return false
		case <-ctx.Done():
			return true
		}
	}
}

// pause waits before a try, and tells whether it is still to be made.
func (c *Sender) pause(ctx context.Context, d *Delivery, wait time.Duration) bool {
	if wait <= 0 {
		return ctx.Err() == nil
	}
	c.mu.Lock()
	d.Next = clock.Wire().Add(wait)
	c.mu.Unlock()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// try makes one attempt, and tells whether the endpoint took it.
func (c *Sender) try(ctx context.Context, d *Delivery, endpoint *model.Endpoint, body []byte, struck *fault.Match) bool {
	made := Attempt{At: clock.Wire()}
	secret := endpoint.Secret
	if struck != nil {
		if made.Fault = struck.String(); struck.BadSignature {
			secret += "_which_is_wrong"
		}
	}
	var err error
	made.Status, err = c.post(ctx, endpoint.URL, secret, made.At, body)
	made.Took = clock.Wire().Sub(made.At)
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

// post sends a body. What is not a 2xx is an error, and so is no answer in time.
func (c *Sender) post(ctx context.Context, url, secret string, at time.Time, body []byte) (status int, err error) {
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

// Signature is the value of WorkOS-Signature: the instant in milliseconds, and the HMAC-SHA256 of it, a dot and
// the body with the endpoint's secret (source: docs, SDKs: the SDKs read it by position).
func Signature(secret string, at time.Time, body []byte) string {
	stamp := strconv.FormatInt(at.UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return "t=" + stamp + ", v1=" + hex.EncodeToString(mac.Sum(nil))
}

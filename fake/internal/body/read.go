// Package body reads request bodies. It bounds how large and how slow they may be, and is as strict about JSON as RFC
// 8259 allows: it refuses duplicate names and invalid UTF-8. It is the only package that imports go-json-experiment,
// which will be encoding/json/v2.
package body

import (
	"errors"
	"io"
	"net/http"

	"example.com/pipesfake/fake/internal/pipes"
)

// The limits of a body, in bytes. Of a body that is too large, or that nobody reads, up to maxDrained are read, because
// many clients read the response only after they have sent everything.
const (
	maxSize    = 1 << 20
	maxDrained = 8 << 20
)

// Read reads the whole body. Its error is payload_too_large, request_timeout, or invalid_json if the client failed.
func Read(r *http.Request) ([]byte, error) {
	var data []byte
	var err error
	if 0 <= r.ContentLength && r.ContentLength <= maxSize {
		data = make([]byte, r.ContentLength)
		_, err = io.ReadFull(r.Body, data)
	} else {
		data, err = io.ReadAll(io.LimitReader(r.Body, maxSize+1))
	}
	if err != nil {
		if slow := new(pipes.Error); errors.As(err, &slow) {
			return nil, slow
		}
		return nil, &pipes.Error{Code: pipes.InvalidJSON, Message: "The body could not be read: " + err.Error() + "."}
	}
	if len(data) > maxSize {
		Drain(r)
		return nil, &pipes.Error{Code: pipes.PayloadTooLarge, Message: "The body is larger than 1 MiB."}
	}
	return data, nil
}

// Drain reads and discards a body that nobody wants, up to a limit.
func Drain(r *http.Request) {
	if r.Body != nil {
		_, _ = io.CopyN(io.Discard, r.Body, maxDrained)
	}
}

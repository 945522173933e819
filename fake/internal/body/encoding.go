package body

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/internal/fields"
)

// Decode unpacks a body by its Content-Encoding, which may be gzip. The limit of a body holds for the unpacked one too.
// Its error is unsupported_media_type, payload_too_large, or invalid_json if the body is not what its header says.
func Decode(data []byte, encoding string) ([]byte, error) {
	if len(data) == 0 {
		return data, nil
	}
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "identity":
		return data, nil
	case "gzip", "x-gzip":
		return unzip(data)
	}
	return nil, &pipes.Error{Code: pipes.UnsupportedMediaType, Message: fmt.Sprintf(
		"The body has the Content-Encoding %q, which is not supported: send it as it is, or with gzip.",
		fields.Abridge(encoding))}
}

func unzip(data []byte) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, badGzip(err)
	}
	unpacked, err := io.ReadAll(io.LimitReader(reader, maxSize+1))
	switch {
	case err != nil:
		return nil, badGzip(err)
	case len(unpacked) > maxSize:
		return nil, &pipes.Error{
			Code:    pipes.PayloadTooLarge,
			Message: "The body is larger than 1 MiB after unpacking.",
		}
	}
	return unpacked, nil
}

func badGzip(err error) error {
	return &pipes.Error{Code: pipes.InvalidJSON, Message: fmt.Sprintf(
		"The body has Content-Encoding: gzip, but cannot be unpacked: %s.", err)}
}

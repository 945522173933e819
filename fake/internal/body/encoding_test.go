package body_test

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/pipes"
)

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var buffer bytes.Buffer
	writer := gzip.NewWriter(&buffer)
	if _, err := writer.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

func TestPackedBodies(t *testing.T) {
	t.Parallel()
	const text = `{"user_id": "alice"}`
	for _, test := range []struct {
		name     string
		sent     []byte
		encoding string
		want     pipes.Code
	}{
		{"without an encoding", []byte(text), "", ""},
		{"identity", []byte(text), "identity", ""},
		{"gzip", packed(t, text), "gzip", ""},
		{"in capital letters", packed(t, text), " GZIP", ""},
		{"not packed", []byte(text), "gzip", pipes.InvalidJSON},
		{"cut off", packed(t, text)[:15], "gzip", pipes.InvalidJSON},
		{"more than 1 MiB", packed(t, strings.Repeat(" ", mebibyte+1)), "gzip", pipes.PayloadTooLarge},
		{"another encoding", []byte(text), "br", pipes.UnsupportedMediaType},
		{"two encodings", packed(t, text), "gzip, gzip", pipes.UnsupportedMediaType},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			data, err := body.Decode(test.sent, test.encoding)
			if got := codeOf(t, err); got != test.want {
				t.Errorf("the error is %q, want %q", got, test.want)
			}
			if nothing, err := body.Decode(nil, test.encoding); len(nothing) > 0 || err != nil {
				t.Errorf("of no body, it read %q, %v", nothing, err)
			}
			if err == nil && string(data) != text {
				t.Errorf("read %q", data)
			}
		})
	}
}

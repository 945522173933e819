package client

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestIsAnotherVersion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		own, server string
		want        bool
	}{
		{"v1.2.3", "v1.2.9", false},
		{"v1.2.3", "v1.3.0", true},
		{"v1.2.3", "v2.2.3", true},
		{"v1.2.3", "1.2.3", false},
		{"(devel)", "v1.2.3", false},
		{"v1.2.3", "(devel)", false},
		{"v0.0.0-20260131120000-1a2b3c", "v1.2.3", false},
		{"v1.2.3", "", false},
	} {
		if got := isAnotherVersion(c.own, c.server); got != c.want {
			t.Errorf("%s and %s: %v", c.own, c.server, got)
		}
	}
}

func TestWarn(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := &Server{environment: &Environment{t: noTest{}}}
	s.warn(options{logger: slog.New(slog.NewTextHandler(&log, nil))}, "another version")
	s.warn(options{}, "nowhere")
	if !strings.Contains(log.String(), "level=WARN msg=\"another version\"") {
		t.Errorf("the log has %s", &log)
	}
}

package command

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
)

// The error for an address in use names the flag to change and, on Linux, the process that has the port.
func TestAnAddressInUse(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	addr := taken.Addr().String()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--addr", addr}, "with --addr or PIPESFAKE_ADDR (port 0 takes a free one)"},
		{[]string{"--addr", "127.0.0.1:0", "--control-addr", addr}, "with --control-addr or PIPESFAKE_CONTROL_ADDR ("},
	} {
		code, _, stderr := run(t, nil, c.args...)
		if code != 1 || !strings.Contains(stderr, addr+" is already in use") || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: %d %s", c.args, code, stderr)
		}
		owner := fmt.Sprintf("(process %d)", os.Getpid())
		if runtime.GOOS == "linux" && !strings.Contains(stderr, owner) {
			t.Errorf("%v: it does not name %s: %s", c.args, owner, stderr)
		}
	}
}

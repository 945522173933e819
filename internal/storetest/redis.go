package storetest

import (
	"bufio"
	"errors"
	"net"
	"os/exec"
	"strings"
	"testing"
)

// StartRedis starts redis-server on a free port until the test ends, and returns its address. It skips the test if
// redis-server is not installed.
func StartRedis(t testing.TB, flags ...string) (address string) {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("redis-server is not installed")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	_ = listener.Close()
	args := append([]string{"--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir()}, flags...)
	command := exec.Command(path, args...)
	output, err := command.StdoutPipe()
	if err := errors.Join(err, command.Start()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "Ready to accept connections") {
			go func() {
				for lines.Scan() { // so that the server never waits for the pipe
				}
			}()
			return "127.0.0.1:" + port
		}
	}
	t.Fatal("redis-server ended")
	return ""
}

// Patiently returns an address of a store with long timeouts, because tests run on busy machines.
func Patiently(address string) string {
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	return address + separator + "dial_timeout=1m&read_timeout=1m&write_timeout=1m&pool_timeout=1m"
}

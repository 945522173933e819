// Package e2e tests the built binary with official SDKs, containers and a browser.
package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
)

// scratch is the folder with the binary while the tests run.
var scratch string

func TestMain(m *testing.M) {
	os.Exit(testMain(m))
}

func testMain(m *testing.M) int {
	var err error
	if scratch, err = os.MkdirTemp("", "pipesfake-e2e-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(scratch)
	code := m.Run()
	results.print(os.Stdout)
	return code
}

// binary builds pipesfake once for all tests, and returns its path.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(scratch, "pipesfake")
	build := exec.Command("go", "build", "-o", path, ".")
	if os.Getenv("PIPESFAKE_CHAOS") == "race" {
		build.Args = slices.Insert(build.Args, 2, "-race")
	}
	build.Dir = ".."
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, output)
	}
	return path, nil
})

// startBinary starts a server on a free port until the test ends, and returns its URL. Without --scenarios it serves
// the built-in tour: it does not see files and variables of the machine.
func startBinary(t *testing.T, args ...string) string {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	server := exec.Command(path, append([]string{"serve", "--addr", "127.0.0.1:0", "--log", "json"}, args...)...)
	server.Dir, server.Env = t.TempDir(), []string{}
	var stderr bytes.Buffer
	server.Stderr = &stderr
	stdout, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Process.Signal(syscall.SIGTERM); err != nil {
			t.Errorf("stopping pipesfake: %v", err)
		}
		if err := server.Wait(); err != nil {
			t.Errorf("pipesfake did not exit 0 on SIGTERM: %v\n%s", err, stderr.Bytes())
		}
	})
	return listening(t, stdout, &stderr)
}

// listening reads the URL that a server prints.
func listening(t *testing.T, stdout io.Reader, stderr *bytes.Buffer) (url string) {
	t.Helper()
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	var said struct{ Msg, URL string }
	if err == nil {
		err = json.Unmarshal(line, &said)
	}
	if err != nil || said.Msg != "listening" || said.URL == "" {
		t.Fatalf("pipesfake said %q instead of where it listens: %v\n%s", line, err, stderr)
	}
	return said.URL
}

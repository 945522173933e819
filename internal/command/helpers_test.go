package command

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"example.com/pipesfake/internal/contract"
	"example.com/pipesfake/internal/engine"
)

// TestMain runs the tests in the folder of the module, where scenarios.yaml is.
func TestMain(m *testing.M) {
	if err := os.Chdir("../.."); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// process returns what a command sees that runs with variables and writes to stdout and stderr.
func process(variables map[string]string, stdout, stderr io.Writer, args ...string) Process {
	lookup := func(name string) (string, bool) {
		value, isSet := variables[name]
		return value, isSet
	}
	return Process{
		Args: args, LookupEnv: lookup, Stdout: stdout, Stderr: stderr,
		OpenFile: engine.OpenFile, OpenDatabase: engine.OpenDatabase,
	}
}

// run runs a command to its end.
func run(t *testing.T, variables map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errors bytes.Buffer
	code = Run(t.Context(), process(variables, &out, &errors, args...))
	return code, out.String(), errors.String()
}

// serving is a server that serve runs.
type serving struct {
	t      *testing.T
	stop   context.CancelFunc
	done   chan int
	stdout output
	stderr output
}

// output is a writer that can be read while it is written to.
type output struct {
	mu      sync.Mutex
	text    strings.Builder
	hasLine chan struct{} // closed when a line is complete, if it is not nil
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if bytes.Contains(p, []byte("\n")) {
		o.endLine()
	}
	return o.text.Write(p)
}

// nextLine returns a channel that is closed when the next line is complete.
func (o *output) nextLine() <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.hasLine = make(chan struct{})
	return o.hasLine
}

func (o *output) endLine() {
	if o.hasLine != nil {
		close(o.hasLine)
		o.hasLine = nil
	}
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

func serveWith(t *testing.T, variables map[string]string, args ...string) *serving {
	t.Helper()
	return serveWithInput(t, strings.NewReader(""), variables, args...)
}

func serveWithInput(t *testing.T, input io.Reader, variables map[string]string, args ...string) *serving {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	s := &serving{t: t, stop: stop, done: make(chan int, 1)}
	hasLine := make(chan struct{})
	s.stdout.hasLine = hasLine
	p := process(variables, &s.stdout, &s.stderr, append([]string{"serve"}, args...)...)
	p.Stdin = input
	go func() { s.done <- Run(ctx, p) }()
	t.Cleanup(stop)
	select {
	case <-hasLine:
	case code := <-s.done:
		t.Fatalf("it ended with %d: %s", code, &s.stderr)
	}
	return s
}

// firstLine returns the first line of the output.
func (s *serving) firstLine() string {
	line, _, _ := strings.Cut(s.stdout.String(), "\n")
	return line
}

// url returns the address in the first line.
func (s *serving) url() string {
	s.t.Helper()
	match := regexp.MustCompile(`http://[0-9a-z.:\[\]]+`).FindString(s.firstLine())
	if match == "" {
		s.t.Fatalf("no address in %q; standard error says %s", s.firstLine(), &s.stderr)
	}
	return match
}

// end stops it as SIGTERM does, and returns its exit code.
func (s *serving) end() int {
	s.stop()
	return <-s.done
}

// checked returns a client that checks every response against the contract.
func checked(t *testing.T) *http.Client {
	t.Helper()
	pipes, err := contract.Pipes()
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Transport: contract.Transport(t, http.DefaultTransport, pipes)}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	response, err := checked(t).Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

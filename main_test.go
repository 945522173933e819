//go:build unix

package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// argumentsVariable holds the arguments of a test binary that runs as the command.
const argumentsVariable = "TEST_OF_PIPESFAKE_ARGUMENTS"

// TestAsCommand is not a test: it runs main in the process that startProcess started.
func TestAsCommand(t *testing.T) {
	text := os.Getenv(argumentsVariable)
	if text == "" {
		t.Skip("it is for startProcess")
	}
	var arguments []string
	if err := json.Unmarshal([]byte(text), &arguments); err != nil {
		t.Fatal(err)
	}
	os.Args = append(os.Args[:1], arguments...)
	main()
}

// process is a server in a process of its own.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	first  string // line of its output
	url    string
	stderr lines
	ended  chan struct{}
}

// lines is a writer that can be read while it is written to.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// startProcess runs "pipesfake serve" with more arguments.
func startProcess(t *testing.T, arguments ...string) *process {
	t.Helper()
	return startProcessIn(t, "", arguments...)
}

// startProcessIn does the same in a folder.
func startProcessIn(t *testing.T, folder string, arguments ...string) *process {
	t.Helper()
	text, err := json.Marshal(append([]string{"serve", "--addr", "127.0.0.1:0"}, arguments...))
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, cmd: exec.Command(program, "-test.run=^TestAsCommand$"), ended: make(chan struct{})}
	p.cmd.Dir = folder
	p.cmd.Env = append(os.Environ(), argumentsVariable+"="+string(text))
	p.cmd.Stderr = &p.stderr
	stdout, err := p.cmd.StdoutPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(stdout)
	p.first, err = reader.ReadString('\n')
	if p.url = regexp.MustCompile(`http://[0-9.:]+`).FindString(p.first); p.url == "" {
		t.Fatalf("no address in %q (%v); standard error says %s", p.first, err, &p.stderr)
	}
	go func() {
		defer close(p.ended)
		_, _ = io.Copy(io.Discard, reader)
		_ = p.cmd.Wait()
	}()
	t.Cleanup(func() { _ = p.cmd.Process.Kill(); <-p.ended })
	return p
}

func (p *process) signal() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
}

// wait waits for the end of the process. The process takes at most 5 s; a busy machine may need more.
func (p *process) wait() *os.ProcessState {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(20 * time.Second):
		p.t.Fatal("the process still runs 20 s after SIGTERM")
	}
	return p.cmd.ProcessState
}

// call makes a control call and returns the body of the response, or "" if the process ended meanwhile.
func (p *process) call(method, path, body string) string {
	request, err := http.NewRequest(method, p.url+"/_control/"+path, strings.NewReader(body))
	if err != nil {
		p.t.Error(err)
		return ""
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	return string(text)
}

// token asks for the token of a user, so that the fake knows the connection.
func (p *process) token(user string) {
	p.t.Helper()
	body := strings.NewReader(`{"user_id": "` + user + `"}`)
	request, err := http.NewRequest("POST", p.url+"/data-integrations/slack/token", body)
	if err != nil {
		p.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer sk_test")
	response, err := http.DefaultClient.Do(request)
	if err != nil || response.StatusCode != http.StatusOK {
		p.t.Fatalf("the token of %s: %v (%v)", user, response, err)
	}
	_ = response.Body.Close()
}

// keepBusy makes the environment busy for long, with many slow calls that wait for each other.
func (p *process) keepBusy() {
	p.t.Helper()
	p.call("PUT", "scenario", `{"scenario": "needs_reauthorization", "user_id": "user_of_the_switch"}`)
	p.call("PUT", "scenario", `{"user_id": "user_of_the_loop", "scenario": {"repeat": true,
		"steps": [{"scenario": "active", "for": "1ms"}, {"scenario": "missing_scopes", "for": "1ms"}]}}`)
	p.token("user_of_the_loop")
	const advance = "POST /_control/clock/advance HTTP/1.1\r\nHost: localhost\r\nContent-Length: 12\r\n\r\n" +
		`{"by": "1h"}`
	answered := make(chan struct{}, 1)
	for range 100 {
		connection, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
		if err != nil {
			p.t.Fatal(err)
		}
		p.t.Cleanup(func() { _ = connection.Close() })
		in := bufio.NewReader(connection)
		p.exchange(connection, in, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n") // it is accepted
		if _, err := io.WriteString(connection, advance); err != nil {
			p.t.Fatal(err)
		}
		go func() {
			if _, err := http.ReadResponse(in, nil); err == nil {
				select {
				case answered <- struct{}{}:
				default:
				}
			}
		}()
	}
	<-answered // the others wait
}

// exchange makes a call over a connection that stays open afterwards.
func (p *process) exchange(connection net.Conn, in *bufio.Reader, request string) {
	p.t.Helper()
	_, err := io.WriteString(connection, request)
	if err == nil {
		var response *http.Response
		if response, err = http.ReadResponse(in, nil); err == nil {
			_, err = io.Copy(io.Discard, response.Body)
		}
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// Where there is no scenarios.yaml, the embedded one is served.
func TestTheBuiltInTour(t *testing.T) {
	t.Parallel()
	p := startProcessIn(t, t.TempDir())
	if !strings.HasSuffix(p.first, " (the built-in tour)\n") {
		t.Errorf("it prints %q", p.first)
	}
	if why := p.call("GET", "scenario?provider=github&user_id=user_demo_stale", ""); !strings.Contains(why, "expired") {
		t.Errorf("the connection of the tour: %s", why)
	}
}

// SIGTERM ends the process in time while an environment is busy. The state file has what was changed before.
func TestSIGTERMWhileAnEnvironmentIsBusy(t *testing.T) {
	t.Parallel()
	for name, keeps := range map[string]bool{"without a state file": false, "with a state file": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var arguments []string
			if keeps {
				arguments = []string{"--state", filepath.Join(t.TempDir(), "state")}
			}
			p := startProcess(t, arguments...)
			p.keepBusy()
			p.signal()
			ended := p.wait()
			if said := p.stderr.String(); ended.ExitCode() != 0 || !strings.Contains(said, "calls still in progress") {
				t.Fatalf("it ended with %s: %s", ended, said)
			}
			if !keeps {
				return
			}
			again := startProcess(t, arguments...)
			why := again.call("GET", "scenario?provider=slack&user_id=user_of_the_switch", "")
			if !strings.Contains(why, "needs_reauthorization since switch 1") {
				t.Errorf("after it, the switch is gone: %s", why)
			}
			again.signal()
			if ended := again.wait(); ended.ExitCode() != 0 {
				t.Errorf("the second process ended with %s: %s", ended, &again.stderr)
			}
		})
	}
}

// A second signal ends the process at once.
func TestASecondSIGTERM(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	p.keepBusy()
	p.signal()
	again := time.NewTicker(100 * time.Millisecond) // the process needs a moment to notice the first
	defer again.Stop()
	for isRunning := true; isRunning; {
		select {
		case <-again.C:
			_ = p.cmd.Process.Signal(syscall.SIGTERM)
		case <-p.ended:
			isRunning = false
		}
	}
	if status, ok := p.wait().Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGTERM {
		t.Errorf("it ended with %s", p.cmd.ProcessState)
	}
}

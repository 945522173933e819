package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// patience is how long to wait for a process at most.
const patience = 60 * time.Second

// server is a process that is measured.
type server struct {
	process     *exec.Cmd
	url         string
	client      http.Client
	firstAnswer time.Duration // from its start
}

// contender is a server of a comparison.
type contender struct {
	name  string
	start func() (*server, error)
}

// contenders returns the bare handler, which writes the body of a file, pipesfake with so many connections, and the
// version before if there is one.
func (b *bench) contenders(answer string, connections int) []contender {
	all := []contender{
		{"bare", func() (*server, error) { return b.bare(answer) }},
		{"now", func() (*server, error) { return b.fake(connections) }},
	}
	if b.before != "" {
		all = append(all, contender{"before", func() (*server, error) { return b.fakeOf(b.before, connections) }})
	}
	return all
}

// bare starts the bare handler, which writes the body of a file.
func (b *bench) bare(answer string) (*server, error) {
	return b.start(filepath.Join(b.dir, "limit"), "-answer", answer)
}

// sameHeaders starts the bare handler that also writes the headers that only pipesfake has.
func (b *bench) sameHeaders(answer string) (*server, error) {
	return b.start(filepath.Join(b.dir, "limit"), "-answer", answer, "-headers", answer+headersSuffix)
}

// headersSuffix is behind the name of the file of a body, in that of its headers.
const headersSuffix = ".headers"

// fake starts pipesfake with a file of so many connections and more arguments.
func (b *bench) fake(connections int, args ...string) (*server, error) {
	return b.fakeOf(b.binary(), connections, args...)
}

func (b *bench) binary() string { return filepath.Join(b.dir, "pipesfake") }

func (b *bench) fakeOf(binary string, connections int, args ...string) (*server, error) {
	file, err := b.scenarioFile(connections)
	if err != nil {
		return nil, err
	}
	args = append([]string{"--addr", "127.0.0.1:0", "--log", "json", "--scenarios", file}, args...)
	return b.start(binary, args...)
}

// start starts a server that prints its URL, and waits until it has answered a token request with 200.
func (b *bench) start(binary string, args ...string) (*server, error) {
	s := b.newServer(binary, args...)
	s.process.Stderr = os.Stderr
	stdout, err := s.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	var address struct{ URL string }
	if err == nil {
		err = json.Unmarshal(line, &address)
	}
	if err == nil {
		s.url = address.URL
		_, err = s.send(tokenOf(0))
	}
	s.firstAnswer = time.Since(began)
	if err != nil {
		s.stop()
		return nil, fmt.Errorf("%s did not start: %w", binary, err)
	}
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
	return s, nil
}

// newServer returns a server that is still to be started, in a process group of its own.
func (b *bench) newServer(binary string, args ...string) *server {
	s := &server{
		process: exec.CommandContext(b.ctx, binary, args...),
		client:  http.Client{Timeout: patience, Transport: &http.Transport{}},
	}
	s.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	s.process.Cancel = s.kill
	return s
}

// await sends a call until it succeeds, to a server that does not say when it listens.
func (s *server) await(ctx context.Context, first call) error {
	deadline := time.Now().Add(patience)
	for {
		_, err := s.send(first)
		if err == nil {
			return nil
		}
		if !errors.Is(err, syscall.ECONNREFUSED) || ctx.Err() != nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// kill ends the process and those that it started.
func (s *server) kill() error { return syscall.Kill(-s.process.Process.Pid, syscall.SIGKILL) }

func (s *server) stop() {
	if s.process.ProcessState == nil {
		_ = s.kill()
		_ = s.process.Wait()
	}
}

// send makes one call, which must succeed, and returns the body of the response.
func (s *server) send(c call) ([]byte, error) {
	_, body, err := s.exchange(c)
	return body, err
}

// exchange is send that also returns the headers of the response.
func (s *server) exchange(c call) (header http.Header, body []byte, err error) {
	request, err := http.NewRequest(c.method, s.url+c.path, strings.NewReader(c.body))
	if err != nil {
		return nil, nil, err
	}
	request.Header.Set("Authorization", "Bearer "+c.key)
	if c.body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := s.client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	body, err = io.ReadAll(response.Body)
	if err == nil && response.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s: %s: %s", c.method, c.path, response.Status, body)
	}
	return response.Header, body, err
}

// learn asks pipesfake with a file of so many connections once, and returns a file with the body of its response.
// Another file has the headers that the bare handler does not write by itself.
func (b *bench) learn(name string, c call, connections int) (string, error) {
	s, err := b.fake(connections)
	if err != nil {
		return "", err
	}
	defer s.stop()
	header, body, err := s.exchange(c)
	if err != nil {
		return "", err
	}
	for _, name := range []string{"Content-Type", "Content-Length", "Date"} {
		header.Del(name)
	}
	var headers bytes.Buffer
	if err := header.Write(&headers); err != nil {
		return "", err
	}
	headers.WriteString("\r\n")
	file := filepath.Join(b.dir, "answer-"+name)
	return file, errors.Join(os.WriteFile(file, body, 0o600),
		os.WriteFile(file+headersSuffix, headers.Bytes(), 0o600))
}

// freePort returns a port of the loopback interface that no process listens on.
func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, errors.Join(err, listener.Close())
}

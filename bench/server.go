package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is a process that is measured.
type server struct {
	process     *exec.Cmd
	url         string
	client      http.Client
	firstAnswer time.Duration // from its start
}

const path = "/data-integrations/github/token"

// start waits until the process has answered a token request with 200.
func start(binary string, args ...string) (*server, error) {
	s := &server{
		process: exec.Command(binary, args...),
		client:  http.Client{Timeout: patience, Transport: &http.Transport{}},
	}
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
		err = s.call(http.MethodPost, path, body(0))
	}
	s.firstAnswer = time.Since(began)
	if err != nil {
		s.stop()
		return nil, fmt.Errorf("%s did not start: %w", binary, err)
	}
	return s, nil
}

// call makes one request, which must succeed.
func (s *server) call(method, path, body string) error {
	request, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer sk_test")
	response, err := s.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s: %s", method, path, response.Status)
	}
	return nil
}

// cursor returns the id of the nth integration that lists creates.
func (s *server) cursor(n int) (string, error) {
	request, err := http.NewRequest(http.MethodGet, fmt.Sprintf("%s/data-integrations/p%d", s.url, n), nil)
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer sk_test")
	response, err := s.client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	var integration struct{ ID string }
	err = json.NewDecoder(response.Body).Decode(&integration)
	return integration.ID, err
}

func (s *server) stop() {
	if s.process.ProcessState == nil {
		_ = s.process.Process.Signal(syscall.SIGKILL)
		_ = s.process.Wait()
	}
}

// memory returns a value of /proc/<pid>/status, in MiB.
func (s *server) memory(figure string) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	match := regexp.MustCompile(figure + `:\s+(\d+) kB`).FindSubmatch(status)
	if match == nil {
		return 0, fmt.Errorf("no %s in %s", figure, status)
	}
	kib, err := strconv.ParseFloat(string(match[1]), 64)
	return kib / 1024, err
}

// cpu returns the processor time that the process has used, in microseconds.
func (s *server) cpu() (float64, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	user, err1 := strconv.ParseFloat(fields[11], 64)
	system, err2 := strconv.ParseFloat(fields[12], 64)
	if err1 != nil || err2 != nil {
		return 0, fmt.Errorf("no times in %s", stat)
	}
	return (user + system) * 10_000, nil // ticks of a hundredth of a second
}

// round is the result of one run of wrk. cpu is the server's processor time, in microseconds a request.
type round struct{ perSecond, p50, p99, cpu float64 }

func (s *server) measure(script string, seconds int) (round, error) {
	before, err := s.cpu()
	if err != nil {
		return round{}, err
	}
	duration := fmt.Sprintf("-d%ds", seconds)
	wrk := exec.Command("wrk", "-t1", "-c32", duration, "-s", script, "--latency", s.url+path)
	output, err := wrk.CombinedOutput()
	if err != nil {
		return round{}, fmt.Errorf("wrk: %w: %s", err, output)
	}
	after, err := s.cpu()
	if err != nil {
		return round{}, err
	}
	match := regexp.MustCompile(`RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) (\d+)`).FindSubmatch(output)
	if match == nil || string(match[5]) != "0" {
		return round{}, fmt.Errorf("wrk saw errors: %s", output)
	}
	number := func(i int) float64 { f, _ := strconv.ParseFloat(string(match[i]), 64); return f }
	requests := number(1)
	return round{perSecond: requests / (number(2) / 1e6), p50: number(3) / 1000, p99: number(4) / 1000,
		cpu: (after - before) / requests}, nil
}

// body returns a body that requests the token of a user of the file.
func body(user int) string { return fmt.Sprintf(`{"user_id":"user_%06d"}`, user) }

// wrkScript writes a script that requests one user after another. It prepares the requests, so that wrk has the
// same work for any number of users.
func wrkScript(dir string, connections int) (string, error) {
	file := filepath.Join(dir, fmt.Sprintf("ask-%d.lua", connections))
	return file, os.WriteFile(file, fmt.Appendf(nil, `
local requests, i = {}, 0
function init()
  local headers = {["Authorization"] = "Bearer sk_test", ["Content-Type"] = "application/json"}
  for user = 0, %[1]d - 1 do
    requests[user] = wrk.format("POST", nil, headers, string.format('{"user_id":"user_%%06d"}', user))
  end
end
function request()
  i = (i + 1) %% %[1]d
  return requests[i]
end
function done(summary, latency)
  local e = summary.errors
  print(string.format("RESULT %%d %%d %%f %%f %%d", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
`, connections), 0o600)
}

// scenarioFile writes a file with a connection for each user.
func scenarioFile(dir string, connections int) (string, error) {
	var text strings.Builder
	text.WriteString("version: 1\nconnections:\n")
	for user := range connections {
		fmt.Fprintf(&text, "  - {provider: github, user_id: user_%06d, scenario: active}\n", user)
	}
	file := filepath.Join(dir, fmt.Sprintf("scenarios-%d.yaml", connections))
	return file, os.WriteFile(file, []byte(text.String()), 0o600)
}

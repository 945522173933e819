package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"example.com/pipesfake/internal/contract"
	"example.com/pipesfake/scenarios"
)

// command runs the program to its end.
func command(t *testing.T, variables map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errors bytes.Buffer
	code = run(t.Context(), args, func(name string) string { return variables[name] }, &out, &errors)
	return code, out.String(), errors.String()
}

// serving is the program while it serves.
type serving struct {
	t      *testing.T
	stop   context.CancelFunc
	done   chan int
	first  chan string // its first line
	stderr lines
}

// lines is a writer that hands on what is written, and can be read meanwhile.
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

func serveWith(t *testing.T, variables map[string]string, args ...string) *serving {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	s := &serving{t: t, stop: stop, done: make(chan int, 1), first: make(chan string, 1)}
	reader, writer := io.Pipe()
	go func() {
		s.done <- run(ctx, append([]string{"serve"}, args...), func(name string) string { return variables[name] }, writer, &s.stderr)
		_ = writer.Close()
	}()
	go func() {
		all := new(bytes.Buffer)
		chunk := make([]byte, 4096)
		for told := false; ; {
			n, err := reader.Read(chunk)
			all.Write(chunk[:n])
			if line, _, found := strings.Cut(all.String(), "\n"); !told && (found || err != nil) {
				s.first <- line
				told = true
			}
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() { stop() })
	return s
}

// url is the address of its first line.
func (s *serving) url() string {
	s.t.Helper()
	line := <-s.first
	match := regexp.MustCompile(`http://[0-9a-z.:\[\]]+`).FindString(line)
	if match == "" {
		s.t.Fatalf("no address in %q; standard error says %s", line, &s.stderr)
	}
	return match
}

// end stops it as SIGTERM does, and answers its exit code.
func (s *serving) end() int {
	s.stop()
	return <-s.done
}

// checked is a client whose every answer is held against the contract.
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

func TestServeAnswersUntilItIsStopped(t *testing.T) {
	t.Parallel()
	s := serveWith(t, nil, "--addr", "127.0.0.1:0")
	url := s.url()
	status, body := get(t, url+"/health")
	if status != 200 || !strings.Contains(body, `"scenarios.yaml"`) {
		t.Errorf("health: %d %s", status, body)
	}
	if code := s.end(); code != 0 {
		t.Errorf("it ended with %d: %s", code, &s.stderr)
	}
	if response, err := http.Get(url + "/health"); err == nil {
		_ = response.Body.Close()
		t.Error("it still answers")
	}
}

// A browser that has the page open does not hold the end up: its stream ends as it should, and is not cut off.
func TestAnOpenPageEndsWithTheServer(t *testing.T) {
	t.Parallel()
	s := serveWith(t, nil, "--addr", "127.0.0.1:0")
	response, err := http.Get(s.url() + "/_control/events")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	s.end()
	if text, err := io.ReadAll(response.Body); err != nil {
		t.Errorf("the stream ends with %v, after %q", err, text)
	}
}

// What could not be written at the end is lost, and whoever started it must know.
func TestAStateThatIsLost(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "folder")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	s := serveWith(t, nil, "--addr", "127.0.0.1:0", "--state", filepath.Join(folder, "state"))
	_ = s.url()
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if code := s.end(); code != 1 || !strings.Contains(s.stderr.String(), "pipesfake: state file: ") {
		t.Errorf("it ended with %d: %s", code, &s.stderr)
	}
}

func TestServePrintsItsAddressAsJSON(t *testing.T) {
	t.Parallel()
	s := serveWith(t, map[string]string{"PIPESFAKE_LOG": "json"}, "--addr", "127.0.0.1:0", "--control-addr", "127.0.0.1:0")
	var line struct {
		Msg, Addr, URL, Scenarios string
		ControlURL                string `json:"control_url"`
	}
	if err := json.Unmarshal([]byte(<-s.first), &line); err != nil {
		t.Fatal(err)
	}
	if line.Msg != "listening" || line.URL != "http://"+line.Addr || line.Scenarios != "scenarios.yaml" {
		t.Errorf("it says %+v", line)
	}
	for url, want := range map[string]int{
		line.URL + "/health": 200, line.URL + "/_control/state": 501, line.ControlURL + "/_control/state": 200, line.ControlURL + "/health": 200,
	} {
		if status, body := get(t, url); status != want {
			t.Errorf("%s: %d %s", url, status, body)
		}
	}
}

func TestFlagsBeatVariablesBeatDefaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args      []string
		variables map[string]string
		want      config
	}{
		"defaults":              {nil, nil, config{addr: "127.0.0.1:4101", log: "text"}},
		"variables":             {nil, map[string]string{"PIPESFAKE_ADDR": ":1", "PIPESFAKE_VERBOSE": "true", "PIPESFAKE_CONTROL_TOKEN": "t"}, config{addr: ":1", log: "text", verbose: true, controlToken: "t"}},
		"flags":                 {[]string{"--addr", ":2", "--log=json"}, map[string]string{"PIPESFAKE_ADDR": ":1", "PIPESFAKE_LOG": "text"}, config{addr: ":2", log: "json"}},
		"a flag of the default": {[]string{"--log", "text"}, map[string]string{"PIPESFAKE_LOG": "json"}, config{addr: "127.0.0.1:4101", log: "text"}},
	} {
		got, err := parse(c.args, func(name string) string { return c.variables[name] }, io.Discard, io.Discard)
		if err != nil || got.addr != c.want.addr || got.log != c.want.log || got.verbose != c.want.verbose || got.controlToken != c.want.controlToken {
			t.Errorf("%s: %+v (%v)", name, got, err)
		}
	}
	several, err := parse([]string{"--allow-host", "a.b", "--allow-host=c.d,e.f"}, func(string) string { return "" }, io.Discard, io.Discard)
	if err != nil || several.hosts.String() != "a.b,c.d,e.f" {
		t.Errorf("hosts %v (%v)", several.hosts, err)
	}
}

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(bad, []byte("version: 1\nstart: actve\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := filepath.Join(filepath.Dir(bad), "good.yaml")
	if err := os.WriteFile(good, []byte("version: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args      []string
		variables map[string]string
		code      int
		says      string
	}{
		"an unknown command":  {[]string{"sreve"}, nil, 2, "did you mean serve?"},
		"an unknown flag":     {[]string{"--adr", ":1"}, nil, 2, "pipesfake serve: unknown flag --adr (did you mean --addr?): pipesfake serve -h lists them\n"},
		"a flag of another":   {[]string{"healthcheck", "--min", "1"}, nil, 2, "pipesfake healthcheck: unknown flag --min"},
		"no value":            {[]string{"--addr"}, nil, 2, "pipesfake serve: flag needs an argument: -addr\n"},
		"a bad number":        {[]string{"--journal", "x"}, nil, 2, `pipesfake serve: invalid value "x" for flag --journal: it is a whole number` + "\n"},
		"a large number":      {[]string{"--journal", "99999999999999999999"}, nil, 2, `for flag -journal: value out of range`},
		"a bad number said":   {nil, map[string]string{"PIPESFAKE_JOURNAL": "x"}, 2, `invalid value "x" for PIPESFAKE_JOURNAL: it is a whole number`},
		"days":                {[]string{"-environment-idle", "1d"}, nil, 2, `invalid value "1d" for flag --environment-idle: it is a duration like 90s, 30m or 24h`},
		"an argument":         {[]string{"serve", "my.yaml"}, nil, 2, `"my.yaml"`},
		"a bad truth value":   {[]string{"--watch=perhaps"}, nil, 2, `invalid boolean value "perhaps" for --watch: it is true or false`},
		"a bad variable":      {nil, map[string]string{"PIPESFAKE_VERBOSE": "perhaps"}, 2, "PIPESFAKE_VERBOSE"},
		"a bad log":           {[]string{"--log", "xml"}, nil, 2, "text or json"},
		"a bad host":          {[]string{"--addr", "127.0.0.1:0", "--allow-host", "a b"}, nil, 2, "not a host name"},
		"a bad external URL":  {[]string{"--addr", "127.0.0.1:0", "--external-url", "pipes"}, nil, 2, "external URL"},
		"a bad address":       {[]string{"--addr", "4101"}, nil, 2, "--addr"},
		"a bad port":          {[]string{"--addr", ":99999"}, nil, 2, ":4101"},
		"a bad addr variable": {nil, map[string]string{"PIPESFAKE_ADDR": "foo"}, 2, "or its variable"},
		"a bad control addr":  {[]string{"--addr", "127.0.0.1:0", "--control-addr", "nonsense"}, nil, 2, "--control-addr"},
		"an address in use":   {[]string{"--addr", "192.0.2.1:1"}, nil, 1, "192.0.2.1:1"},
		"a bad file":          {[]string{"--scenarios", bad}, nil, 1, "bad.yaml:2:8: unknown scenario"},
		"no file":             {[]string{"--scenarios", bad + "x"}, nil, 1, "no such file"},
		"a state folder":      {[]string{"--addr", "127.0.0.1:0", "--state", filepath.Dir(bad)}, nil, 1, "is a directory, not a file"},
		"the scenario file":   {[]string{"--addr", "127.0.0.1:0", "--scenarios", good, "--state", filepath.Dir(good) + "/./good.yaml"}, nil, 2, "is the scenario file"},
		"check: nothing":      {[]string{"check"}, nil, 2, "usage"},
		"check: a bad file":   {[]string{"check", "scenarios.yaml", bad}, nil, 1, "bad.yaml:2:8: unknown scenario"},
		"schema: an argument": {[]string{"schema", "x"}, nil, 2, "takes no arguments"},
		"coverage: nobody":    {[]string{"coverage", "--addr", "127.0.0.1:1"}, nil, 1, "refused"},
		"coverage: too much":  {[]string{"coverage", "--min", "101"}, nil, 2, "0 to 100"},
		"coverage: a text":    {[]string{"coverage"}, map[string]string{"PIPESFAKE_MIN": "most"}, 2, "PIPESFAKE_MIN"},
		"healthcheck: nobody": {[]string{"healthcheck", "--addr", "127.0.0.1:1"}, nil, 1, "refused"},
		"healthcheck: addr":   {[]string{"healthcheck"}, map[string]string{"PIPESFAKE_ADDR": "x"}, 2, "missing port"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, _, stderr := command(t, c.variables, c.args...)
			if code != c.code || !strings.Contains(stderr, c.says) {
				t.Errorf("it ended with %d: %s", code, stderr)
			}
		})
	}
}

func TestTheSmallCommands(t *testing.T) {
	t.Parallel()
	for word, says := range map[string]string{"version": "pipesfake ", "help": "healthcheck", "--help": "healthcheck", "schema": `"$schema"`} {
		if code, stdout, stderr := command(t, nil, word); code != 0 || !strings.Contains(stdout, says) || stderr != "" {
			t.Errorf("%s: %d %s%s", word, code, stdout, stderr)
		}
	}
	for _, word := range []string{"check", "schema", "version"} {
		if code, stdout, _ := command(t, nil, word, "--help"); code != 0 || !strings.Contains(stdout, "usage: pipesfake") {
			t.Errorf("%s --help: %d %s", word, code, stdout)
		}
	}
	for word, says := range map[string]string{"serve": "-control-addr", "coverage": "-min percent", "healthcheck": "1 when it is not"} {
		if code, stdout, stderr := command(t, nil, word, "-h"); code != 0 || !strings.Contains(stdout, says) || stderr != "" {
			t.Errorf("%s -h: %d %s%s", word, code, stdout, stderr)
		}
	}
	if code, stdout, _ := command(t, nil, "check", "scenarios.yaml"); code != 0 || stdout != "scenarios.yaml: good (16 scenarios, 7 connections)\n" {
		t.Errorf("check: %d %s", code, stdout)
	}
}

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	s := serveWith(t, nil, "--addr", "0.0.0.0:0")
	port := regexp.MustCompile(`:\d+$`).FindString(s.url())
	if code, _, stderr := command(t, map[string]string{"PIPESFAKE_ADDR": "0.0.0.0" + port}, "healthcheck"); code != 0 {
		t.Errorf("it ended with %d: %s", code, stderr)
	}
}

func TestTheTourDisturbsNobody(t *testing.T) {
	t.Parallel()
	set, err := scenarios.Parse("scenarios.yaml", defaultScenarios)
	if err != nil {
		t.Fatal(err)
	}
	if set.Start.Name != "active" || !set.Start.Builtin || set.Strict {
		t.Errorf("it starts as %+v", set.Start)
	}
	for _, c := range set.Connections() {
		if !strings.HasPrefix(c.User, "user_demo_") {
			t.Errorf("%s is touched", c.User)
		}
	}
}

func TestVerboseSaysWhy(t *testing.T) {
	t.Parallel()
	s := serveWith(t, nil, "--addr", "127.0.0.1:0", "--verbose")
	url := s.url()
	for _, key := range []string{"Bearer sk_test", "Basic secret"} {
		request, err := http.NewRequest("POST", url+"/data-integrations/github/token", strings.NewReader(`{"user_id": "user_demo_stale"}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", key)
		response, err := checked(t).Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
	}
	s.end()
	for _, want := range []string{`status=200 reason="expired by scenarios.yaml:81:5" request_id=req_default_000001`, `status=401 reason="unauthorized: `} {
		if !strings.Contains(s.stderr.String(), want) {
			t.Errorf("the log does not say %s:\n%s", want, &s.stderr)
		}
	}
	if strings.Contains(s.stderr.String(), "secret") {
		t.Error("the log has a secret")
	}
}

// A build fails when the suite saw too few of the answers.
func TestCoverageInCI(t *testing.T) {
	t.Parallel()
	server := serveWith(t, map[string]string{"PIPESFAKE_CONTROL_TOKEN": "t"}, "--addr", "127.0.0.1:0")
	url := server.url()
	ask := func() {
		request, err := http.NewRequest("POST", url+"/data-integrations/github/token", strings.NewReader(`{"user_id": "u"}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer sk_env_one")
		response, err := checked(t).Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
	ask()
	addr := strings.TrimPrefix(url, "http://")
	code, stdout, _ := command(t, nil, "coverage", "--addr", addr, "--control-token", "t", "--min", "1")
	if code != 0 || !strings.Contains(stdout, "| github | 1 | – |") {
		t.Errorf("it exits %d: %s", code, stdout)
	}
	code, _, stderr := command(t, map[string]string{"PIPESFAKE_CONTROL_TOKEN": "t"}, "coverage", "--addr", "x:1", "--control-addr", addr, "--min", "90")
	if code != 1 || !strings.Contains(stderr, "less than --min 90") {
		t.Errorf("below: it exits %d: %s", code, stderr)
	}
	if code, _, stderr := command(t, nil, "coverage", "--addr", addr); code != 1 || !strings.Contains(stderr, "401") {
		t.Errorf("without the token: it exits %d: %s", code, stderr)
	}
}

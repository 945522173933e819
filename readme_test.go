package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/internal/command"
	"example.com/pipesfake/internal/contract"
	"example.com/pipesfake/internal/engine"
	"example.com/pipesfake/scenarios"
	"example.com/pipesfake/scenarios/lint"
)

// block is a fenced block of a page.
type block struct {
	page     string
	language string
	mark     string // what the test does with it
	text     string
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

// pages lists the README and the pages of docs.
func pages(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob("docs/*.md")
	if err != nil || len(found) < 10 {
		t.Fatalf("only %d pages (%v)", len(found), err)
	}
	return append(found, "README.md")
}

// blocks returns the fenced blocks of a page.
func blocks(t *testing.T, page string) (found []block) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	fenced := regexp.MustCompile("(?ms)^```(\\w+) ?([^\n]*)\n(.*?)^```$")
	for _, match := range fenced.FindAllStringSubmatch(string(text), -1) {
		found = append(found, block{page, match[1], match[2], match[3]})
	}
	if fences := regexp.MustCompile("(?m)^ *```").FindAll(text, -1); len(fences) != 2*len(found) {
		t.Errorf("%s has %d fences and %d blocks: a block begins with ``` and its language", page,
			len(fences), len(found))
	}
	return found
}

// Every block of the README and of docs is run, parsed, compared with a response, or quoted from a file that is
// compiled. The tests in e2e run the blocks in JavaScript, Python and Java, and the commands for containers.
func TestEveryBlock(t *testing.T) {
	t.Parallel()
	for _, page := range pages(t) {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			server := fake.Start(t, fake.WithScenarioFile("scenarios.yaml"))
			for _, b := range blocks(t, page) {
				checkBlock(t, server, b)
			}
		})
	}
}

func checkBlock(t *testing.T, server *fake.Server, b block) {
	t.Helper()
	switch kind := b.language + " " + b.mark; {
	case kind == "sh run":
		for _, line := range strings.Split(strings.TrimSpace(b.text), "\n") {
			if status, body := curl(t, server.URL(), line); status/100 != 2 {
				t.Errorf("%s\nreturns %d: %s", line, status, body)
			}
		}
	case kind == "sh command":
		for _, line := range strings.Split(strings.TrimSpace(b.text), "\n") {
			runCommand(t, server, line)
		}
	case kind == "sh go.mod":
		useModule(t, b.text)
	case kind == "yaml scenario":
		variables := lookupIn(map[string]string{"WEBHOOK_SECRET": "whsec_of_the_docs"})
		set, err := scenarios.ParseWith(b.page, []byte(b.text), variables)
		if err != nil {
			t.Fatal(err)
		}
		for _, warning := range lint.Warnings(set) {
			t.Error(warning)
		}
	case b.language == "json" && strings.HasPrefix(b.mark, "state="):
		if got := answerIn(t, strings.TrimPrefix(b.mark, "state=")); got != b.text {
			t.Errorf("%s:\n%sthe page says:\n%s", b.mark, got, b.text)
		}
	case kind == "json near_misses":
		if got := nearMisses(t); got != b.text {
			t.Errorf("near misses:\n%sthe page says:\n%s", got, b.text)
		}
	case strings.HasPrefix(b.mark, "from="):
		quoted, err := os.ReadFile(strings.TrimPrefix(b.mark, "from="))
		if err != nil || !strings.Contains(string(quoted), b.text) {
			t.Errorf("%s does not contain this (%v):\n%s", b.mark, err, b.text)
		}
	case kind == "sh ", kind == "sh container", kind == "js run", kind == "python run", kind == "java run":
		isRunElsewhere(t, b)
	default:
		t.Errorf("nothing tests this block of %q:\n%s", kind, b.text)
	}
}

// runCommand runs a line of a page that begins with "pipesfake", or sets variables first. It ends a command that
// serves once that has printed its first line.
func runCommand(t *testing.T, server *fake.Server, line string) {
	t.Helper()
	line, _, _ = strings.Cut(line, " #")
	line, _, _ = strings.Cut(line, " >")
	words, variables := strings.Fields(line), map[string]string{}
	for len(words) > 0 && strings.Contains(words[0], "=") {
		name, value, _ := strings.Cut(words[0], "=")
		variables[name], words = value, words[1:]
	}
	if len(words) < 2 || words[0] != "pipesfake" {
		t.Errorf("not a command of pipesfake: %s", line)
		return
	}
	words = words[1:]
	switch words[0] {
	case "serve":
		words = append(words, "--addr", "127.0.0.1:0")
		if i := slices.Index(words, "--state"); i >= 0 {
			if strings.HasPrefix(words[i+1], "redis://") {
				words[i+1] = "redis://" + miniredis.RunT(t).Addr()
			} else {
				words[i+1] = filepath.Join(t.TempDir(), words[i+1])
			}
		}
	case "init":
		words = append(words[:1], filepath.Join(t.TempDir(), "scenarios.yaml"))
	case "switch", "state", "requests", "reset":
		words = append(words, "--url", server.URL())
	case "coverage", "healthcheck":
		words = append(words, "--addr", strings.TrimPrefix(server.URL(), "http://"))
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var printed strings.Builder
	output := writerFunc(func(text []byte) (int, error) {
		if words[0] == "serve" {
			stop()
		}
		return printed.Write(text)
	})
	code := command.Run(ctx, command.Process{
		Args: words, LookupEnv: lookupIn(variables), Stdout: output, Stderr: io.Discard,
		OpenFile: engine.OpenFile, OpenDatabase: engine.OpenDatabase,
	})
	if code != 0 {
		t.Errorf("%s\nexits with %d: %s", line, code, &printed)
	}
}

// lookupIn returns a function like os.LookupEnv for the variables of a map.
func lookupIn(variables map[string]string) func(name string) (string, bool) {
	return func(name string) (string, bool) {
		value, isSet := variables[name]
		return value, isSet
	}
}

// writerFunc is a function as an io.Writer.
type writerFunc func(text []byte) (int, error)

func (f writerFunc) Write(text []byte) (int, error) { return f(text) }

// isRunElsewhere checks that the script that runs a block, since no unit test can, contains its commands.
func isRunElsewhere(t *testing.T, b block) {
	t.Helper()
	runners := map[string]string{"": ".ci/run", "container": "e2e/container_test.go", "run": "e2e/readme_test.go"}
	runner := runners[b.mark]
	text, err := os.ReadFile(runner)
	if err != nil {
		t.Error(err)
		return
	}
	if b.mark == "run" {
		if !strings.Contains(string(text), `"`+b.language+`"`) {
			t.Errorf("%s does not run %s blocks", runner, b.language)
		}
		return
	}
	for _, line := range strings.Split(strings.TrimSpace(b.text), "\n") {
		command := strings.TrimSpace(strings.Split(line, "#")[0])
		words := strings.Fields(command)
		isCommand := strings.Contains(string(text), strings.Join(words[:2], " "))
		isArgument := strings.Contains(string(text), `"`+words[1]+`"`)
		if !isCommand && !isArgument {
			t.Errorf("%s does not run %s", runner, command)
		}
	}
}

// curl runs a curl command of a page, with another base URL in place of http://127.0.0.1:4101.
func curl(t *testing.T, base, line string) (int, string) {
	t.Helper()
	words := regexp.MustCompile(`'[^']*'|\S+`).FindAllString(line, -1)
	for i := range words {
		words[i] = strings.Trim(words[i], "'")
	}
	method, url, body, header := "", "", "", http.Header{}
	for i := 1; i < len(words); i++ {
		switch words[i] {
		case "-X":
			i++
			method = words[i]
		case "-H":
			i++
			name, value, _ := strings.Cut(words[i], ": ")
			header.Set(name, value)
		case "-d":
			i++
			body = words[i]
			header.Set("Content-Type", "application/x-www-form-urlencoded") // as curl does
		case "-T", "--data-binary":
			if words[i] == "-T" {
				method = "PUT"
			}
			i++
			text, err := os.ReadFile(strings.TrimPrefix(words[i], "@"))
			if err != nil {
				t.Fatal(err)
			}
			body = string(text)
		default:
			url = words[i]
			if path, isDocumented := strings.CutPrefix(url, "http://127.0.0.1:4101"); isDocumented &&
				(path == "" || path[0] == '/') { // and not one of the ports 41010 to 41019
				url = base + path
			}
		}
	}
	if words[0] != "curl" || !strings.HasPrefix(url, base) {
		t.Fatalf("not understood: %s", line)
	}
	if method == "" {
		method = map[bool]string{true: "POST", false: "GET"}[body != ""]
	}
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	response, err := checked(t).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(read)
}

// tokenCommand is a curl command that asks for the token of a user.
func tokenCommand(user string) string {
	return "curl http://127.0.0.1:4101/data-integrations/github/token -H 'Authorization: Bearer sk_test' " +
		`-d '{"user_id": "` + user + `"}'`
}

// answerIn returns the response of the token endpoint while a scenario is in force.
func answerIn(t *testing.T, scenario string) string {
	t.Helper()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	server := fake.Start(t, fake.WithScenario(scenario), fake.WithTime(now))
	_, body := curl(t, server.URL(), tokenCommand("user_1"))
	return body
}

// nearMisses returns what verify responds for a user name that is nearly right, in one line.
func nearMisses(t *testing.T) string {
	t.Helper()
	server := fake.Start(t)
	for range 3 {
		curl(t, server.URL(), tokenCommand("user_bob"))
	}
	verify := `curl http://127.0.0.1:4101/_control/verify -d '{"operation": "token", "user_id": "user_bobby"}'`
	_, body := curl(t, server.URL(), verify)
	var line bytes.Buffer
	if err := json.Compact(&line, []byte(body)); err != nil {
		t.Fatal(err)
	}
	return line.String() + "\n"
}

// The commands that serve prints under "Three things to try" work as printed.
func TestTheThreeThingsToTry(t *testing.T) {
	t.Parallel()
	printed := announced(t)
	url := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(printed)
	n := 0
	for _, line := range strings.Split(printed, "\n") {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "curl ") {
			n++
			if status, body := curl(t, url, line); status/100 != 2 {
				t.Errorf("%s\nanswers %d: %s", line, status, body)
			}
		}
	}
	want := fmt.Sprintf("port: %s", strings.TrimPrefix(url, "http://127.0.0.1:"))
	if n != 2 || !strings.Contains(printed, want) {
		t.Errorf("it prints:\n%s", printed)
	}
}

// announced starts a server for the test, and returns what it prints first.
func announced(t *testing.T) string {
	t.Helper()
	reader, writer := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		command.Run(ctx, command.Process{
			Args: []string{"serve", "--addr", "127.0.0.1:0"}, LookupEnv: lookupIn(nil),
			Stdout: writer, Stderr: io.Discard,
		})
		_ = writer.Close()
	}()
	t.Cleanup(func() { stop(); <-ended })
	var printed strings.Builder
	lines := bufio.NewScanner(reader)
	for lines.Scan() {
		fmt.Fprintln(&printed, lines.Text())
		if strings.HasPrefix(strings.TrimSpace(lines.Text()), "Python ") { // the last line
			break
		}
	}
	return printed.String()
}

// The table of flags lists every flag of serve.
func TestDocsListEveryFlag(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("docs/command.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range regexp.MustCompile(`(?m)^ +--([a-z-]+)`).FindAllStringSubmatch(serveHelp(t), -1) {
		variable := "PIPESFAKE_" + strings.ToUpper(strings.ReplaceAll(match[1], "-", "_"))
		row := fmt.Sprintf("| `--%s` | `%s` |", match[1], variable)
		if !strings.Contains(string(text), row) {
			t.Errorf("docs/command.md lacks %s", row)
		}
	}
}

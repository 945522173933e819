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
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/internal/command"
	"example.com/pipesfake/internal/contract"
	"example.com/pipesfake/scenarios"
)

// block is a fenced block of the README.
type block struct {
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

func blocks(t *testing.T) []block {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var found []block
	fenced := regexp.MustCompile("(?ms)^```(\\w+) ?([^\n]*)\n(.*?)^```$")
	for _, match := range fenced.FindAllStringSubmatch(string(text), -1) {
		found = append(found, block{match[1], match[2], match[3]})
	}
	if len(found) < 10 {
		t.Fatalf("only %d blocks", len(found))
	}
	return found
}

// Every block of the README is run, parsed, compared with a response, or quoted from a file that is compiled. The tests
// in e2e run the blocks in JavaScript and Python, and the commands for containers.
func TestEveryBlockOfTheREADME(t *testing.T) {
	t.Parallel()
	server := fake.Start(t, fake.WithScenarioFile("scenarios.yaml"))
	for _, b := range blocks(t) {
		switch kind := b.language + " " + b.mark; {
		case kind == "sh run":
			for _, line := range strings.Split(strings.TrimSpace(b.text), "\n") {
				if status, body := curl(t, server.URL(), line); status/100 != 2 {
					t.Errorf("%s\nanswers %d: %s", line, status, body)
				}
			}
		case kind == "yaml scenario":
			if _, err := scenarios.Parse("README.md", []byte(b.text)); err != nil {
				t.Error(err)
			}
		case b.language == "json" && strings.HasPrefix(b.mark, "state="):
			if got := answerIn(t, strings.TrimPrefix(b.mark, "state=")); got != b.text {
				t.Errorf("%s:\n%sthe README says:\n%s", b.mark, got, b.text)
			}
		case kind == "json near_misses":
			if got := nearMisses(t); got != b.text {
				t.Errorf("near misses:\n%sthe README says:\n%s", got, b.text)
			}
		case strings.HasPrefix(b.mark, "from="):
			quoted, err := os.ReadFile(strings.TrimPrefix(b.mark, "from="))
			if err != nil || !strings.Contains(string(quoted), b.text) {
				t.Errorf("this does not stand in %s (%v):\n%s", b.mark, err, b.text)
			}
		case kind == "sh ", kind == "sh container", kind == "js run", kind == "python run":
			isRunElsewhere(t, b)
		default:
			t.Errorf("nothing tests this block of %q:\n%s", kind, b.text)
		}
	}
}

// isRunElsewhere checks that the script for a block that no unit test can run contains its commands.
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

// curl runs a curl command of the README, with another base URL in place of http://127.0.0.1:4101.
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
		default:
			url = strings.Replace(words[i], "http://127.0.0.1:4101", base, 1)
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
			Args: []string{"serve", "--addr", "127.0.0.1:0"}, Getenv: func(string) string { return "" },
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

// The README's table of flags lists every flag of serve.
func TestTheREADMEKnowsEveryFlag(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range regexp.MustCompile(`(?m)^  -([a-z-]+)`).FindAllStringSubmatch(serveHelp(t), -1) {
		variable := "PIPESFAKE_" + strings.ToUpper(strings.ReplaceAll(match[1], "-", "_"))
		row := fmt.Sprintf("| `--%s` | `%s` |", match[1], variable)
		if !strings.Contains(string(text), row) {
			t.Errorf("the README lacks %s", row)
		}
	}
}

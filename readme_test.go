package main

import (
	"bytes"
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
	"example.com/pipesfake/scenarios"
)

// block is a fenced piece of the README: its language, what is to be done with it, and its text.
type block struct {
	language, mark, text string
}

func blocks(t *testing.T) []block {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var found []block
	for _, match := range regexp.MustCompile("(?ms)^```(\\w+) ?([^\n]*)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		found = append(found, block{match[1], match[2], match[3]})
	}
	if len(found) < 10 {
		t.Fatalf("only %d blocks", len(found))
	}
	return found
}

// Every block of the README is true: run, parsed, compared with an answer, or quoted from a file that is
// compiled. What runs with js and python is run by the tests in e2e, like the container's commands.
func TestEveryBlockOfTheREADME(t *testing.T) {
	t.Parallel()
	server := fake.Start(t, fake.WithScenarioFile("scenarios.yaml"))
	for _, b := range blocks(t) {
		switch kind := b.language + " " + b.mark; {
		case kind == "sh run":
			for _, line := range strings.Split(strings.TrimSpace(b.text), "\n") {
				if status, body := curl(t, server, line); status/100 != 2 {
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

// isRunElsewhere holds the commands that no unit test can run against the script that runs them.
func isRunElsewhere(t *testing.T, b block) {
	t.Helper()
	runner := map[string]string{"": ".ci/run", "container": "e2e/container_test.go", "run": "e2e/readme_test.go"}[b.mark]
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
		if words := strings.Fields(command); !strings.Contains(string(text), strings.Join(words[:2], " ")) && !strings.Contains(string(text), `"`+words[1]+`"`) {
			t.Errorf("%s does not run %s", runner, command)
		}
	}
}

// curl does what a line of the README does, with the server's address in place of the usual one.
func curl(t *testing.T, server *fake.Server, line string) (int, string) {
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
			url = strings.Replace(words[i], "http://127.0.0.1:4101", server.URL(), 1)
		}
	}
	if words[0] != "curl" || !strings.HasPrefix(url, server.URL()) {
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

func answerIn(t *testing.T, scenario string) string {
	t.Helper()
	server := fake.Start(t, fake.WithScenario(scenario), fake.WithTime(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)))
	_, body := curl(t, server, `curl http://127.0.0.1:4101/data-integrations/github/token -H 'Authorization: Bearer sk_test' -d '{"user_id": "user_1"}'`)
	return body
}

// nearMisses is what verify says of a name that is nearly right, in one line.
func nearMisses(t *testing.T) string {
	t.Helper()
	server := fake.Start(t)
	for range 3 {
		curl(t, server, `curl http://127.0.0.1:4101/data-integrations/github/token -H 'Authorization: Bearer sk_test' -d '{"user_id": "user_bob"}'`)
	}
	_, body := curl(t, server, `curl http://127.0.0.1:4101/_control/verify -d '{"operation": "token", "user_id": "user_bobby"}'`)
	var line bytes.Buffer
	if err := json.Compact(&line, []byte(body)); err != nil {
		t.Fatal(err)
	}
	return line.String() + "\n"
}

// The three things that serve prints must work as they are printed.
func TestTheThreeThingsToTry(t *testing.T) {
	t.Parallel()
	var printed strings.Builder
	server := fake.Start(t)
	listening, err := config{addr: "127.0.0.1:0", log: "text"}.listen(server)
	if err != nil {
		t.Fatal(err)
	}
	defer listening[0].Close()
	config{log: "text"}.announce(&printed, listening)
	n := 0
	for _, line := range strings.Split(strings.ReplaceAll(printed.String(), listening[0].url(), "http://127.0.0.1:4101"), "\n") {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "curl ") {
			n++
			if status, body := curl(t, server, line); status/100 != 2 {
				t.Errorf("%s\nanswers %d: %s", line, status, body)
			}
		}
	}
	if want := fmt.Sprintf("port: %s", strings.TrimPrefix(listening[0].url(), "http://127.0.0.1:")); n != 2 || !strings.Contains(printed.String(), want) {
		t.Errorf("it prints:\n%s", &printed)
	}
}

// The README's table of flags is the command's.
func TestTheREADMEKnowsEveryFlag(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var usage strings.Builder
	if _, err := parse([]string{"-h"}, func(string) string { return "" }, &usage, new(strings.Builder)); err == nil {
		t.Fatal("-h is no error")
	}
	for _, match := range regexp.MustCompile(`(?m)^  -([a-z-]+)`).FindAllStringSubmatch(usage.String(), -1) {
		row := fmt.Sprintf("| `--%s` | `PIPESFAKE_%s` |", match[1], strings.ToUpper(strings.ReplaceAll(match[1], "-", "_")))
		if !strings.Contains(string(text), row) {
			t.Errorf("the README lacks %s", row)
		}
	}
}

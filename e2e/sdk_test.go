package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"
)

// sdk is an official SDK in its own folder, where setup.sh installs it.
type sdk struct {
	name      string   // of the folder, and of the column in the table
	lock      string   // lists what must be installed
	installed string   // a copy of lock that setup.sh leaves after the installation
	build     []string // compiles the scripts, where that is needed
	command   []string // runs a script, whose name follows
	scripts   []string // one for each operation or so
}

func TestNodeSDK(t *testing.T) {
	t.Parallel()
	sdk{
		name:      "node",
		lock:      "package-lock.json",
		installed: "node_modules/.installed",
		command:   []string{"node_modules/.bin/node"},
		scripts: []string{"token.mjs", "accounts.mjs", "integrations.mjs", "events.mjs", "faults.mjs",
			"webhooks.mjs"},
	}.test(t)
}

func TestPythonSDK(t *testing.T) {
	t.Parallel()
	sdk{
		name:      "python",
		lock:      "requirements.txt",
		installed: ".venv/.installed",
		command:   []string{".venv/bin/python"},
		scripts:   []string{"token_test.py", "pipes_test.py", "webhooks_test.py"},
	}.test(t)
}

func TestRustSDK(t *testing.T) {
	t.Parallel()
	sdk{
		name:      "rust",
		lock:      "Cargo.lock",
		installed: "target/.installed",
		build:     []string{"cargo", "build", "--quiet", "--locked", "--offline"},
		command:   []string{"target/debug/pipesfake-e2e"},
		scripts:   []string{"token", "accounts", "integrations", "events"},
	}.test(t)
}

// The SDK is one for Kotlin and Java. The scripts are in Java, which needs no compiler from outside Debian.
func TestKotlinSDK(t *testing.T) {
	t.Parallel()
	sdk{
		name:      "kotlin",
		lock:      "jars.sha256",
		installed: "jars/.installed",
		build: []string{"javac", "-cp", "jars/*", "-d", "classes",
			"Harness.java", "Token.java", "Accounts.java", "Integrations.java", "Events.java"},
		// The programs are short: the first compiler and the simplest collector use the least of two processors.
		command: []string{"java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", "jars/*:classes"},
		scripts: []string{"e2e.Token", "e2e.Accounts", "e2e.Integrations", "e2e.Events"},
	}.test(t)
}

// test runs the scripts, each against its own servers.
func (s sdk) test(t *testing.T) {
	s.mustBeInstalled(t)
	s.compile(t)
	strict := filepath.Join(t.TempDir(), "strict.yaml")
	text := "{version: 1, strict: true, providers: {github: {scopes: [repo]}}}\n"
	if err := os.WriteFile(strict, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, script := range s.scripts {
		t.Run(script, func(t *testing.T) {
			s.run(t, script, "PIPESFAKE_URL="+startBinary(t),
				"PIPESFAKE_STRICT_URL="+startBinary(t, "--scenarios", strict))
		})
	}
}

func (s sdk) mustBeInstalled(t *testing.T) {
	t.Helper()
	want, err := os.ReadFile(filepath.Join(s.name, s.lock))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(s.name, s.installed)); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("the %s SDK is not installed, or not as %s/%s has it: run e2e/setup.sh", s.name, s.name, s.lock)
	}
}

func (s sdk) compile(t *testing.T) {
	t.Helper()
	if len(s.build) == 0 {
		return
	}
	build := exec.CommandContext(t.Context(), s.build[0], s.build[1:]...)
	build.Dir = s.name
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: run e2e/setup.sh\n%s", strings.Join(s.build, " "), err, output)
	}
}

// run copies the output of a script to the log, and records its results.
func (s sdk) run(t *testing.T, script string, urls ...string) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	args := append(slices.Clone(s.command[1:]), script)
	command := exec.CommandContext(ctx, s.command[0], args...)
	command.Dir = s.name
	command.Env = append(os.Environ(), append(urls, "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1",
		"PYTHONDONTWRITEBYTECODE=1")...)
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = command.Stdout
	if err := command.Start(); err != nil {
		t.Fatalf("%v: run e2e/setup.sh", err)
	}
	cases := 0
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		verdict, is := strings.CutPrefix(lines.Text(), "RESULT ")
		if !is {
			t.Log(lines.Text())
			continue
		}
		cases++
		if err := results.add(verdict); err != nil {
			t.Error(err)
		}
	}
	if err := lines.Err(); err != nil {
		t.Errorf("reading what %s prints: %v", script, err)
	}
	if err := command.Wait(); err != nil {
		t.Errorf("%s: %v", script, err)
	}
	if cases == 0 {
		t.Errorf("%s reported no case", script)
	}
}

// results collects the results of all scripts for the table at the end.
var results = table{cells: map[string]map[string]tally{}}

type table struct {
	mu    sync.Mutex
	cells map[string]map[string]tally // by operation and SDK
}

type tally struct{ passed, all int }

// add takes a script's line "<sdk> <operation> <case> pass|fail". A case that failed is an error.
func (r *table) add(line string) error {
	words := strings.Fields(line)
	if len(words) != 4 || words[3] != "pass" && words[3] != "fail" {
		return fmt.Errorf("not a verdict: %q", line)
	}
	sdk, operation, passed := words[0], words[1], words[3] == "pass"
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cells[operation] == nil {
		r.cells[operation] = map[string]tally{}
	}
	cell := r.cells[operation][sdk]
	cell.all++
	if passed {
		cell.passed++
	}
	r.cells[operation][sdk] = cell
	if !passed {
		return fmt.Errorf("failed: %s", line)
	}
	return nil
}

// print writes a row for each operation and a column for each SDK, with the cases passed of all.
func (r *table) print(w io.Writer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.cells) == 0 {
		return
	}
	sdks := map[string]bool{}
	for _, row := range r.cells {
		for sdk := range row {
			sdks[sdk] = true
		}
	}
	columns := slices.Sorted(maps.Keys(sdks))
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(out, "\noperation\t%s\n", strings.Join(columns, "\t"))
	for _, operation := range slices.Sorted(maps.Keys(r.cells)) {
		fmt.Fprint(out, operation)
		for _, sdk := range columns {
			if cell, tested := r.cells[operation][sdk]; tested {
				fmt.Fprintf(out, "\t%d/%d", cell.passed, cell.all)
			} else {
				fmt.Fprint(out, "\t-")
			}
		}
		fmt.Fprintln(out)
	}
	_ = out.Flush()
}

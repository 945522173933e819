package e2e

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"
)

// sdk is an official SDK in its own folder, as its sdk.yaml describes it. README.md tells how to add one.
type sdk struct {
	name      string              // of the folder, and of the column in the table
	Lock      string              `yaml:"lock"`      // lists what must be installed
	Installed string              `yaml:"installed"` // a copy of lock that setup.sh leaves after the installation
	Build     []string            `yaml:"build"`     // compiles the programs, where that is needed
	Runner    []string            `yaml:"runner"`    // makes the calls of the shared cases
	Scripts   map[string][]string `yaml:"scripts"`   // programs with cases of this SDK alone, by name
	Without   map[string]string   `yaml:"without"`   // what the SDK lacks, and why; see lacks
	Cases     rows                `yaml:"cases"`     // in place of shared cases of the same name, or more of them
}

// TestSDK runs the cases of the folder cases through each SDK, and the SDK's own.
func TestSDK(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*/sdk.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sdk.yaml in a folder beside: %v", err)
	}
	for _, file := range files {
		s := sdk{name: filepath.Dir(file)}
		decodeFile(t, file, &s)
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.test(t)
		})
	}
}

// decodeFile reads a YAML file. A key that is not of its contract is a mistake.
func decodeFile(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// test runs the shared cases against a pair of servers, then the scripts, each against its own.
func (s sdk) test(t *testing.T) {
	s.mustBeInstalled(t)
	s.compile(t)
	if len(s.Runner) > 0 {
		lenient, strict := startPair(t)
		s.testCases(t, lenient, strict)
	}
	for name, command := range s.Scripts {
		t.Run(name, func(t *testing.T) {
			lenient, strict := startPair(t)
			s.run(t, command, "PIPESFAKE_URL="+lenient, "PIPESFAKE_STRICT_URL="+strict)
		})
	}
}

// startPair starts a server that serves the built-in tour, and a strict one that knows the provider github alone.
func startPair(t *testing.T) (lenient, strict string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "strict.yaml")
	text := "{version: 1, strict: true, providers: {github: {scopes: [repo]}}}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return startBinary(t), startBinary(t, "--scenarios", path)
}

func (s sdk) mustBeInstalled(t *testing.T) {
	t.Helper()
	want, err := os.ReadFile(filepath.Join(s.name, s.Lock))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(s.name, s.Installed)); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("the %s SDK is not installed, or not as %s/%s has it: run e2e/setup.sh", s.name, s.name, s.Lock)
	}
}

func (s sdk) compile(t *testing.T) {
	t.Helper()
	if len(s.Build) == 0 {
		return
	}
	build := exec.CommandContext(t.Context(), s.Build[0], s.Build[1:]...)
	build.Dir = s.name
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: run e2e/setup.sh\n%s", strings.Join(s.Build, " "), err, output)
	}
}

// command is a program of the SDK's folder, to be started there.
func (s sdk) command(ctx context.Context, words []string, variables ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, words[0], words[1:]...)
	command.Dir = s.name
	command.Env = append(os.Environ(), append(variables, "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1",
		"PYTHONDONTWRITEBYTECODE=1")...)
	return command
}

// run copies the output of a script to the log, and records its results.
func (s sdk) run(t *testing.T, words []string, urls ...string) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	command := s.command(ctx, words, urls...)
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
		if err := results.addLine(verdict); err != nil {
			t.Error(err)
		}
	}
	if err := lines.Err(); err != nil {
		t.Errorf("reading what %v prints: %v", words, err)
	}
	if err := command.Wait(); err != nil {
		t.Errorf("%v: %v", words, err)
	}
	if cases == 0 {
		t.Errorf("%v reported no case", words)
	}
}

package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pipesfake/internal/fields"
)

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
		"an unknown command": {[]string{"sreve"}, nil, 2, "did you mean serve?"},
		"an unknown flag": {[]string{"--adr", ":1"}, nil, 2,
			"pipesfake serve: unknown flag --adr (did you mean --addr?): pipesfake serve -h lists them\n"},
		"a flag of another": {[]string{"healthcheck", "--min", "1"}, nil, 2,
			"pipesfake healthcheck: unknown flag --min"},
		"no value": {[]string{"--addr"}, nil, 2, "pipesfake serve: flag needs an argument: --addr\n"},
		"a bad number": {[]string{"--journal", "x"}, nil, 2,
			`pipesfake serve: invalid value "x" for flag --journal: it is a whole number` + "\n"},
		"a large number": {[]string{"--journal", "99999999999999999999"}, nil, 2,
			`for flag --journal: value out of range`},
		"a bad number said": {nil, map[string]string{"PIPESFAKE_JOURNAL": "x"}, 2,
			`invalid value "x" for PIPESFAKE_JOURNAL: it is a whole number`},
		"days": {[]string{"-environment-idle", "1d"}, nil, 2,
			`invalid value "1d" for flag --environment-idle: it is a duration like 90s, 30m or 24h`},
		"an argument": {[]string{"serve", "my.yaml"}, nil, 2, `"my.yaml"`},
		"a bad truth value": {[]string{"--watch=perhaps"}, nil, 2,
			`invalid boolean value "perhaps" for --watch: it is true or false`},
		"a bad variable": {nil, map[string]string{"PIPESFAKE_VERBOSE": "perhaps"}, 2, "PIPESFAKE_VERBOSE"},
		"a bad log":      {[]string{"--log", "xml"}, nil, 2, "text or json"},
		"a bad host":     {[]string{"--addr", "127.0.0.1:0", "--allow-host", "a b"}, nil, 2, "not a host name"},
		"a bad origin": {[]string{"--allow-origin", "http://a:1/"}, nil, 2,
			`pipesfake serve: invalid value "http://a:1/" for flag --allow-origin: "http://a:1/" ends with a slash: ` +
				"write http://a:1\n"},
		"a bad origin of two": {nil, map[string]string{"PIPESFAKE_ALLOW_ORIGIN": "http://a, b:1"}, 2,
			`invalid value "http://a, b:1" for PIPESFAKE_ALLOW_ORIGIN: "b:1" has no scheme: write http://b:1 or `},
		"any origin":          {[]string{"--allow-origin", "*"}, nil, 2, "name each one"},
		"a bad external URL":  {[]string{"--addr", "127.0.0.1:0", "--external-url", "pipes"}, nil, 2, "external URL"},
		"a bad address":       {[]string{"--addr", "4101"}, nil, 2, "--addr"},
		"a bad port":          {[]string{"--addr", ":99999"}, nil, 2, ":4101"},
		"a bad addr variable": {nil, map[string]string{"PIPESFAKE_ADDR": "foo"}, 2, "or its variable"},
		"a bad control addr": {[]string{"--addr", "127.0.0.1:0", "--control-addr", "nonsense"}, nil, 2,
			"--control-addr"},
		"an address of another machine": {[]string{"--addr", "192.0.2.1:1"}, nil, 1,
			"the address of --addr: listen tcp 192.0.2.1:1"},
		"a bad file": {[]string{"--scenarios", bad}, nil, 1, "bad.yaml:2:8: unknown scenario"},
		"no file":    {[]string{"--scenarios", bad + "x"}, nil, 1, "no such file"},
		"a state folder": {[]string{"--addr", "127.0.0.1:0", "--state", filepath.Dir(bad)}, nil, 1,
			"is a folder, not a file"},
		"the scenario file": {
			[]string{"--addr", "127.0.0.1:0", "--scenarios", good, "--state", filepath.Dir(good) + "/./good.yaml"},
			nil, 2, "is the scenario file",
		},
		"a wait for a file": {
			[]string{"--state", "file", "--state-wait", "1"}, nil, 2, "--state-wait must be the number of replicas",
		},
		"a replica that is nowhere": {
			[]string{"--state", "redis://127.0.0.1:1/0", "--replica-url", "here"}, nil, 2, `"here" for --replica-url`,
		},
		"check: nothing":      {[]string{"check"}, nil, 2, "usage"},
		"check: a bad file":   {[]string{"check", "scenarios.yaml", bad}, nil, 1, "bad.yaml:2:8: unknown scenario"},
		"a value with a dash": {[]string{"-control-addr", "-journal"}, nil, 2, `invalid address "-journal"`},
		"help: no command":    {[]string{"help", "chek"}, nil, 2, `unknown command "chek" (did you mean check?)`},
		"completion: nothing": {[]string{"completion"}, nil, 2, "name one shell: bash, zsh, fish, powershell"},
		"completion: unknown": {[]string{"completion", "bsh"}, nil, 2,
			`unknown shell "bsh" (did you mean bash?): it is one of bash, zsh, fish, powershell`},
		"schema: an argument": {[]string{"schema", "x"}, nil, 2, "takes no arguments"},
		"coverage: nobody":    {[]string{"coverage", "--addr", "127.0.0.1:1"}, nil, 1, "refused"},
		"coverage: too much":  {[]string{"coverage", "--min", "101"}, nil, 2, "0 to 100"},
		"coverage: a text":    {[]string{"coverage"}, map[string]string{"PIPESFAKE_MIN": "most"}, 2, "PIPESFAKE_MIN"},
		"healthcheck: nobody": {[]string{"healthcheck", "--addr", "127.0.0.1:1"}, nil, 1, "refused"},
		"healthcheck: addr":   {[]string{"healthcheck"}, map[string]string{"PIPESFAKE_ADDR": "x"}, 2, "missing port"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, _, stderr := run(t, c.variables, c.args...)
			if code != c.code || !strings.Contains(stderr, c.says) {
				t.Errorf("it ended with %d: %s", code, stderr)
			}
		})
	}
}

func TestTheSmallCommands(t *testing.T) {
	t.Parallel()
	for name, says := range map[string]string{"version": "pipesfake ", "help": "healthcheck", "--help": "healthcheck",
		"schema": `"$schema"`} {
		if code, stdout, stderr := run(t, nil, name); code != 0 || !strings.Contains(stdout, says) || stderr != "" {
			t.Errorf("%s: %d %s%s", name, code, stdout, stderr)
		}
	}
	for _, name := range []string{"check", "schema", "version"} {
		if code, stdout, _ := run(t, nil, name, "--help"); code != 0 || !strings.Contains(stdout, "usage: pipesfake") {
			t.Errorf("%s --help: %d %s", name, code, stdout)
		}
	}
	for name, says := range map[string]string{"serve": "-control-addr", "coverage": "-min percent",
		"healthcheck": "1 if it is not"} {
		if code, stdout, stderr := run(t, nil, name, "-h"); code != 0 || !strings.Contains(stdout, says) ||
			stderr != "" {
			t.Errorf("%s -h: %d %s%s", name, code, stdout, stderr)
		}
	}
	if code, stdout, _ := run(t, nil, "--version"); code != 0 || !strings.HasPrefix(stdout, "pipesfake ") {
		t.Errorf("--version: %d %s", code, stdout)
	}
	file := filepath.Join(t.TempDir(), "s.yaml")
	if err := os.WriteFile(file, []byte("version: 1\nstart: ${START}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := run(t, map[string]string{"START": "expired"}, "check", file); code != 0 {
		t.Errorf("check with a variable: %d %s", code, stderr)
	}
	if code, _, stderr := run(t, nil, "check", file); code != 1 ||
		!strings.Contains(stderr, "s.yaml:2:8: the environment variable START is not set") {
		t.Errorf("check without the variable: %d %s", code, stderr)
	}
	if code, stdout, _ := run(t, nil, "check", "scenarios.yaml"); code != 0 ||
		stdout != "scenarios.yaml: good (16 scenarios, 7 connections)\n" {
		t.Errorf("check: %d %s", code, stdout)
	}
	if got := fields.Plural(1, "connection") + ", " + fields.Plural(0, "scenario"); got != "1 connection, 0 scenarios" {
		t.Error(got)
	}
}

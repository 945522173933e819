package command

import (
	"regexp"
	"strings"
	"testing"
)

// Each command has a help text of its own, however one asks for it, and its flags have two dashes.
func TestEachCommandHasItsOwnHelp(t *testing.T) {
	t.Parallel()
	for _, command := range newRoot(process(nil, nil, nil)).Commands() {
		name := command.Name()
		code, first, stderr := run(t, nil, "help", name)
		if code != 0 || stderr != "" || !strings.HasPrefix(first, "usage: pipesfake "+name) {
			t.Errorf("help %s: %d %s%s", name, code, first, stderr)
		}
		if !strings.Contains(first, "\nExamples:\n  ") || !strings.Contains(first, "pipesfake "+name) {
			t.Errorf("help %s has no example:\n%s", name, first)
		}
		if single := regexp.MustCompile(`[\s(]-[a-z]{2,}`).FindString(first); single != "" {
			t.Errorf("help %s shows a flag with one dash: %s", name, single)
		}
		for _, flag := range []string{"-h", "--help", "-help"} {
			if code, text, stderr := run(t, nil, name, flag); code != 0 || text != first || stderr != "" {
				t.Errorf("%s %s: %d %s%s", name, flag, code, text, stderr)
			}
		}
		if _, list, _ := run(t, nil, "help"); !strings.Contains(list, "\n  "+name+" ") {
			t.Errorf("help does not list %s:\n%s", name, list)
		}
	}
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if code, script, stderr := run(t, nil, "completion", shell); code != 0 || stderr != "" ||
			!strings.Contains(script, "pipesfake") {
			t.Errorf("%s: %d %s%s", shell, code, script, stderr)
		}
	}
	for name, c := range map[string]struct {
		words []string
		want  string
	}{
		"a command":         {[]string{"heal"}, "healthcheck\tcheck whether a running"},
		"a flag":            {[]string{"serve", "--control-a"}, "--control-addr\tserve /_control"},
		"a flag of no one":  {[]string{"--control-a"}, "--control-addr\t"},
		"a value":           {[]string{"serve", "--log", "j"}, "json\n"},
		"a shell":           {[]string{"completion", "f"}, "fish\n"},
		"a command to help": {[]string{"help", "ch"}, "check\treport"},
		"a scenario file":   {[]string{"check", ""}, "yaml\nyml\n"},
	} {
		if code, stdout, _ := run(t, nil, append([]string{"__complete"}, c.words...)...); code != 0 ||
			!strings.Contains(stdout, c.want) {
			t.Errorf("%s: %d %s", name, code, stdout)
		}
	}
}

package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A warning is printed, and fails the check only with --warnings-as-errors.
func TestCheckWarns(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, text := range map[string]string{
		"good": "version: 1\n",
		"typo": "version: 1\nusers: [u]\nfaults: [{status: 500, provider: gihub, user_id: v}]\n",
		"bad":  "version: 1\nstart: actve\n",
		"both": "version: 1\nstart: actve\nfaults: [{status: 500, provider: gihub}]\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const warnings = `typo:3:10: warning: provider "gihub" is nearly "github": write github, ` +
		"or add gihub to providers, with a name of its own, if it is another provider\n" +
		`typo:3:10: warning: user "v" is not in users (did you mean u?): ` + "correct it, or add it to the list\n"
	const mistake = `bad:2:8: unknown scenario "actve" (did you mean active?)` + "\n"
	const goodTypo = "typo: good (5 scenarios, 0 connections, 2 warnings)\n"
	const good = "good: good (5 scenarios, 0 connections)\n"
	for name, c := range map[string]struct {
		args           []string
		code           int
		stdout, stderr string
	}{
		"no warnings":              {[]string{"good"}, 0, good, ""},
		"no warnings, strictly":    {[]string{"--warnings-as-errors", "good"}, 0, good, ""},
		"warnings":                 {[]string{"typo"}, 0, goodTypo, warnings},
		"a mistake in another one": {[]string{"bad", "good"}, 1, good, mistake},
		"a mistake and a warning": {[]string{"both"}, 1, "", strings.ReplaceAll(mistake, "bad:", "both:") +
			strings.ReplaceAll(warnings[:strings.Index(warnings, "\n")+1], "typo:", "both:")},
		"warnings, strictly": {[]string{"-warnings-as-errors", "typo", "good"}, 1, good,
			warnings + "typo: refused because of 2 warnings (--warnings-as-errors)\n"},
	} {
		args := []string{"check"}
		for _, arg := range c.args {
			if arg[0] != '-' {
				arg = filepath.Join(folder, arg)
			}
			args = append(args, arg)
		}
		code, stdout, stderr := run(t, nil, args...)
		stdout = strings.ReplaceAll(stdout, folder+string(filepath.Separator), "")
		stderr = strings.ReplaceAll(stderr, folder+string(filepath.Separator), "")
		if code != c.code || stdout != c.stdout || stderr != c.stderr {
			t.Errorf("%s: %d\n%s%s", name, code, stdout, stderr)
		}
	}
}

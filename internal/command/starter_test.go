package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestInitWritesAFileThatIsGood(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "mine.yaml")
	code, stdout, stderr := run(t, nil, "init", file)
	if code != 0 || stderr != "" || !strings.Contains(stdout, "pipesfake serve --scenarios "+file) {
		t.Errorf("init: %d %s%s", code, stdout, stderr)
	}
	text, err := os.ReadFile(file)
	if err != nil || !strings.HasPrefix(string(text), "# yaml-language-server: $schema=") {
		t.Errorf("it wrote %q (%v)", text, err)
	}
	if code, _, stderr := run(t, nil, "check", file); code != 0 {
		t.Errorf("check: %d %s", code, stderr)
	}
}

func TestInitNeverOverwrites(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "mine.yaml")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"a file that exists":      {[]string{file}, 1, "mine.yaml exists, and is not overwritten: name another file"},
		"a folder":                {[]string{folder}, 1, "exists, and is not overwritten"},
		"no folder":               {[]string{filepath.Join(folder, "none", "a.yaml")}, 1, "none"},
		"two files":               {[]string{"a", "b"}, 2, "name one file, not 2"},
		"the file of this folder": {nil, 1, "pipesfake init: scenarios.yaml exists"},
	} {
		code, _, stderr := run(t, nil, append([]string{"init"}, c.args...)...)
		if code != c.code || !strings.Contains(stderr, c.says) {
			t.Errorf("%s: %d %s", name, code, stderr)
		}
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "mine" {
		t.Errorf("the file is %q now (%v)", text, err)
	}
}

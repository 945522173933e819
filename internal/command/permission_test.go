package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A file that may not be read is reported with the user of the process.
func TestFilesWithoutPermission(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file, closed := filepath.Join(folder, "s.yaml"), filepath.Join(folder, "closed")
	if err := os.WriteFile(file, []byte("version: 1\n"), 0); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(closed, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(file); err == nil {
		t.Skip("this user may read every file: root, or Windows")
	}
	const user = "permission denied; pipesfake runs as uid "
	for name, c := range map[string]struct {
		args []string
		fix  string
	}{
		"check":      {[]string{"check", file}, "make the file readable for it (chmod a+r " + file + ")"},
		"serve":      {[]string{"--scenarios", file}, "make the file readable for it (chmod a+r " + file + ")"},
		"its folder": {[]string{"check", filepath.Join(closed, "s.yaml")}, "let it enter the folders of the file"},
		"a state file": {
			[]string{"--addr", "127.0.0.1:0", "--state", closed + "/state"}, "give it the file and the folder ",
		},
	} {
		code, _, stderr := run(t, nil, c.args...)
		if code != 1 || !strings.Contains(stderr, user) || !strings.Contains(stderr, c.fix) {
			t.Errorf("%s: %d %s", name, code, stderr)
		}
	}
}

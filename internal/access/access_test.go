package access

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Only a permission that is denied is explained, and only where users have numbers.
func TestExplain(t *testing.T) {
	t.Parallel()
	denied := &fs.PathError{Op: "open", Path: "s.yaml", Err: fs.ErrPermission}
	missing := &fs.PathError{Op: "open", Path: "s.yaml", Err: fs.ErrNotExist}
	fix := func(uid int) string { return fmt.Sprintf("chown %d", uid) }
	for name, c := range map[string]struct {
		err  error
		uid  int
		want string
	}{
		"denied": {denied, 65532, "open s.yaml: permission denied; pipesfake runs as uid 65532: chown 65532"},
		"in another error": {fmt.Errorf("x: %w", denied), 0,
			"x: open s.yaml: permission denied; pipesfake runs as uid 0: chown 0"},
		"renaming": {&os.LinkError{Op: "rename", Old: "a", New: "b", Err: fs.ErrPermission}, 1,
			"rename a b: permission denied; pipesfake runs as uid 1: chown 1"},
		"on Windows": {denied, -1, "open s.yaml: permission denied"},
		"missing":    {missing, 1, "open s.yaml: file does not exist"},
	} {
		got := explain(c.err, c.uid, fix)
		if got.Error() != c.want || !errors.Is(got, c.err) {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
	if explain(nil, 1, fix) != nil {
		t.Error("no error is explained")
	}
}

// Root may read everything, so that an error is needed that the test makes itself.
func TestFixes(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s.yaml")
	denied := &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
	uid := os.Geteuid()
	if uid < 0 {
		t.Skip("users have no numbers here")
	}
	runs := fmt.Sprintf("%v; pipesfake runs as uid %d: ", denied, uid)
	want := runs + "make the file readable for it (chmod a+r " + path + ")"
	if got := ToRead(denied, path).Error(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	want = runs + fmt.Sprintf("give it the file and the folder %s (chown %d)", filepath.Dir(path), uid)
	if got := ToWrite(denied, path).Error(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

package store

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// open opens a state file in a new folder.
func open(t *testing.T) *File {
	t.Helper()
	file, err := Open(filepath.Join(t.TempDir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(file.Close)
	return file
}

// replace writes lines to a state file.
func replace(t *testing.T, file *File, texts ...string) {
	t.Helper()
	var lines []Line
	for _, text := range texts {
		lines = append(lines, NewLine([]byte(text)))
	}
	if err := file.Replace(lines); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		lines []string
	}{
		{"nothing", nil},
		{"a line", []string{`{"a":1}` + "\n"}},
		{"lines", []string{"a\n", "\n", "b\n"}},
		{"a line larger than a buffer", []string{strings.Repeat("a", 200_000) + "\n", "b\n"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			file := open(t)
			replace(t, file, "what was before\n")
			replace(t, file, test.lines...)
			lines, err := file.Read()
			if want := strings.Join(test.lines, ""); err != nil || string(bytes.Join(lines, nil)) != want {
				t.Errorf("read %.50q (%v), want %.50q", lines, err, want)
			}
			if len(lines) != len(test.lines) {
				t.Errorf("read %d lines, want %d", len(lines), len(test.lines))
			}
		})
	}
}

func TestReadOfAMissingFile(t *testing.T) {
	t.Parallel()
	file := open(t)
	if _, err := file.Read(); !errors.Is(err, fs.ErrNotExist) || !file.IsMissing() {
		t.Errorf("%v, missing: %v", err, file.IsMissing())
	}
	replace(t, file)
	if file.IsMissing() {
		t.Error("a file that was written is missing")
	}
}

func TestDamagedFiles(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		damage func(text string) string
		want   string
	}{
		{"cut at its end", func(text string) string { return text[:len(text)-1] }, "it is damaged"},
		{"a line is missing", func(text string) string { return strings.Replace(text, "b\n", "", 1) }, "it is damaged"},
		{"a line was changed", func(text string) string { return strings.Replace(text, "b\n", "c\n", 1) },
			"it is damaged"},
		{"lines were swapped", func(text string) string { return strings.Replace(text, "a\nb\n", "b\na\n", 1) },
			"it is damaged"},
		{"a line was added", func(text string) string { return text + "c\n" }, "it is damaged"},
		{"a newer format", func(text string) string { return strings.Replace(text, `state":2`, `state":3`, 1) },
			"its format is 3; this pipesfake reads 2"},
		{"not a state file", func(string) string { return "version: 1\n" },
			"its first line is not that of a state file"},
		{"empty", func(string) string { return "" }, "its first line is not that of a state file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			file := open(t)
			replace(t, file, "a\n", "b\n")
			text, err := os.ReadFile(file.Path())
			if err == nil {
				err = os.WriteFile(file.Path(), []byte(test.damage(string(text))), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			_, err = file.Read()
			var damaged *DamagedError
			if !errors.As(err, &damaged) || !strings.HasPrefix(damaged.Reason, test.want) {
				t.Errorf("%v, want a DamagedError: %s", err, test.want)
			}
		})
	}
}

// A damaged file is renamed, so that nothing is lost, and a new one can be written.
func TestFilesAreSetAside(t *testing.T) {
	t.Parallel()
	file := open(t)
	for i, want := range []string{file.Path() + ".aside-1", file.Path() + ".aside-2"} {
		replace(t, file, string(rune('a'+i))+"\n")
		aside, err := file.SetAside()
		if err != nil || aside != want || !file.IsMissing() {
			t.Fatalf("set aside as %s (%v), want %s", aside, err, want)
		}
		if text, err := os.ReadFile(aside); err != nil || !strings.HasSuffix(string(text), string(rune('a'+i))+"\n") {
			t.Errorf("%s contains %q (%v)", aside, text, err)
		}
	}
}

// The file contains secrets. What a killed process left beside it is removed, whoever may read that.
func TestOnlyTheOwnerMayReadTheFile(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there are no such permissions")
	}
	file := open(t)
	if err := os.WriteFile(file.Path()+".new", []byte("half of a st"), 0o644); err != nil {
		t.Fatal(err)
	}
	replace(t, file, "a\n")
	info, err := os.Stat(file.Path())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v (%v)", info.Mode(), err)
	}
}

// A file that cannot be written stays as it was.
func TestAFailedReplaceChangesNothing(t *testing.T) {
	t.Parallel()
	file := open(t)
	replace(t, file, "a\n")
	blocked := file.Path() + ".new"
	if err := os.MkdirAll(filepath.Join(blocked, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := file.Replace([]Line{NewLine([]byte("b\n"))}); err == nil {
		t.Error("it is written through a folder")
	}
	if lines, err := file.Read(); err != nil || len(lines) != 1 || string(lines[0]) != "a\n" {
		t.Errorf("it contains %q (%v)", lines, err)
	}
}

func TestWhatCannotBeAStateFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	link := filepath.Join(folder, "link")
	if err := os.Symlink(link, link); err != nil {
		t.Skip(err)
	}
	for _, test := range []struct{ name, path, want string }{
		{"a folder", folder, "is a directory, not a file"},
		{"a link to itself", link, "too many symbolic links"},
		{"a file in no folder", filepath.Join(folder, "none", "state"), "no such file or directory"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if _, err := Open(test.path); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

// The file that a link leads to is replaced, and not the link.
func TestLinksAreFollowed(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	link, target := filepath.Join(folder, "link"), filepath.Join(folder, "target")
	if err := os.Symlink("target", link); err != nil {
		t.Skip(err)
	}
	file, err := Open(link)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	replace(t, file, "a\n")
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link has become %v (%v)", info.Mode(), err)
	}
	if file.Path() != target || !IsSameFile(link, target) {
		t.Errorf("the link leads to %s, want %s", file.Path(), target)
	}
}

func TestWhichFilesAStateFileWouldOverwrite(t *testing.T) {
	t.Parallel()
	file := open(t)
	replace(t, file, "a\n")
	for _, other := range []string{"", ".new", ".lock", ".yaml"} {
		if err := os.WriteFile(file.Path()+other, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name, other string
		want        bool
	}{
		{"itself", file.Path(), true},
		{"the new file", file.Path() + ".new", true},
		{"the lock file", file.Path() + ".lock", true},
		{"another file", file.Path() + ".yaml", false},
		{"a file that does not exist", file.Path() + ".none", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := IsSameFile(file.Path(), test.other); got != test.want {
				t.Errorf("the same file: %v, want %v", got, test.want)
			}
		})
	}
}

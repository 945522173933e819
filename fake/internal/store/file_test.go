package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A rename lasts through a crash of the machine once the folder is synced, so that happens after it, each time.
func TestTheFolderOfTheStateFileIsSynced(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	disk, err := Open(filepath.Join(folder, "state"))
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	if err := disk.syncFolder(folder); err != nil { // as it is, on this machine
		t.Fatal(err)
	}
	var synced []string
	var failure error
	disk.syncFolder = func(path string) error {
		text, err := os.ReadFile(disk.path)
		if err != nil {
			t.Fatalf("the file is not in its place when its folder is synced: %v", err)
		}
		if _, err := os.Lstat(disk.path + ".new"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the new file is still beside it: %v", err)
		}
		synced = append(synced, path+" with "+string(text[len(text)-6:]))
		return failure
	}
	for i, line := range []string{"first\n", "other\n"} {
		if err := disk.Replace([]Line{NewLine([]byte(line))}); err != nil {
			t.Fatal(err)
		}
		if want := folder + " with " + line; len(synced) != i+1 || synced[i] != want {
			t.Fatalf("synced %q, want %q at the end", synced, want)
		}
	}
	failure = syscall.EIO
	if err := disk.Replace(nil); !errors.Is(err, syscall.EIO) {
		t.Errorf("a disk that fails is told as %v", err)
	}
}

func TestFoldersThatCannotBeSynced(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ err, told error }{
		"it worked":                        {nil, nil},
		"a file system without it":         {&fs.PathError{Op: "sync", Err: syscall.EINVAL}, nil},
		"a system without it":              {&fs.PathError{Op: "sync", Err: errors.ErrUnsupported}, nil},
		"Windows, which flushes no folder": {&fs.PathError{Op: "sync", Err: fs.ErrPermission}, nil},
		"a disk that fails":                {syscall.EIO, syscall.EIO},
	} {
		if err := unlessUnsupported(c.err); !errors.Is(err, c.told) || (err == nil) != (c.told == nil) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := syncFolder(filepath.Join(t.TempDir(), "none")); err != nil {
		t.Errorf("a folder that cannot be opened: %v", err)
	}
}

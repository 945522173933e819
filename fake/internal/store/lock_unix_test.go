//go:build unix && !aix && !solaris

package store

import (
	"os"
	"strings"
	"testing"
)

// A file description of its own has a lock of its own, so that two Files stand for two processes.
func TestOnlyOneProcessUsesAStateFile(t *testing.T) {
	t.Parallel()
	first := open(t)
	if _, err := Open(first.Path()); err == nil || !strings.Contains(err.Error(), "is used by another pipesfake") {
		t.Errorf("a second process opens the file: %v", err)
	}
	first.Close()
	second, err := Open(first.Path())
	if err != nil {
		t.Fatalf("after the first process has closed the file: %v", err)
	}
	second.Close()
}

// Whoever deletes the lock file lets a second process in. Then only one of the two may write.
func TestALockFileThatIsDeleted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		while func(t *testing.T, path string) // what happens before the lock is checked
		want  string
	}{
		{"it was not deleted", func(*testing.T, string) {}, ""},
		{"nobody took the file", removeLock, ""},
		{"another process took the file", func(t *testing.T, path string) {
			removeLock(t, path)
			other, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(other.Close)
		}, "was taken by another pipesfake"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			file := open(t)
			test.while(t, file.Path())
			err := file.KeepLock()
			got := ""
			if err != nil {
				got = err.Error()
			}
			if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("%q, want %q", got, test.want)
			}
			if again := file.KeepLock(); (again == nil) != (err == nil) {
				t.Errorf("the second time: %v", again)
			}
			if err != nil {
				return
			}
			if _, err := Open(file.Path()); err == nil {
				t.Error("another process can take the file afterwards")
			}
		})
	}
}

func removeLock(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path + ".lock"); err != nil {
		t.Fatal(err)
	}
}

// A process that lost the file does not write it, even after the other one has ended.
func TestALostFileStaysLost(t *testing.T) {
	t.Parallel()
	file := open(t)
	removeLock(t, file.Path())
	other, err := Open(file.Path())
	if err != nil {
		t.Fatal(err)
	}
	if file.KeepLock() == nil {
		t.Fatal("both processes have the file")
	}
	other.Close()
	if file.KeepLock() == nil {
		t.Error("the process writes over what the other one has written")
	}
}

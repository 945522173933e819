//go:build unix && !aix && !solaris

package fake_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pipesfake/fake"
)

// keptServer is a server with a state file in a bubble, with its log.
type keptServer struct {
	world
	file string
	log  *sharedLog
}

// later gives the server time to look for changes.
func (k keptServer) later() {
	time.Sleep(time.Second)
	synctest.Wait()
}

func (k keptServer) remove(ends ...string) {
	k.t.Helper()
	for _, end := range ends {
		if err := os.Remove(k.file + end); err != nil {
			k.t.Fatal(err)
		}
	}
}

func (k keptServer) exists(end string) bool {
	_, err := os.Stat(k.file + end)
	return err == nil
}

// other starts another server with the same state file, as another process would.
func (k keptServer) other() (*fake.Server, error) {
	other, err := fake.New(fake.WithState(k.file))
	if err == nil {
		k.t.Cleanup(other.Close)
	}
	return other, err
}

// The files that belong to a state file are deleted while the server runs.
func TestDeletedStateFiles(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]func(t *testing.T, k keptServer){
		"the state file is written again without a change": func(t *testing.T, k keptServer) {
			k.remove("")
			if k.later(); !k.exists("") {
				t.Fatal("the state file is still gone")
			}
			if err := os.Rename(k.file, k.file+".copy"); err != nil { // as a kill leaves it
				t.Fatal(err)
			}
			again, err := fake.New(fake.WithState(k.file + ".copy"))
			if err != nil {
				t.Fatal(err)
			}
			defer again.Close()
			expect(t, "what is in force", worldOf(t, again).control("GET", "scenario?provider=github&user_id=a",
				"").says("expired since"), true)
		},
		"without its folder it is told, and written when the folder is back": func(t *testing.T, k keptServer) {
			if err := os.RemoveAll(filepath.Dir(k.file)); err != nil {
				t.Fatal(err)
			}
			if k.later(); strings.Count(k.log.String(), "state file not written") != 1 {
				t.Errorf("the log says %s", k.log)
			}
			if err := os.Mkdir(filepath.Dir(k.file), 0o700); err != nil {
				t.Fatal(err)
			}
			if k.later(); !k.exists("") || !strings.Contains(k.log.String(), "state file written again") {
				t.Errorf("it is not written again: %s", k.log)
			}
		},
		"the lock file is locked again": func(t *testing.T, k keptServer) {
			k.remove(".lock")
			k.later()
			if _, err := k.other(); err == nil || !strings.Contains(err.Error(), "is used by another pipesfake") {
				t.Errorf("another server takes the file: %v", err)
			}
			k.Use("active")
			k.later()
			expect(t, "failures", strings.Count(k.log.String(), "not written"), 0)
		},
		"whoever takes the file meanwhile has it": func(t *testing.T, k keptServer) {
			k.remove(".lock")
			other, err := k.other()
			if err != nil {
				t.Fatal(err)
			}
			other.Use("not_installed")
			k.Use("active")
			k.later()
			other.Close()
			before, err := os.ReadFile(k.file)
			if err != nil {
				t.Fatal(err)
			}
			k.Use("expired")
			k.later()
			expect(t, "how often it is logged", strings.Count(k.log.String(), "state file not written"), 1)
			k.Close()
			if after, err := os.ReadFile(k.file); err != nil || string(after) != string(before) {
				t.Errorf("the first server wrote over what the other one left (%v)", err)
			}
			if err := k.Lost(); err == nil || !strings.Contains(err.Error(), "was taken by another pipesfake") {
				t.Errorf("what is lost is told as %v", err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "folder", "state")
			if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			loadContracts(t)
			synctest.Test(t, func(t *testing.T) {
				var log sharedLog
				server, err := fake.New(fake.WithState(file), fake.WithLogger(slog.New(slog.NewTextHandler(&log,
					nil))))
				if err != nil {
					t.Fatal(err)
				}
				defer server.Close()
				k := keptServer{worldOf(t, server), file, &log}
				k.Use("expired")
				k.later()
				test(t, k)
			})
		})
	}
}

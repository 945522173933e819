//go:build unix

package fake_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pipesfake/fake"
)

func TestUnusableStateFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	file := in("scenarios.yaml")
	for _, err := range []error{
		os.WriteFile(file, []byte("version: 1\n"), 0o600),
		syscall.Mkfifo(in("pipe"), 0o600),
		os.Mkdir(in("folder"), 0o700),
		os.Symlink(file, in("link")),
		os.Symlink(in("round"), in("round")),
		os.Link(file, in("other.new")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		says   string
		failed bool // otherwise the options are wrong
	}{
		"pipe":                     {"pipe is a pipe, a device or a socket, not a file", true},
		"folder":                   {"folder is a directory, not a file", true},
		"round":                    {"too many symbolic links", true},
		"none/state":               {"no such file", true},
		"scenarios.yaml":           {"is the scenario file", false},
		"folder/../scenarios.yaml": {"is the scenario file", false},
		"link":                     {"is the scenario file", false},
		"other":                    {"is the scenario file", false},
	} {
		_, err := fake.New(fake.WithScenarioFile(file), fake.WithState(folder+"/"+name))
		if err == nil || !strings.Contains(err.Error(), c.says) || errors.As(err, new(*fake.StateError)) != c.failed {
			t.Errorf("%s: %v", name, err)
		}
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "version: 1\n" {
		t.Errorf("the scenario file is now %q (%v)", text, err)
	}
}

// A state file that is a link stays a link. A file that a killed process left half-written is replaced.
func TestStateFileBehindALink(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	for _, err := range []error{
		os.Mkdir(in("data"), 0o700), os.Symlink(filepath.Join("data", "state"), in("link")),
		os.WriteFile(in("victim"), []byte("untouched"), 0o644), os.Symlink(in("victim"), in("data/state.new")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		server, err := fake.New(fake.WithState(in("link")))
		if err != nil {
			t.Fatal(err)
		}
		server.Use("expired")
		server.Close()
		info, err := os.Lstat(in("data/state"))
		if target, _ := os.Readlink(in("link")); target != "data/state" || err != nil || info.Mode() != 0o600 {
			t.Errorf("the link leads to %q, which is %v (%v)", target, info.Mode(), err)
		}
		if err := os.WriteFile(in("data/state.new"), []byte("half of a secret"), 0o644); err != nil { // a kill
			t.Fatal(err)
		}
	}
	server, err := fake.New(fake.WithState(in("link")))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	expect(t, "what is in force",
		worldOf(t, server).control("GET", "scenario?provider=github&user_id=a", "").says("expired since"), true)
	left, _ := filepath.Glob(in("data/*"))
	expect(t, "what is left", strings.Join(left, " "), in("data/state"))
	text, _ := os.ReadFile(in("victim"))
	expect(t, "what a link led to", string(text), "untouched")
}

// What a call changed on purpose is in the file when it is answered; what changed by the way is there soon. The file is
// written only when something changed. An error is logged once, and returned at the end.
func TestStateFileIsWrittenAfterChanges(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	text := func() string {
		read, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(read)
	}
	loadContracts(t)
	synctest.Test(t, func(t *testing.T) {
		var log sharedLog
		server, err := fake.New(fake.WithState(file), fake.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		w := worldOf(t, server)
		later := func() {
			time.Sleep(time.Second)
			synctest.Wait()
		}
		for _, change := range []struct {
			isOnPurpose bool
			make        func()
		}{
			{false, func() { w.token("github", "alice") }},
			{true, func() { w.do("PUT", "/_control/scenario", `{"scenario": "expired"}`) }},
			{false, func() { w.as("sk_env_other").token("github", "alice") }},
			{false, func() { w.token("github", "alice") }}, // the first answer of its kind
			{true, func() { w.do("POST", "/_control/snapshots", `{"name": "kept"}`) }},
			{true, func() { w.control("DELETE", "environments/other", "") }},
			{true, func() { w.do("POST", "/_control/reset", "") }},
			{true, func() { w.control("DELETE", "coverage", "") }},
			{true, func() { w.do("PUT", accountPath("alice", "github"), `{"scopes": []}`) }},
		} {
			before := text()
			if change.make(); (text() != before) != change.isOnPurpose {
				t.Errorf("the file changes with a call that changes something: %v", text() != before)
			}
			if later(); text() == before {
				t.Error("a change is not in the file")
			}
		}
		before := text()
		w.control("GET", "state", "")
		if later(); text() != before {
			t.Error("it was written though nothing changed")
		}
		block, unblock := func() {
			if err := os.MkdirAll(file+".new/in-the-way", 0o700); err != nil {
				t.Fatal(err)
			}
		}, func() {
			if err := os.RemoveAll(file + ".new"); err != nil {
				t.Fatal(err)
			}
		}
		block()
		refused := w.do("PUT", "/_control/scenario", `{"scenario": "active"}`)
		expect(t, "the status of a change that cannot be saved", refused.status, 503)
		expect(t, "it says when to repeat it", refused.header.Get("Retry-After"), "1")
		w.Use("active")
		later()
		expect(t, "how often it is logged", strings.Count(log.String(), "state not saved"), 1)
		unblock()
		if later(); text() == before || !strings.Contains(log.String(), "state saved again") {
			t.Errorf("it is not written again: %s", log.String())
		}
		block()
		w.Use("expired")
		if server.Close(); server.Lost() == nil {
			t.Error("the error is not logged at the end")
		}
	})
}

func TestCoverageSurvivesARestart(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	covered := ""
	for round := range 3 {
		server, err := fake.New(fake.WithState(file))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(server.Close)
		w := worldOf(t, server)
		seen := func() string {
			return string(w.control("GET", "coverage", "").body) +
				string(w.control("GET", "coverage?all=true", "").body)
		}
		if round == 0 {
			w.token("github", "alice")
			w.Reset() // past
			w.Use("expired")
			w.as("sk_env_other").token("linear", "bob")
			w.control("DELETE", "environments/other", "") // past, too
			w.as("sk_env_third").token("notion", "bob")
		} else {
			sameText(t, "coverage", seen(), covered)
		}
		w.token("slack", "alice")
		covered = seen()
		server.Close()
	}
}

package fake_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pipesfake/fake"
)

// In a bubble the server checks the file whenever the test waits, so that the test needs no real time.
func TestWatch(t *testing.T) {
	t.Parallel()
	loadContracts(t)
	file := filepath.Join(t.TempDir(), "s.yaml")
	synctest.Test(t, func(t *testing.T) {
		write := func(text string) {
			t.Helper()
			next := file + ".next" // editors replace a file by renaming another
			if err := os.WriteFile(next, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(next, file); err != nil {
				t.Fatal(err)
			}
			<-time.After(time.Second)
			synctest.Wait()
		}
		if err := os.WriteFile(file, []byte("version: 1\nstart: expired\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		var log sharedLog
		server, err := fake.New(fake.WithScenarioFile(file), fake.WithSeed(7),
			fake.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		if err := os.WriteFile(file, []byte("version: 1\nstart: missing_scopes\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		go server.Watch(ctx, file)
		<-time.After(time.Second)
		w := worldOf(t, server)
		type health struct {
			Refused *struct{ Problems []string } `json:"refused_reload"`
		}
		refused := func() []string {
			t.Helper()
			if h := decode[health](t, w.do("GET", "/health", ""), 200); h.Refused != nil {
				return h.Refused.Problems
			}
			return nil
		}

		expect(t, "a change between loading and watching counts", w.token("github", "alice").says(), "missing read:org")
		w.Use("needs_reauthorization")
		token := w.as("sk_env_other").token("github", "alice").AccessToken.AccessToken
		<-time.After(time.Minute)
		expect(t, "an unchanged file resets nothing", w.token("github", "alice").says(), "needs_reauthorization")

		write("version: 1\nstart: not_installed\n")
		expect(t, "a changed one resets", w.token("github", "alice").says(), "not_installed")
		expect(t, "every environment", w.as("sk_env_other").token("github", "alice").says(), "not_installed")

		write("version: 1\nstart: actve\nsede: 1\n")
		expect(t, "a bad one changes nothing", w.token("github", "alice").says(), "not_installed")
		expect(t, "and health says so", strings.Join(refused(), "; "),
			file+`:2:8: unknown scenario "actve" (did you mean active?); `+
				file+`:3:1: unknown key "sede" (did you mean seed?)`)
		<-time.After(time.Minute)
		expect(t, "the log says it once", strings.Count(log.String(), "file refused"), 1)

		if err := os.Rename(file, file+".away"); err != nil {
			t.Fatal(err)
		}
		<-time.After(2 * time.Second)
		if err := os.Rename(file+".away", file); err != nil {
			t.Fatal(err)
		}
		<-time.After(2 * time.Second)
		expect(t, "a bad one that went and came back is still bad", len(refused()), 2)

		write("version: 1\nstart: active\n")
		expect(t, "a mended one is taken", w.token("github", "alice").says(), "active")
		expect(t, "and health forgets", len(refused()), 0)
		expect(t, "options still beat the file",
			w.as("sk_env_other").token("github", "alice").AccessToken.AccessToken, token)

		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		<-time.After(2 * time.Second)
		expect(t, "without its file it goes on", w.token("github", "alice").says(), "active")
		if problems := refused(); len(problems) != 1 || !strings.Contains(problems[0], "no such file") {
			t.Errorf("health says %q", problems)
		}
		write("version: 1\nstart: active\n")
		expect(t, "the same file is back", len(refused()), 0)
	})
}

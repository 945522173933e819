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

const fileWithTypo = "version: 1\nfaults: [{status: 500, provider: gihub}]\n"

// The log of a test has the warnings about its scenario file.
func TestStartLogsWarnings(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "s.yaml")
	if err := os.WriteFile(file, []byte(fileWithTypo), 0o600); err != nil {
		t.Fatal(err)
	}
	shared, err := fake.New(fake.WithScenarioFile(file))
	if err != nil {
		t.Fatal(err)
	}
	defer shared.Close()
	for name, c := range map[string]struct {
		option fake.Option
		logged string
	}{
		"a file with a typo": {fake.WithScenarioFile(file), "pipesfake: " + file +
			`:2:10: warning: provider "gihub" is nearly "github": write github, ` +
			"or add gihub to providers, with a name of its own, if it is another provider"},
		"no file":         {fake.WithSeed(2), ""},
		"a shared server": {fake.WithServer(shared), ""}, // its tests would all log the same
	} {
		t.Run(name, func(t *testing.T) {
			var r recorder
			fake.Start(&r, c.option)
			defer r.close()
			if r.logged != c.logged || r.fatal != "" {
				t.Errorf("logged %q, and failed with %q", r.logged, r.fatal)
			}
		})
	}
}

// A server logs the warnings once for each time that it loads the file.
func TestTheServerLogsWarnings(t *testing.T) {
	t.Parallel()
	loadContracts(t)
	file := filepath.Join(t.TempDir(), "s.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		write(fileWithTypo)
		var log sharedLog
		server, err := fake.New(fake.WithScenarioFile(file),
			fake.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go server.Watch(ctx, file)
		synctest.Wait() // until it has read the file, which it could otherwise see half written
		for i, c := range []struct {
			text     string
			warnings int // so far
		}{
			{fileWithTypo, 1}, {"version: 1\n", 1}, {fileWithTypo + "seed: 2\n", 2},
		} {
			write(c.text)
			<-time.After(2 * time.Second)
			synctest.Wait()
			if n := strings.Count(log.String(), "level=WARN"); n != c.warnings {
				t.Errorf("after file %d the log has %d warnings:\n%s", i, n, log.String())
			}
		}
	})
}

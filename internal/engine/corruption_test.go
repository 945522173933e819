package engine

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/internal/storetest"
	"example.com/pipesfake/scenarios"
)

// corruptedEnvironments are those in the file that is corrupted.
var corruptedEnvironments = []string{"default", "a", "b", "c"}

// do makes a call in an environment, and returns the body of the response.
func do(t *testing.T, server *fake.Server, environment, method, path, body string) string {
	t.Helper()
	request, err := http.NewRequest(method, server.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer sk_env_"+environment)
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(read)
}

// content returns what each environment holds.
func content(t *testing.T, server *fake.Server) map[string]string {
	t.Helper()
	held := map[string]string{}
	for _, name := range corruptedEnvironments {
		for _, part := range []string{"state", "requests?full=true", "export", "faults", "snapshots", "coverage"} {
			held[name+" "+part] = do(t, server, name, http.MethodGet, "/_control/"+part, "")
		}
	}
	return held
}

// begin starts a server with a file, which logs to log.
func begin(t *testing.T, path string, log io.Writer) (*fake.Server, error) {
	t.Helper()
	set, err := scenarios.Parse("scenarios.yaml", []byte("version: 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	store, err := OpenFile(t.Context(), path)
	if err != nil {
		return nil, err
	}
	return fake.New(fake.WithStore(store), fake.WithScenarios(set),
		fake.WithLogger(slog.New(slog.NewTextHandler(log, nil))),
		fake.WithTime(time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)))
}

// A server starts from a damaged file with exactly what was saved, or says that it sets the file aside and begins anew,
// or that it cannot use the file: never with half of it.
func TestCorruptedFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	var log bytes.Buffer
	server, err := begin(t, in("good"), &log)
	if err != nil {
		t.Fatal(err)
	}
	anew := content(t, server)
	for i, name := range corruptedEnvironments {
		for user := range 12 * i {
			body := fmt.Sprintf(`{"user_id": "u%d"}`, user)
			do(t, server, name, http.MethodPost, "/data-integrations/github/token", body)
		}
		do(t, server, name, http.MethodPut, "/_control/scenario", `{"scenario": "not_installed", "user_id": "u1"}`)
		do(t, server, name, http.MethodPost, "/_control/snapshots", `{"name": "kept"}`)
		do(t, server, name, http.MethodPost, "/_control/faults", `{"status": 503, "user_id": "u2"}`)
	}
	server.Close()
	if server, err = begin(t, in("good"), &log); err != nil {
		t.Fatal(err)
	}
	saved := content(t, server)
	server.Close()
	good, err := os.ReadFile(in("good"))
	if err != nil || log.Len() > 0 {
		t.Fatal(err, log.String())
	}
	counts := map[string]int{}
	for seed := range uint64(200) {
		text, how := storetest.Corrupt(bytes.Clone(good), rand.New(rand.NewPCG(seed, 4)).IntN)
		outcome := outcomeOf(t, in(fmt.Sprint(seed)), text, saved, anew)
		if counts[outcome]++; strings.HasPrefix(outcome, "!") {
			t.Errorf("%d: %s: %s", seed, how, outcome)
		}
	}
	t.Logf("%v", counts)
}

// outcomeOf describes how a server starts with a corrupted file. It begins with ! if that is wrong.
func outcomeOf(t *testing.T, path string, text []byte, saved, anew map[string]string) string {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(path)
	var log bytes.Buffer
	server, err := begin(t, path, &log)
	if err != nil {
		if !strings.Contains(err.Error(), path) {
			return "! the error names no file: " + err.Error()
		}
		return "an error"
	}
	defer server.Close()
	held := content(t, server)
	aside, asideErr := os.ReadFile(path + ".damaged")
	switch isLogged := strings.Contains(log.String(), path+".damaged"); {
	case log.Len() == 0 && asideErr != nil && maps.Equal(held, saved):
		return "all of it"
	case isLogged && asideErr == nil && bytes.Equal(aside, text) && maps.Equal(held, anew):
		return "set aside"
	}
	for _, what := range slices.Sorted(maps.Keys(held)) {
		if held[what] != saved[what] && held[what] != anew[what] {
			return fmt.Sprintf("! %s is %s (%s)", what, held[what], log.String())
		}
	}
	return fmt.Sprintf("! half of it (%v, %s)", asideErr, log.String())
}

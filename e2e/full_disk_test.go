//go:build linux

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// logged is what a process wrote to stderr so far.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(text)
}

func (l *logged) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), text)
}

// startKillable starts a server with a state file. Its kill is that of a machine that fails.
func startKillable(t *testing.T, state string) (url string, log *logged, kill func()) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	log = &logged{}
	server := exec.Command(path, "serve", "--addr", "127.0.0.1:0", "--log", "json", "--state", state)
	server.Dir, server.Env, server.Stderr = t.TempDir(), []string{}, log
	stdout, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	t.Cleanup(kill)
	return listening(t, stdout, &log.text), log, kill
}

// smallDisk mounts a disk of a few MiB, which is in memory.
func smallDisk(t *testing.T) (folder string) {
	t.Helper()
	folder = t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=6m"); err != nil {
		t.Skipf("a small disk cannot be mounted, which needs root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return folder
}

// ask makes a call that may fail.
func ask(t *testing.T, method, url, body string) (response *http.Response, text string) {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer sk_test")
	if response, err = http.DefaultClient.Do(request); err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(read)
}

func unsaved(t *testing.T, url string) string {
	t.Helper()
	_, text := ask(t, "GET", url+"/health", "")
	var health struct{ Unsaved string }
	if err := json.Unmarshal([]byte(text), &health); err != nil {
		t.Fatal(err)
	}
	return health.Unsaved
}

// While the disk is full, changes are refused and the server goes on. Once there is room, everything is saved.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t)
	url, log, kill := startKillable(t, filepath.Join(disk, "state"))
	const token = "/data-integrations/github/token"
	scopes := make([]string, 150)
	for i := range scopes {
		scopes[i] = fmt.Sprintf(`"%s%d"`, strings.Repeat("s", 400), i)
	}
	change := func(i int) (*http.Response, string) {
		return ask(t, "PUT", url+"/_control/scenario", fmt.Sprintf(`{"user_id": "u%d", "scenario": `+
			`{"state": "connected", "scopes": [%s]}}`, i, strings.Join(scopes, ",")))
	}
	if response, text := change(0); response.StatusCode != 200 {
		t.Fatalf("a change: %d %s", response.StatusCode, text)
	}
	ask(t, "POST", url+token, `{"user_id": "u0"}`)
	filler := fillDisk(t, disk)
	refused := 0
	for i := 1; i < 200 && refused < 3; i++ {
		response, text := change(i)
		if response.StatusCode == 200 {
			continue
		}
		if refused++; response.StatusCode != 503 || !strings.Contains(text, "store_unavailable") ||
			response.Header.Get("Retry-After") != "1" || !strings.Contains(text, "no space left") {
			t.Fatalf("a change while the disk is full: %d %v %s", response.StatusCode, response.Header, text)
		}
	}
	if refused == 0 {
		t.Fatal("the disk is not full")
	}
	for range 10 {
		if response, text := ask(t, "POST", url+token, `{"user_id": "bob"}`); response.StatusCode != 200 {
			t.Fatalf("a token while the disk is full: %d %s", response.StatusCode, text)
		}
		time.Sleep(100 * time.Millisecond)
	}
	if text := unsaved(t, url); !strings.Contains(text, "no space left") {
		t.Errorf("its health is %q", text)
	}
	if n := log.count("state not saved"); n != 1 {
		t.Errorf("the log says %d times that it is not saved: %s", n, &log.text)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); unsaved(t, url) != ""; time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatalf("it is not saved though there is room: %s", unsaved(t, url))
		}
	}
	time.Sleep(time.Second) // for the requests
	if n := log.count("state saved again"); n != 1 {
		t.Errorf("the log says %d times that it is saved again: %s", n, &log.text)
	}
	show := func() string {
		_, state := ask(t, "GET", url+"/_control/state?limit=1000", "")
		_, state, _ = strings.Cut(state, `"began"`) // behind the time of the clock, which goes on
		_, requests := ask(t, "GET", url+"/_control/requests?full=true", "")
		return state + requests
	}
	before := show()
	kill()
	url, log, _ = startKillable(t, filepath.Join(disk, "state"))
	if after := show(); after != before || log.text.Len() > 0 {
		t.Errorf("after a restart there is something else (%s)", &log.text)
	}
}

// fillDisk writes a file until there is no room for more.
func fillDisk(t *testing.T, disk string) (path string) {
	t.Helper()
	path = filepath.Join(disk, "filler")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for err == nil {
		_, err = file.Write(make([]byte, 4096))
	}
	return path
}

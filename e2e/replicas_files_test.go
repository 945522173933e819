package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The scenario files of a rolling change. Each gives another token, by which a read tells which file it was made with.
const (
	oldToken, newToken = "gho_old_file", "gho_new_file"

	fileOfToken = "version: 1\nscenarios:\n  marked: {access_token: %s}\nstart: marked\n"
)

// fileWatcher reads the tokens of environments all the time. Each environment has one truth at a time.
type fileWatcher struct {
	*load
	mu      sync.Mutex
	token   map[string]string        // the last one that was read, by environment
	changed map[string]time.Duration // when it was read first
	order   []string                 // in which the tokens must come
}

func watchFiles(t *testing.T, url string, environments int, order ...string) *fileWatcher {
	w := &fileWatcher{
		load: newLoad(t, url, environments), token: map[string]string{}, changed: map[string]time.Duration{}, order: order,
	}
	w.client.Timeout = 5 * time.Second
	for _, environment := range w.environments {
		w.running.Go(func() {
			at := 0 // in the order
			for !w.hasEnded() {
				var answer struct {
					AccessToken struct {
						AccessToken string `json:"access_token"`
					} `json:"access_token"`
				}
				w.until(environment, "POST", "/data-integrations/github/token", `{"user_id": "user_1"}`, &answer)
				at = w.note(environment, at, answer.AccessToken.AccessToken)
				time.Sleep(10 * time.Millisecond)
			}
		})
	}
	return w
}

// note notes a token, and returns its place in the order.
func (w *fileWatcher) note(environment string, before int, token string) (at int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for at = before; at < len(w.order) && w.order[at] != token; at++ {
	}
	if at == len(w.order) {
		w.t.Errorf("%s: read %s after %s", environment, token, w.order[before])
		return before
	}
	if w.token[environment] != token {
		w.token[environment], w.changed[environment] = token, w.history.now()
	}
	return at
}

// await waits until all environments have a token, and logs how long that took.
func (w *fileWatcher) awaitToken(c *cluster, what, token string) {
	w.t.Helper()
	began := w.history.now()
	c.await("all environments have "+token, func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, environment := range w.environments {
			if w.token[environment] != token {
				return false
			}
		}
		return true
	})
	w.mu.Lock()
	first, last := time.Hour, time.Duration(0)
	for _, at := range w.changed {
		first, last = min(first, at), max(last, at)
	}
	w.mu.Unlock()
	longest := time.Duration(0)
	for _, one := range w.outages.longest(began, w.history.now()) {
		longest = max(longest, one.to-one.from)
	}
	w.t.Logf("%s: the first environment has the file's token after %s, the last one after %s; the longest wait was %s",
		what, (first - began).Round(time.Millisecond), (last - began).Round(time.Millisecond),
		longest.Round(time.Millisecond))
}

// stays checks for a while that no environment changes its token; each read checks it.
func (w *fileWatcher) stays(token string) {
	time.Sleep(time.Duration(rounds(3, 1)) * time.Second)
	w.mu.Lock()
	defer w.mu.Unlock()
	for environment, got := range w.token {
		if got != token {
			w.t.Errorf("%s has %s", environment, got)
		}
	}
}

func writeFiles(t *testing.T) (old, changed string) {
	t.Helper()
	folder := t.TempDir()
	old, changed = filepath.Join(folder, "old.yaml"), filepath.Join(folder, "new.yaml")
	for path, token := range map[string]string{old: oldToken, changed: newToken} {
		if err := os.WriteFile(path, fmt.Appendf(nil, fileOfToken, token), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return old, changed
}

// restart starts a replica again, with another file.
func (c *cluster) restart(one *replica, file string) {
	c.t.Helper()
	one.end(syscall.SIGTERM)
	for i, argument := range one.args {
		if argument == "--scenarios" {
			one.args[i+1] = file
		}
	}
	one.start(c.t)
	c.awaitReady(one)
}

// During a rolling change of the file, each environment has the old truth and then the new one.
func TestFileOfReplicasIsChanged(t *testing.T) {
	old, changed := writeFiles(t)
	c := startCluster(t, 3, "--scenarios", old)
	w := watchFiles(t, c.url, 20, oldToken, newToken, oldToken)
	w.awaitToken(c, "before", oldToken)
	c.restart(c.replicas[0], changed)
	w.awaitToken(c, "the first replica has the new file", newToken)
	c.restart(c.replicas[1], old)
	w.stays(newToken) // and a replica with the old file does not take over
	c.restart(c.replicas[2], changed)
	w.stays(newToken)
	c.restart(c.replicas[2], old)
	w.stays(newToken) // the first one still has it
	c.replicas[0].end(syscall.SIGKILL)
	w.awaitToken(c, "the last replica with the new file was killed", oldToken)
	c.replicas[0].start(t)
	c.awaitReady(c.replicas[0]) // with the new file, which is not new any more
	w.stays(oldToken)
	w.end()
	w.report()
	if failed := w.failed.Load(); failed > 0 {
		t.Logf("%d calls failed while a replica was killed, the last of them: %s", failed, *w.lastFailure.Load())
	}
}

// Two deployments that share a prefix by mistake have one truth, that of the newer one, and both logs say so.
func TestTwoDeploymentsShareAPrefix(t *testing.T) {
	old, changed := writeFiles(t)
	c := startStore(t)
	first := c.add("--scenarios", old)
	w := watchFiles(t, first.url, 5, oldToken, newToken)
	w.awaitToken(c, "alone", oldToken)
	second := c.add("--scenarios", changed)
	w.awaitToken(c, "another deployment was started", newToken)
	w.end()
	for one, want := range map[*replica]string{
		first:  "another scenario file is in force",
		second: "in force in place of that of others",
	} {
		c.await(one.name+" says so", func() bool { return strings.Contains(one.output.String(), want) })
	}
	other := c.add("--scenarios", old, "--state", c.store+"?prefix=other")
	apart := watchFiles(t, other.url, 5, oldToken)
	apart.awaitToken(c, "with a prefix of its own", oldToken)
	apart.end()
}

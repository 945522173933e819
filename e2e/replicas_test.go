package e2e

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// isLong reports whether the tests of replicas make all rounds, which takes minutes.
func isLong() bool { return os.Getenv("PIPESFAKE_CHAOS") == "full" }

func rounds(long, short int) int {
	if isLong() {
		return long
	}
	return short
}

// newSeed returns the seed of a test's random choices, which PIPESFAKE_CHAOS_SEED sets to repeat a run.
func newSeed(t *testing.T) uint64 {
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("PIPESFAKE_CHAOS_SEED"); text != "" {
		if _, err := fmt.Sscan(text, &seed); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("PIPESFAKE_CHAOS_SEED=%d", seed)
	return seed
}

// Whichever replica a call lands on, it sees every switch that was answered before.
func TestReplicasServeAsOne(t *testing.T) {
	c := startCluster(t, 3)
	l := newLoad(t, c.url, 200)
	l.startClients(16, newSeed(t), 0)
	time.Sleep(time.Duration(rounds(20, 4)) * time.Second)
	l.end()
	l.report()
	if l.failed.Load()+l.refused.Load() > 0 {
		t.Error("calls failed without a fault")
	}
	l.history.check(t)
	t.Run("faults are counted exactly", func(t *testing.T) { checkFaultTimes(t, c) })
	t.Run("ids are those of one process", func(t *testing.T) { checkSameIDs(t, c) })
}

// checkFaultTimes checks that a fault with times: N breaks N calls, whichever replicas these land on.
func checkFaultTimes(t *testing.T, c *cluster) {
	const environments, times, calls = 10, 37, 100
	for i := range environments {
		environment := fmt.Sprintf("times-%d", i)
		do(t, c.url, environment, "POST", "/_control/faults",
			fmt.Sprintf(`{"operation": "token", "times": %d, "status": 429}`, times), 201)
		var broken atomic.Int64
		var clients sync.WaitGroup
		for range 10 {
			clients.Go(func() {
				for range calls / 10 {
					status := statusOfToken(t, c.url, environment)
					if status == http.StatusTooManyRequests {
						broken.Add(1)
					} else if status != http.StatusOK {
						t.Errorf("status %d", status)
					}
				}
			})
		}
		clients.Wait()
		if broken.Load() != times {
			t.Errorf("%s: %d calls were broken, want %d", environment, broken.Load(), times)
		}
	}
}

func statusOfToken(t *testing.T, url, environment string) int {
	body := strings.NewReader(`{"user_id": "alice"}`)
	request, err := http.NewRequest("POST", url+"/data-integrations/github/token", body)
	if err != nil {
		t.Error(err)
		return 0
	}
	request.Header.Set("Authorization", "Bearer sk_env_"+environment)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// anyDate matches what differs from one run to the next.
var anyDate = regexp.MustCompile(`20\d\d-[0-9T:.-]+Z`)

// checkSameIDs makes the same calls to the replicas and to a server without a store, and compares the responses.
func checkSameIDs(t *testing.T, c *cluster) {
	alone := startBinary(t)
	for i := range 10 {
		environment := fmt.Sprintf("ids-%d", i)
		for _, call := range []struct{ method, path, body string }{
			{"POST", "/data-integrations/github/token", `{"user_id": "alice"}`},
			{"PUT", "/_control/scenario", `{"scenario": "needs_reauthorization", "user_id": "alice"}`},
			{"PUT", "/_control/scenario", `{"scenario": "active", "user_id": "alice"}`},
			{"POST", "/_control/clock/advance", `{"by": "2h"}`},
			{"POST", "/data-integrations/github/token", `{"user_id": "alice"}`},
			{"GET", "/user_management/users/alice/connected_accounts/github", ""},
			{"GET", "/events?order=asc" + allEvents, ""},
		} {
			got := anyDate.ReplaceAll(do(t, c.url, environment, call.method, call.path, call.body, 200), nil)
			want := anyDate.ReplaceAll(do(t, alone, environment, call.method, call.path, call.body, 200), nil)
			if !bytes.Equal(got, want) {
				t.Errorf("%s %s in %s:\n%s\nand with one process:\n%s", call.method, call.path, environment, got, want)
			}
		}
	}
}

// hasty is how long clients wait that measure for how long an environment is unavailable.
const hasty = 500 * time.Millisecond

// disturbed is a cluster under load, with a receiver of webhooks.
type disturbed struct {
	*cluster
	load     *load
	receiver *receiver
	random   *rand.Rand
}

// startDisturbed starts the load of clients that wait so long for a response.
func startDisturbed(t *testing.T, patience time.Duration) *disturbed {
	seed := newSeed(t)
	receiver := startReceiver(t)
	file := filepath.Join(t.TempDir(), "scenarios.yaml")
	text := fmt.Sprintf("version: 1\nwebhooks:\n  - {url: %q, secret: whsec_test}\n", receiver.url)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c := startCluster(t, 3, "--scenarios", file)
	d := &disturbed{cluster: c, load: newLoad(t, c.url, 20), receiver: receiver, random: rand.New(rand.NewPCG(seed, 0))}
	for _, environment := range d.load.environments { // so that connections are known
		do(t, c.url, environment, "POST", "/data-integrations/slack/token", `{"user_id": "user_1"}`, 200)
		do(t, c.url, environment, "POST", "/data-integrations/github/token",
			fmt.Sprintf(`{"user_id": "user_of_%s"}`, environment), 200)
	}
	d.load.client.Timeout = patience
	d.load.startClients(8, seed, 3*time.Millisecond)
	d.load.startEvents(30 * time.Millisecond)
	time.Sleep(300 * time.Millisecond)
	return d
}

// finish ends the load, and checks what it saw.
func (d *disturbed) finish(t *testing.T) {
	d.load.end()
	d.load.report()
	d.load.history.check(t)
	d.load.checkEvents()
	d.receiver.check(t, d.load.watchers)
}

// any returns a random replica.
func (d *disturbed) any() *replica { return d.replicas[d.random.IntN(len(d.replicas))] }

// settle waits until every environment answers, and a moment longer.
func (d *disturbed) settle() {
	for _, environment := range d.load.environments {
		d.await(environment+" answers", func() bool {
			return d.load.call(environment, "POST", "/data-integrations/slack/token", `{"user_id": "user_1"}`, nil) == nil
		})
	}
	time.Sleep(time.Duration(100+d.random.IntN(300)) * time.Millisecond)
}

// A replica that is killed is replaced, with everything that was acknowledged.
func TestReplicasAreKilled(t *testing.T) {
	d := startDisturbed(t, hasty)
	count := rounds(20, 2)
	all := d.load.during(t.Context(), count, func(int) {
		one := d.any()
		one.end(syscall.SIGKILL)
		time.Sleep(time.Duration(d.random.IntN(500)) * time.Millisecond)
		one.start(t)
		d.awaitReady(one)
		d.settle()
	})
	d.finish(t)
	report(t, "kill -9 of a replica", count, all)
}

// A replica that is asked to stop hands its environments over.
func TestReplicasAreStopped(t *testing.T) {
	d := startDisturbed(t, hasty)
	count := rounds(20, 3)
	all := d.load.during(t.Context(), count, func(int) {
		one := d.any()
		one.end(syscall.SIGTERM)
		one.start(t)
		d.awaitReady(one)
		d.settle()
	})
	d.finish(t)
	report(t, "SIGTERM of a replica", count, all)
}

// While the store is away, calls are answered with 503, and nothing is lost.
func TestStoreOfReplicasIsAway(t *testing.T) {
	d := startDisturbed(t, hasty)
	count := rounds(5, 2)
	all := d.load.during(t.Context(), count, func(round int) {
		if round%2 == 0 {
			d.redis.signal(syscall.SIGSTOP)
			time.Sleep(5 * time.Second)
			d.redis.signal(syscall.SIGCONT)
		} else {
			d.redis.end(syscall.SIGKILL)
			time.Sleep(time.Second)
			d.redis.start(t)
		}
		for _, one := range d.replicas {
			d.awaitReady(one)
		}
		d.settle()
	})
	d.finish(t)
	report(t, "Redis away", count, all)
}

// A replica that sleeps for longer than its announcement lasts does not answer from stale memory when it awakes.
func TestOwnersArePaused(t *testing.T) {
	d := startDisturbed(t, hasty)
	count := rounds(10, 2)
	all := d.load.during(t.Context(), count, func(int) {
		environment := d.load.environments[d.random.IntN(len(d.load.environments))]
		one := d.ownerOf(environment)
		if one == nil {
			t.Errorf("nobody owns %s", environment)
			return
		}
		one.signal(syscall.SIGSTOP)
		time.Sleep(2500*time.Millisecond + time.Duration(d.random.IntN(1000))*time.Millisecond)
		one.signal(syscall.SIGCONT)
		d.awaitReady(one)
		d.settle()
	})
	d.finish(t)
	report(t, "SIGSTOP of an owner", count, all)
}

// Replicas are replaced one after the other, and clients see nothing but 503s with Retry-After.
func TestReplicasAreRolled(t *testing.T) {
	d := startDisturbed(t, 10*time.Second)
	count := rounds(3, 1)
	all := d.load.during(t.Context(), count, func(int) {
		for _, one := range d.replicas {
			one.end(syscall.SIGTERM)
			one.start(t)
			d.awaitReady(one)
		}
		d.settle()
	})
	d.finish(t)
	report(t, "rolling restart of three", count, all)
	if failed := d.load.failed.Load(); failed > 0 {
		t.Errorf("%d calls failed, the last of them: %s", failed, *d.load.lastFailure.Load())
	}
}

package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// With these variables, the test binary is one of many processes that share a server.
const (
	sharedURL     = "PIPESFAKE_E2E_URL"
	sharedProcess = "PIPESFAKE_E2E_PROCESS"
)

// do makes a call in an environment, checks the status of the response, and returns its body.
func do(t *testing.T, url, environment, method, path, body string, status int) []byte {
	t.Helper()
	request, err := http.NewRequest(method, url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer sk_env_"+environment)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != status {
		t.Fatalf("%s %s in %s: %d %s (%v)", method, path, environment, response.StatusCode, read, err)
	}
	return read
}

// A hundred processes with a hundred tests each share a server. None sees another, and ids are the same in every run,
// which a second run of some of the processes shows.
func TestAHundredProcesses(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts many processes")
	}
	began := time.Now()
	first, second := runProcesses(t, 100), runProcesses(t, 20)
	t.Logf("12 000 tests in 120 processes took %s", time.Since(began).Round(time.Second))
	for i, ids := range second {
		if !bytes.Equal(first[i], ids) {
			t.Errorf("process %d has other ids in the second run: %s, then %s", i, first[i], ids)
		}
	}
}

// runProcesses starts processes, and returns a digest of the ids that each has seen.
func runProcesses(t *testing.T, count int) (digests [][]byte) {
	url := startBinary(t, "--environments", "20000", "--journal", "20")
	digests = make([][]byte, count)
	var processes sync.WaitGroup
	room := make(chan struct{}, 25)
	for i := range digests {
		processes.Go(func() {
			room <- struct{}{}
			defer func() { <-room }()
			child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestOfAProcess$", "-test.v")
			child.Env = append(os.Environ(), sharedURL+"="+url, sharedProcess+"="+strconv.Itoa(i))
			output, err := child.CombinedOutput()
			if err != nil {
				t.Errorf("process %d: %v\n%s", i, err, output)
			}
			for line := range bytes.Lines(output) {
				if at := bytes.Index(line, []byte("ids: ")); at >= 0 {
					digests[i] = line[at:]
				}
			}
		})
	}
	processes.Wait()
	for i, digest := range digests {
		if len(digest) == 0 {
			t.Fatalf("process %d said nothing", i)
		}
	}
	return digests
}

// TestOfAProcess is not a test by itself: it is what each of the processes runs.
func TestOfAProcess(t *testing.T) {
	url, process := os.Getenv(sharedURL), os.Getenv(sharedProcess)
	if url == "" {
		t.Skip("it is run by TestAHundredProcesses")
	}
	number, err := strconv.Atoi(process)
	if err != nil {
		t.Fatal(err)
	}
	const rounds = 2 // of switches and a token
	ids := sha256.New()
	for i := range 100 {
		random := rand.New(rand.NewPCG(uint64(number), uint64(i)))
		environment := fmt.Sprintf("process-%d-test-%d", number, i)
		wants := map[string]string{"active": "", "not_installed": "not_installed",
			"needs_reauthorization": "needs_reauthorization"}
		want := ""
		for range rounds {
			for scenario, says := range wants {
				if random.IntN(len(wants)) > 0 { // Go's maps have no order
					continue
				}
				do(t, url, environment, "PUT", "/_control/scenario", `{"scenario": "`+scenario+`"}`, 200)
				want = says
			}
			var token struct{ Error string }
			answer := do(t, url, environment, "POST", "/data-integrations/github/token", `{"user_id": "alice"}`, 200)
			if err := json.Unmarshal(answer, &token); err != nil || token.Error != want {
				t.Fatalf("%s: %s, not %q (%v)", environment, answer, want, err)
			}
		}
		do(t, url, environment, "PUT", "/_control/scenario", `{"scenario": "active"}`, 200)
		account := do(t, url, environment, "GET", "/user_management/users/alice/connected_accounts/github", "", 200)
		var ID struct{ ID string }
		if err := json.Unmarshal(account, &ID); err != nil {
			t.Fatal(err)
		}
		var token struct {
			AccessToken struct {
				AccessToken string `json:"access_token"`
			} `json:"access_token"`
		}
		answer := do(t, url, environment, "POST", "/data-integrations/github/token", `{"user_id": "alice"}`, 200)
		if err := json.Unmarshal(answer, &token); err != nil {
			t.Fatal(err)
		}
		do(t, url, environment, "POST", "/_control/verify",
			fmt.Sprintf(`{"operation": "token", "count": %d}`, rounds+1), 200)
		fmt.Fprintln(ids, environment, ID.ID, token.AccessToken.AccessToken)
	}
	t.Logf("ids: %x", ids.Sum(nil))
}

// lastSwitch returns the number of the last switch of an environment, from the last page of its state.
func lastSwitch(t *testing.T, url, environment string) (number uint64) {
	t.Helper()
	path := "/_control/state?limit=1"
	for {
		var page struct {
			Switches   []struct{ Number uint64 }
			NextSwitch *string `json:"next_switch"`
		}
		if err := json.Unmarshal(do(t, url, environment, "GET", path, "", 200), &page); err != nil {
			t.Fatal(err)
		}
		for _, one := range page.Switches {
			number = max(number, one.Number)
		}
		if page.NextSwitch == nil {
			return number
		}
		path = "/_control/state?limit=1&next_switch=" + *page.NextSwitch
	}
}

// A server that is killed fifty times under load still has every switch whose response arrived.
func TestKilledWhileItSwitches(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts fifty processes")
	}
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	state := folder + "/state"
	random := rand.New(rand.NewPCG(1, 2))
	held := map[string]uint64{} // the number of the last acknowledged switch, by environment
	for round := range 50 {
		server, url, stderr := startToKill(t, path, folder, state)
		for environment, number := range held {
			if last := lastSwitch(t, url, environment); last < number {
				t.Fatalf("round %d: the last switch of %s has number %d, and should have %d", round, environment,
					last, number)
			}
		}
		done := time.After(200*time.Millisecond + time.Duration(random.IntN(400))*time.Millisecond)
		var mu sync.Mutex
		var load sync.WaitGroup
		stop := make(chan struct{})
		for i := range 4 {
			environment := fmt.Sprint("e", i)
			load.Go(func() {
				for n := 0; ; n++ {
					select {
					case <-stop:
						return
					default:
					}
					number, ok := switchOnce(url, environment, n)
					if !ok {
						return // it was killed
					}
					mu.Lock()
					held[environment] = max(held[environment], number)
					mu.Unlock()
				}
			})
		}
		<-done
		if err := server.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = server.Wait()
		close(stop)
		load.Wait()
		if strings.Contains(stderr.String(), "set aside") {
			t.Fatalf("round %d: %s", round, stderr)
		}
		if len(held) == 0 {
			t.Fatal("nothing was switched")
		}
	}
	t.Logf("the last switches that had to be there: %v", held)
}

// switchOnce switches one of a hundred users, and requests the token of another.
func switchOnce(url, environment string, n int) (number uint64, ok bool) {
	for _, call := range []struct{ method, path, body string }{
		{"POST", "/data-integrations/github/token", fmt.Sprintf(`{"user_id": "user_%d"}`, n%1000)},
		{"PUT", "/_control/scenario", fmt.Sprintf(`{"scenario": "expired", "user_id": "user_%d"}`, n%100)},
	} {
		request, err := http.NewRequest(call.method, url+call.path, strings.NewReader(call.body))
		if err != nil {
			return 0, false
		}
		request.Header.Set("Authorization", "Bearer sk_env_"+environment)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return 0, false
		}
		var made struct{ Number uint64 }
		err = json.NewDecoder(response.Body).Decode(&made)
		response.Body.Close()
		if err != nil || response.StatusCode != 200 {
			return 0, false
		}
		number = made.Number
	}
	return number, true
}

func startToKill(t *testing.T, path, folder, state string) (server *exec.Cmd, url string, stderr *bytes.Buffer) {
	t.Helper()
	server = exec.Command(path, "serve", "--addr", "127.0.0.1:0", "--log", "json", "--state", state)
	server.Dir, server.Env = folder, []string{}
	stderr = new(bytes.Buffer)
	server.Stderr = stderr
	stdout, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Process.Kill() })
	return server, listening(t, stdout, stderr), stderr
}

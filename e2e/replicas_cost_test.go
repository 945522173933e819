package e2e

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// What replicas cost. It says nothing while something else runs on the machine, so that it is only run on purpose.
func TestCostOfReplicas(t *testing.T) {
	if !isLong() {
		t.Skip("PIPESFAKE_CHAOS=full measures")
	}
	alone := startBinary(t)
	c := startCluster(t, 3)
	const environment = "cost"
	do(t, c.url, environment, "POST", "/data-integrations/github/token", `{"user_id": "user_1"}`, 200)
	owner := c.ownerOf(environment)
	other := c.replicas[0]
	if other == owner {
		other = c.replicas[1]
	}
	for _, one := range []struct{ method, path, body string }{
		{"POST", "/data-integrations/github/token", `{"user_id": "user_1"}`},
		{"PUT", "/_control/scenario", `{"scenario": "active", "provider": "github", "user_id": "user_1"}`},
	} {
		at := []string{alone, owner.url, other.url, c.url}
		all := latencies(t, at, environment, one.method, one.path, one.body, 3000)
		for i, name := range []string{"without a store", "at the owner", "at another replica", "through nginx"} {
			t.Logf("%-4s %-34s %-18s p50 %8s, p99 %8s", one.method, one.path, name,
				all[i][len(all[i])/2].Round(time.Microsecond), all[i][len(all[i])*99/100].Round(time.Microsecond))
		}
	}
	urls := []string{c.replicas[0].url, c.replicas[1].url, c.replicas[2].url}
	owned := func(i int) string { // the owner of an environment
		return c.ownerOf(nameOfCost(i)).url
	}
	for i := range costEnvironments {
		do(t, urls[i%3], nameOfCost(i), "POST", "/data-integrations/github/token", `{"user_id": "user_1"}`, 200)
	}
	byOwner := make([]string, costEnvironments)
	for i := range byOwner {
		byOwner[i] = owned(i)
	}
	first := slices.Index(urls, byOwner[0])
	for _, one := range []struct {
		name string
		url  func(environment, n int) string
		of   func(environment int) bool
	}{
		{"one server without a store", func(int, int) string { return alone }, nil},
		{"one replica, environments that it owns", func(int, int) string { return urls[first] },
			func(environment int) bool { return byOwner[environment] == urls[first] }},
		{"three replicas, each call to the owner", func(environment, _ int) string { return byOwner[environment] }, nil},
		{"three replicas, round robin", func(_, n int) string { return urls[n%3] }, nil},
		{"three replicas, through nginx", func(int, int) string { return c.url }, nil},
	} {
		t.Logf("%-40s %6.0f token calls a second", one.name, callsPerSecond(t, one.url, one.of))
	}
}

const costEnvironments = 30

func nameOfCost(i int) string { return fmt.Sprintf("cost-%d", i) }

// latencies makes calls at several addresses in turn, one after the other, and returns how long they took, in order.
func latencies(t *testing.T, urls []string, environment, method, path, body string, calls int) [][]time.Duration {
	t.Helper()
	all := make([][]time.Duration, len(urls))
	for range calls {
		for i, url := range urls {
			began := time.Now()
			do(t, url, environment, method, path, body, 200)
			all[i] = append(all[i], time.Since(began))
		}
	}
	for _, one := range all {
		slices.Sort(one)
	}
	return all
}

// callsPerSecond makes calls from several clients for some seconds. They are for environments that of reports.
func callsPerSecond(t *testing.T, url func(environment, n int) string, of func(environment int) bool) float64 {
	t.Helper()
	var environments []int
	for i := range costEnvironments {
		if of == nil || of(i) {
			environments = append(environments, i)
		}
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	defer client.CloseIdleConnections()
	var done atomic.Int64
	var clients sync.WaitGroup
	end := time.Now().Add(5 * time.Second)
	for i := range 16 {
		clients.Go(func() {
			for n := i; time.Now().Before(end); n++ {
				environment := environments[n%len(environments)]
				request, _ := http.NewRequest("POST", url(environment, n/len(environments))+
					"/data-integrations/github/token", strings.NewReader(`{"user_id": "user_1"}`))
				request.Header.Set("Authorization", "Bearer sk_env_"+nameOfCost(environment))
				response, err := client.Do(request)
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
				if response.StatusCode != http.StatusOK {
					t.Error(response.Status)
					return
				}
				done.Add(1)
			}
		})
	}
	clients.Wait()
	return float64(done.Load()) / 5
}

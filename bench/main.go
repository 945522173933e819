// Command bench measures the token endpoint beside the limit: a bare net/http handler that decodes the
// same body and writes as many bytes. Both run as processes of their own and are asked in alternating
// rounds over loopback by wrk (https://github.com/wg/wrk; Debian: apt-get install wrk), so that a machine
// whose speed drifts slows both. It prints medians, and ratios to the limit of the same rounds.
//
//	cd bench && go run . [-rounds 5] [-seconds 4] [-state]
package main

import (
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"
)

func main() {
	rounds := flag.Int("rounds", 5, "rounds of each server and file")
	seconds := flag.Int("seconds", 4, "seconds of a round")
	onlyState := flag.Bool("state", false, "measure what stores cost alone (with Redis if redis-server is installed)")
	flag.Parse()
	if err := bench(*rounds, *seconds, *onlyState); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(rounds, seconds int, onlyState bool) error {
	if _, err := exec.LookPath("wrk"); err != nil {
		return errors.New("wrk is not installed (Debian: apt-get install wrk)")
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for name, source := range map[string]string{"pipesfake": "..", "limit": "./limit"} {
		build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(dir, name), ".")
		build.Dir = source
		if output, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("building %s: %w: %s", name, err, output)
		}
	}
	if onlyState {
		return state(dir, rounds, seconds)
	}
	for _, measure := range []func() error{
		func() error { return starts(dir, 2*rounds) },
		func() error { return loads(dir, rounds) },
		func() error { return switches(dir) },
		func() error { return lists(dir) },
		func() error { return watched(dir, rounds, seconds) },
	} {
		if err := measure(); err != nil {
			return err
		}
	}
	return throughput(dir, rounds, seconds)
}

// fake starts the fake, with a file of so many connections and more arguments.
func fake(dir string, connections int, args ...string) (*server, error) {
	file, err := scenarioFile(dir, connections)
	if err != nil {
		return nil, err
	}
	args = append([]string{"--addr", "127.0.0.1:0", "--log", "json", "--scenarios", file}, args...)
	return start(filepath.Join(dir, "pipesfake"), args...)
}

func limit(dir string) (*server, error) { return start(filepath.Join(dir, "limit")) }

// starts measures the time from the start of a process to its first 200, and its memory then.
func starts(dir string, rounds int) error {
	var bare, ours, memory []float64
	for range rounds {
		l, err := limit(dir)
		if err != nil {
			return err
		}
		l.stop()
		f, err := fake(dir, 0)
		if err != nil {
			return err
		}
		resident, err := f.memory("VmRSS")
		if err != nil {
			return err
		}
		f.stop()
		bare, ours = append(bare, l.firstAnswer.Seconds()), append(ours, f.firstAnswer.Seconds())
		memory = append(memory, resident)
	}
	fmt.Printf("start to first 200: %.1f ms, limit %.1f ms, ratio %.2f (at most 3); idle memory %.1f MiB (below 20)\n",
		1000*median(ours), 1000*median(bare), median(ours)/median(bare), median(memory))
	return nil
}

// loads measures a start with a file of 100 000 connections.
func loads(dir string, rounds int) error {
	var took, memory []float64
	for range rounds {
		f, err := fake(dir, 100_000)
		if err != nil {
			return err
		}
		peak, err := f.memory("VmHWM")
		if err != nil {
			return err
		}
		f.stop()
		took, memory = append(took, f.firstAnswer.Seconds()), append(memory, peak)
	}
	fmt.Printf("a file of 100 000 connections: first 200 after %.2f s (below 3), peak memory %.0f MiB (below 200)\n",
		median(took), median(memory))
	return nil
}

// switches measures switches for everybody over HTTP, one at a time, with small and large files.
func switches(dir string) error {
	for _, connections := range []int{1, 100_000} {
		f, err := fake(dir, connections)
		if err != nil {
			return err
		}
		defer f.stop()
		var took []float64
		for i := range 2_000 {
			began := time.Now()
			if err := f.call(http.MethodPut, "/_control/scenario", `{"scenario": "active"}`); err != nil {
				return err
			}
			if i > 100 {
				took = append(took, time.Since(began).Seconds())
			}
		}
		f.stop()
		fmt.Printf("a switch for everybody, %6d connections: %.0f µs\n", connections, 1e6*median(took))
	}
	return nil
}

// lists measures one page of short and long lists, at the end and in the middle, and the switch
// for everybody after as many connections were seen.
func lists(dir string) error {
	for _, length := range []int{1_000, 100_000} {
		f, err := fake(dir, 0)
		if err != nil {
			return err
		}
		defer f.stop()
		for i := range length {
			body := fmt.Sprintf(`{"provider": "p%d", "credentials": {"type": "organization"}}`, i)
			if err := f.call(http.MethodPost, "/data-integrations", body); err != nil {
				return err
			}
			user := fmt.Sprintf(`{"user_id": "user_%d"}`, i)
			if err := f.call(http.MethodPost, "/data-integrations/github/token", user); err != nil {
				return err
			}
		}
		middle, err := f.cursor(length / 2)
		if err != nil {
			return err
		}
		for what, call := range map[string]struct{ method, path, body string }{
			"a page at the end":      {http.MethodGet, "/data-integrations", ""},
			"a page in the middle":   {http.MethodGet, "/data-integrations?after=" + middle, ""},
			"a switch for everybody": {http.MethodPut, "/_control/scenario", `{"scenario": "active"}`},
		} {
			var took []float64
			for range 500 {
				began := time.Now()
				if err := f.call(call.method, call.path, call.body); err != nil {
					return err
				}
				took = append(took, time.Since(began).Seconds())
			}
			fmt.Printf("with %6d integrations, and connections seen: %s: %.0f µs\n", length, what, 1e6*median(took))
		}
		f.stop()
	}
	return nil
}

// throughput requests the token of every connection of a file in turn, from the fake and the limit alternately.
func throughput(dir string, rounds, seconds int) error {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "connections\treq/s\tlimit\tratio\tp50 ms\tlimit\tp99 ms\tlimit\tCPU µs/req\tlimit\t")
	for _, connections := range []int{1, 1_000, 100_000} {
		script, err := wrkScript(dir, connections)
		if err != nil {
			return err
		}
		l, err := limit(dir)
		if err != nil {
			return err
		}
		defer l.stop()
		f, err := fake(dir, connections)
		if err != nil {
			return err
		}
		defer f.stop()
		var bare, ours []round
		for i := range rounds + 1 {
			b, err := l.measure(script, seconds)
			if err != nil {
				return err
			}
			o, err := f.measure(script, seconds)
			if err != nil {
				return err
			}
			if i > 0 { // the first one warms up
				bare, ours = append(bare, b), append(ours, o)
			}
		}
		l.stop()
		f.stop()
		of := func(rounds []round, figure func(round) float64) float64 {
			figures := make([]float64, len(rounds))
			for i, r := range rounds {
				figures[i] = figure(r)
			}
			return median(figures)
		}
		ratios := make([]float64, len(ours))
		for i := range ours {
			ratios[i] = ours[i].perSecond / bare[i].perSecond
		}
		perSecond := func(r round) float64 { return r.perSecond }
		p50, p99 := func(r round) float64 { return r.p50 }, func(r round) float64 { return r.p99 }
		cpu := func(r round) float64 { return r.cpu }
		fmt.Fprintf(table, "%d\t%.0f\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.1f\t%.1f\t\n", connections,
			of(ours, perSecond), of(bare, perSecond), median(ratios),
			of(ours, p50), of(bare, p50), of(ours, p99), of(bare, p99), of(ours, cpu), of(bare, cpu))
	}
	fmt.Fprintf(table, "\n%d rounds of %d s each, medians; wrk -t1 -c32; the aim is a ratio of 0.85\n", rounds, seconds)
	return table.Flush()
}

func median(figures []float64) float64 {
	sorted := slices.Sorted(slices.Values(figures))
	if n := len(sorted); n%2 == 0 {
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[len(sorted)/2]
}

// patience is how long to wait for a process at most.
const patience = 30 * time.Second

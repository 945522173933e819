package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// database is a Redis for the time of the measurement.
type database struct {
	process *exec.Cmd
	address string
}

// startRedis starts Redis on a free port. It writes each change to its disk, as bbolt does.
func startRedis(dir string) (*database, error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, errors.New("redis-server is not installed (Debian: apt-get install redis-server)")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := listener.Addr().String()
	_, port, _ := net.SplitHostPort(address)
	_ = listener.Close()
	d := &database{exec.Command(path, "--port", port, "--bind", "127.0.0.1", "--dir", dir, "--save", "",
		"--appendonly", "yes", "--appendfsync", "always"), address}
	if err := d.process.Start(); err != nil {
		return nil, err
	}
	for began := time.Now(); time.Since(began) < patience; time.Sleep(10 * time.Millisecond) {
		if _, err := d.received(); err == nil {
			return d, nil
		}
	}
	d.stop()
	return nil, errors.New("redis-server does not reply")
}

func (d *database) stop() {
	_ = d.process.Process.Signal(syscall.SIGKILL)
	_ = d.process.Wait()
}

// received returns how many bytes Redis has received.
func (d *database) received() (n float64, err error) {
	conn, err := net.Dial("tcp", d.address)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if _, err := fmt.Fprint(conn, "INFO stats\r\n"); err != nil {
		return 0, err
	}
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		if text, is := strings.CutPrefix(lines.Text(), "total_net_input_bytes:"); is {
			return strconv.ParseFloat(strings.TrimSpace(text), 64)
		}
	}
	return 0, errors.New("redis-server does not say how much it received")
}

// stored is a way to keep the state. The first one keeps none.
type stored struct {
	name string
	args []string
}

// ways returns the ways to keep the state, with files and keys of their own for a purpose.
func ways(dir, purpose string, redis *database) []stored {
	ways := []stored{
		{"none", nil},
		{"bbolt", []string{"--state", filepath.Join(dir, purpose+".state")}},
	}
	if redis != nil {
		ways = append(ways, stored{"Redis", []string{"--state", "redis://" + redis.address + "/0?prefix=" + purpose}})
	}
	return ways
}

// state measures what stores cost.
func state(dir string, rounds, seconds int) error {
	redis, err := startRedis(dir)
	if err != nil {
		fmt.Println("without Redis:", err)
	} else {
		defer redis.stop()
	}
	if err := storedTokens(dir, redis, rounds, seconds); err != nil {
		return err
	}
	for _, connections := range []int{1, 100_000} {
		if err := storedSwitches(dir, redis, connections); err != nil {
			return err
		}
	}
	return nil
}

// storedTokens requests tokens of servers with each of the stores alternately.
func storedTokens(dir string, redis *database, rounds, seconds int) error {
	script, err := wrkScript(dir, 1_000)
	if err != nil {
		return err
	}
	all := ways(dir, "tokens", redis)
	servers, figures := make([]*server, len(all)), make([][]round, len(all))
	for i, way := range all {
		if servers[i], err = fake(dir, 1_000, way.args...); err != nil {
			return err
		}
		defer servers[i].stop()
	}
	for number := range rounds + 1 {
		for i := range all {
			measured, err := servers[i].measure(script, seconds)
			if err != nil {
				return err
			}
			if number > 0 { // the first one warms up
				figures[i] = append(figures[i], measured)
			}
		}
	}
	for i, way := range all {
		var perSecond, cpu, p99, ratios []float64
		for number, one := range figures[i] {
			perSecond, cpu, p99 = append(perSecond, one.perSecond), append(cpu, one.cpu), append(p99, one.p99)
			ratios = append(ratios, one.perSecond/figures[0][number].perSecond)
		}
		fmt.Printf("tokens, store: %-5s  %.0f req/s, ratio %.2f (at least 0.9), p99 %.2f ms, CPU %.1f µs/req\n",
			way.name, median(perSecond), median(ratios), median(p99), median(cpu))
	}
	return nil
}

// storedSwitches switches for one user and for everybody, with so many connections that calls have seen.
func storedSwitches(dir string, redis *database, connections int) error {
	script, err := wrkScript(dir, connections)
	if err != nil {
		return err
	}
	for _, way := range ways(dir, fmt.Sprint("switches", connections), redis) {
		f, err := fake(dir, connections, way.args...)
		if err != nil {
			return err
		}
		defer f.stop()
		if err := f.seeAll(script, connections); err != nil {
			return err
		}
		for _, place := range []struct {
			name, body string
			calls      int
		}{
			{"one user", `{"scenario": "%s", "user_id": "user_000000"}`, 1_000},
			{"everybody", `{"scenario": "%s"}`, max(5, 1_000/connections)},
		} {
			before := 0.0
			if way.name == "Redis" {
				before, _ = redis.received()
			}
			took, err := f.switchOften(place.body, place.calls)
			if err != nil {
				return err
			}
			bytes := ""
			if way.name == "Redis" {
				after, _ := redis.received()
				bytes = fmt.Sprintf(", %.0f bytes", (after-before)/float64(place.calls))
			}
			fmt.Printf("a switch for %s, %d connections seen, store: %-5s  p50 %.2f ms, p99 %.2f ms%s\n", place.name,
				connections, way.name, 1000*median(took), 1000*took[len(took)*99/100], bytes)
		}
		f.stop()
	}
	return nil
}

// seeAll requests the token of every connection, and waits until that is saved.
func (s *server) seeAll(script string, connections int) error {
	for seconds := 1; ; seconds *= 2 {
		measured, err := s.measure(script, seconds) // which begins with the first connection
		if err != nil {
			return err
		}
		if measured.perSecond*float64(seconds) > float64(connections) {
			time.Sleep(3 * time.Second)
			return nil
		}
	}
}

// switchOften switches forth and back, and returns how long each call took, in order.
func (s *server) switchOften(body string, calls int) (took []float64, err error) {
	for i := range calls {
		scenario := []string{"expired", "active"}[i%2]
		began := time.Now()
		if err := s.call(http.MethodPut, "/_control/scenario", fmt.Sprintf(body, scenario)); err != nil {
			return nil, err
		}
		took = append(took, time.Since(began).Seconds())
	}
	slices.Sort(took)
	return took, nil
}

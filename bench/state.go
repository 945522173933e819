package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
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
func (b *bench) state() error {
	redis, err := startRedis(b.dir)
	if err != nil {
		fmt.Println("without Redis:", err)
	} else {
		defer redis.stop()
	}
	if err := b.storedTokens(redis); err != nil {
		return err
	}
	for _, connections := range []int{1, b.scaled(100_000)} {
		if err := b.storedSwitches(redis, connections); err != nil {
			return err
		}
	}
	return nil
}

// storedTokens requests tokens of servers with each of the stores in turn.
func (b *bench) storedTokens(redis *database) error {
	load, err := b.load("stored", callsOf(tokenOf, 0, 1_000))
	if err != nil {
		return err
	}
	all := ways(b.dir, "tokens", redis)
	contenders := make([]contender, len(all))
	for i, way := range all {
		contenders[i] = contender{way.name, func() (*server, error) { return b.fake(1_000, way.args...) }}
	}
	r, err := b.steadily(contenders, load)
	if err != nil {
		return err
	}
	for i, way := range all {
		fmt.Printf("tokens, store: %-5s  %.0f req/s, ratio %.2f (at least 0.9), p99 %.2f ms, CPU %.1f µs/req\n",
			way.name, r.of(i, perSecond), median(r.ratios(i, 0, perSecond)), r.of(i, p99), r.of(i, cpuTime))
	}
	return nil
}

// storedSwitches switches for one user and for everybody, with so many connections that calls have seen.
func (b *bench) storedSwitches(redis *database, connections int) error {
	load, err := b.load("seen", callsOf(tokenOf, 0, connections))
	if err != nil {
		return err
	}
	for _, way := range ways(b.dir, fmt.Sprint("switches", connections), redis) {
		f, err := b.fake(connections, way.args...)
		if err != nil {
			return err
		}
		defer f.stop()
		if _, err := b.pass(f, load, max(connections, 1_000)); err != nil {
			return err
		}
		time.Sleep(3 * time.Second) // until the connections are saved
		for _, place := range []struct {
			name, body string
			calls      int
		}{
			{"one user", `{"scenario": "%s", "user_id": "user_000000"}`, 1_000},
			{"everybody", `{"scenario": "%s"}`, max(5, 1_000/connections)},
		} {
			took, bytes, err := f.switchOften(place.body, place.calls, way, redis)
			if err != nil {
				return err
			}
			fmt.Printf("a switch for %s, %d connections seen, store: %-5s  p50 %.2f ms, p99 %.2f ms%s\n", place.name,
				connections, way.name, 1000*median(took), 1000*took[len(took)*99/100], bytes)
		}
		f.stop()
	}
	return nil
}

// switchOften switches forth and back. It returns how many seconds each call took, in order, and a text that says how
// much Redis received for one of them if it is the store.
func (s *server) switchOften(body string, calls int, way stored, redis *database) ([]float64, string, error) {
	before := 0.0
	if way.name == "Redis" {
		before, _ = redis.received()
	}
	took := make([]float64, calls)
	for i := range took {
		began := time.Now()
		if _, err := s.send(controlCall(fmt.Sprintf(body, []string{"expired", "active"}[i%2]))); err != nil {
			return nil, "", err
		}
		took[i] = time.Since(began).Seconds()
	}
	slices.Sort(took)
	if way.name != "Redis" {
		return took, "", nil
	}
	after, err := redis.received()
	return took, fmt.Sprintf(", %.0f bytes", (after-before)/float64(calls)), err
}

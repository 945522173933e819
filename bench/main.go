// Command bench measures pipesfake beside a bare net/http handler that decodes the same calls and writes the same
// bytes (package limit), which no fake can beat. Every server is a process of its own. wrk
// (https://github.com/wg/wrk; Debian: apt-get install wrk) calls them over loopback in alternating rounds, so that a
// machine whose speed drifts slows all of them. The figures are medians, and ratios are those of the same rounds.
//
//	go run .           what docs/performance.md lists: starts, large files, switches, lists, open pages, token calls
//	go run . -state    what stores cost (with Redis if redis-server is installed)
//	go run . -start    the time from the start of a process to its first 200
//	go run . -token    tokens for 1 to 1 000 000 users, first calls included, and three more operations
//	go run . -memory   memory when idle, after calls for many users, with large files and over 2 000 000 requests
//	go run . -peers    the other fakes that npm and Maven serve; writes the table of docs/performance.md
//
// -rounds and -seconds set how many rounds there are and how long each lasts. -quick makes a tenth of the users and
// requests, to try the bench itself. -start, -token and -memory also measure another version with -before, which is
// the path of a binary or anything that git can check out. -cases names the cases of -token to measure.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		cancel()
		os.Exit(1)
	}
}

// bench is what the measurements share.
type bench struct {
	ctx     context.Context // stops every process of this run; in a field, since everything here starts processes
	dir     string          // of binaries and files
	answer  string          // the file with what the bare handler writes: the response of the token endpoint
	rounds  int
	seconds int
	quick   bool
	before  string // the binary of another version, or ""
}

// mode is what one flag measures.
type mode struct {
	measure         func(*bench) error
	rounds, seconds int // unless flags set others
}

// run parses the arguments, builds the servers, and measures.
func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	rounds := flags.Int("rounds", 0, "rounds of each server and case (0: as many as the measurement needs)")
	seconds := flags.Int("seconds", 0, "seconds of a round (0: as many as the measurement needs)")
	quick := flags.Bool("quick", false, "a tenth of the users and requests, to try the bench itself")
	before := flags.String("before", "", "another version to measure: the path of a binary, or a git revision")
	cases := flags.String("cases", "", "the cases of -token, with commas between them (default all)")
	modes := map[string]mode{
		"state":  {(*bench).state, 5, 4},
		"start":  {(*bench).starts, 21, 0},
		"token":  {func(b *bench) error { return b.operations(*cases) }, 7, 4},
		"memory": {(*bench).memories, 1, 0},
		"peers":  {(*bench).peers, 5, 3},
	}
	chosen := mode{(*bench).usual, 5, 4}
	for name, m := range modes {
		flags.BoolFunc(name, "measure only this: see the comment in main.go", func(string) error {
			chosen = m
			return nil
		})
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	if _, err := exec.LookPath("wrk"); err != nil {
		return errors.New("wrk is not installed (Debian: apt-get install wrk)")
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{ctx: ctx, dir: dir, rounds: chosen.rounds, seconds: chosen.seconds, quick: *quick}
	if *rounds > 0 {
		b.rounds = *rounds
	}
	if *seconds > 0 {
		b.seconds = *seconds
	}
	if err := b.build(*before); err != nil {
		return err
	}
	if b.answer, err = b.learn("token", tokenOf(0), 1); err != nil {
		return err
	}
	return chosen.measure(b)
}

// usual measures what docs/performance.md lists.
func (b *bench) usual() error {
	starts := *b
	starts.rounds = 21
	for _, measure := range []func() error{
		starts.starts, b.fileLoads, b.switches, b.lists, b.watched, b.throughput,
	} {
		if err := measure(); err != nil {
			return err
		}
	}
	return nil
}

// scaled returns n, or a tenth of it in a quick run.
func (b *bench) scaled(n int) int {
	if b.quick {
		return n / 10
	}
	return n
}

package main

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

//go:embed wrk.lua
var wrkScript []byte

const (
	longestPass = 3 * time.Minute
	maxOpen     = 64 // requests that wrk has not had a response to when it stops: more than its 32 connections
)

// round is the result of one run of wrk. cpu is the server's processor time, in microseconds a request.
type round struct {
	requests                 int
	perSecond, p50, p99, cpu float64
}

// load writes a file of calls for wrk, and returns its path.
func (b *bench) load(name string, calls []call) (string, error) {
	script := filepath.Join(b.dir, "wrk.lua")
	if err := os.WriteFile(script, wrkScript, 0o600); err != nil {
		return "", err
	}
	path := filepath.Join(b.dir, "calls-"+name)
	file, err := os.Create(path)
	if err != nil {
		return "", err
	}
	text := bufio.NewWriter(file)
	for _, c := range calls {
		fmt.Fprintf(text, "%s\t%s\t%s\t%s\n", c.method, c.path, c.key, c.body)
	}
	return path, errors.Join(text.Flush(), file.Close())
}

// measure sends the calls of a file in turn, again and again, for so many seconds.
func (b *bench) measure(s *server, load string, seconds int) (round, error) {
	return b.wrk(s, load, time.Duration(seconds)*time.Second, 0)
}

// pass sends so many requests of the calls of a file in turn.
func (b *bench) pass(s *server, load string, requests int) (round, error) {
	made, err := b.wrk(s, load, longestPass, requests)
	if err == nil && made.requests < requests-maxOpen {
		err = fmt.Errorf("only %d of %d requests in %v", made.requests, requests, longestPass)
	}
	return made, err
}

// wrk sends the calls of a file in turn until the duration is over, or so many requests are sent if that is not 0.
func (b *bench) wrk(s *server, load string, duration time.Duration, requests int) (round, error) {
	before, err := s.cpu()
	if err != nil {
		return round{}, err
	}
	script := filepath.Join(b.dir, "wrk.lua")
	output, err := exec.CommandContext(b.ctx, "wrk", "-t1", "-c32", fmt.Sprintf("-d%.0fs", duration.Seconds()),
		"--timeout", "30s", "--latency", "-s", script, s.url, "--", load, strconv.Itoa(requests)).CombinedOutput()
	if err != nil {
		return round{}, fmt.Errorf("wrk: %w: %s", err, output)
	}
	after, err := s.cpu()
	if err != nil {
		return round{}, err
	}
	return parseRound(string(output), after-before)
}

// parseRound reads what wrk.lua prints at the end. cpu is that of all requests.
func parseRound(output string, cpu float64) (round, error) {
	match := regexp.MustCompile(`RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) (\d+)`).FindStringSubmatch(output)
	switch {
	case match == nil:
		return round{}, fmt.Errorf("wrk printed no result: %s", output)
	case match[1] == "0" || match[5] != "0":
		return round{}, fmt.Errorf("%s requests were answered, with %s errors", match[1], match[5])
	}
	number := func(i int) float64 { f, _ := strconv.ParseFloat(match[i], 64); return f }
	requests := number(1)
	return round{requests: int(requests), perSecond: requests / (number(2) / 1e6), p50: number(3) / 1000,
		p99: number(4) / 1000, cpu: cpu / requests}, nil
}

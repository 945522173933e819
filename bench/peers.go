package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

const (
	longestPeers  = 12 * time.Minute  // that all of -peers takes
	longestGrowth = 100 * time.Second // for the calls of all users to one server
)

// rival is a server of the table, and what was measured of it.
type rival struct {
	name, version string
	start         func() (*server, error)
	calls         func(s *server, first, end int) ([]call, error)
	problem       string // why it is not measured, or ""

	started, idle      []float64 // seconds, and MiB 1 s later
	rounds             []round
	loaded             float64 // MiB after all rounds
	afterFew, afterAll float64 // MiB after calls for 1 000 and for all users
	asked              int     // users of all that there was time for
}

// peers measures the bare handler, pipesfake and the peers in turn, prints a table, and writes it into the
// documentation.
func (b *bench) peers() error {
	limited := *b
	ctx, cancel := context.WithTimeout(b.ctx, longestPeers)
	defer cancel()
	limited.ctx = ctx
	rivals := limited.rivals()
	for _, measure := range []func([]*rival) error{limited.rivalStarts, limited.rivalRounds, limited.rivalGrowth} {
		if err := measure(rivals); err != nil {
			return err
		}
	}
	section := limited.peersSection(rivals, time.Now())
	fmt.Print(section)
	return writeSection("../docs/performance.md", section)
}

// rivals returns the bare handler, pipesfake, and the peers, which it installs.
func (b *bench) rivals() []*rival {
	all := []*rival{
		{name: "bare handler", start: func() (*server, error) { return b.bare(b.answer) }, calls: tokens},
		{name: "pipesfake", start: func() (*server, error) { return b.fake(0) }, calls: tokens},
	}
	for _, p := range allPeers() {
		installed, err := b.install(p)
		r := &rival{name: p.name, version: p.version, calls: p.calls,
			start: func() (*server, error) { return b.startPeer(p, installed) }}
		r.failed(err)
		all = append(all, r)
	}
	return all
}

// failed leaves a server out of what is still to be measured if there is an error.
func (r *rival) failed(err error) {
	if err != nil {
		r.problem = err.Error()
		fmt.Fprintf(os.Stderr, "%s is not measured: %v\n", r.name, err)
	}
}

// eachInTurn calls measure for each server that has not failed. Without the bare handler, nothing can be compared.
func (b *bench) eachInTurn(number int, rivals []*rival, measure func(*rival) error) error {
	for _, i := range turn(number, len(rivals)) {
		if rivals[i].problem != "" {
			continue
		}
		err := measure(rivals[i])
		if b.ctx.Err() != nil {
			return b.ctx.Err()
		}
		rivals[i].failed(err)
	}
	if rivals[0].problem != "" {
		return fmt.Errorf("the bare handler: %s", rivals[0].problem)
	}
	return nil
}

// rivalStarts measures the time to the first success, and memory when idle.
func (b *bench) rivalStarts(rivals []*rival) error {
	for number := range b.rounds {
		err := b.eachInTurn(number, rivals, func(r *rival) error {
			s, err := r.start()
			if err != nil {
				return err
			}
			defer s.stop()
			time.Sleep(time.Second)
			idle, err := s.memory("VmRSS")
			r.started, r.idle = append(r.started, s.firstAnswer.Seconds()), append(r.idle, idle)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// rivalRounds measures token calls for 1 000 users. A first round warms up.
func (b *bench) rivalRounds(rivals []*rival) error {
	servers, loads := map[*rival]*server{}, map[*rival]string{}
	err := b.eachInTurn(0, rivals, func(r *rival) error {
		s, err := r.start()
		if err != nil {
			return err
		}
		servers[r] = s
		loads[r], err = b.rivalLoad(r, s, 0, 1_000)
		return err
	})
	defer func() {
		for _, s := range servers {
			s.stop()
		}
	}()
	if err != nil {
		return err
	}
	for number := range b.rounds + 1 {
		err := b.eachInTurn(number, rivals, func(r *rival) error {
			one, err := b.measure(servers[r], loads[r], b.seconds)
			if err == nil && number > 0 {
				r.rounds = append(r.rounds, one)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return b.eachInTurn(0, rivals, func(r *rival) (err error) {
		r.loaded, err = servers[r].memory("VmRSS")
		return err
	})
}

// rivalGrowth measures the memory of a new process after one call for each of 1 000 users, and of all users.
func (b *bench) rivalGrowth(rivals []*rival) error {
	return b.eachInTurn(0, rivals, func(r *rival) error {
		s, err := r.start()
		if err != nil {
			return err
		}
		defer s.stop()
		if r.afterFew, r.asked, err = b.memoryAfter(r, s, 0, 1_000); err != nil {
			return err
		}
		var more int
		r.afterAll, more, err = b.memoryAfter(r, s, 1_000, b.peerUsers())
		r.asked += more
		return err
	})
}

// peerUsers is how many users the memory is measured with.
func (b *bench) peerUsers() int { return b.scaled(100_000) }

// memoryAfter returns the memory after one call for each of the users from first to before end, and how many there was
// time for.
func (b *bench) memoryAfter(r *rival, s *server, first, end int) (float64, int, error) {
	load, err := b.rivalLoad(r, s, first, end)
	if err != nil {
		return 0, 0, err
	}
	made, err := b.wrk(s, load, longestGrowth, end-first)
	if err != nil {
		return 0, 0, err
	}
	resident, err := s.memory("VmRSS")
	return resident, made.requests, err
}

// rivalLoad writes the calls for the tokens of the users from first to before end.
func (b *bench) rivalLoad(r *rival, s *server, first, end int) (string, error) {
	calls, err := r.calls(s, first, end)
	if err != nil {
		return "", err
	}
	return b.load(fmt.Sprintf("%s-%d", r.name, first), calls)
}

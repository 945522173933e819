package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
)

// operation is a case of -token: calls of an operation for so many users, each of which has a connection in the file.
type operation struct {
	name    string // for -cases
	title   string
	of      func(user int) call
	users   int
	aim     float64 // the least ratio of requests per second to the bare handler's
	measure func(b *bench, o operation, answer string) error
}

func (b *bench) allOperations() []operation {
	hundred, million := b.scaled(100_000), b.scaled(1_000_000)
	return []operation{
		{"1", "token, 1 user", tokenOf, 1, 0.97, (*bench).steady},
		{"1000", "token, 1 000 users", tokenOf, 1_000, 0.97, (*bench).steady},
		{"100000", "token, the first call of each of " + thousands(hundred) + " users", tokenOf, hundred, 0.95,
			(*bench).fresh},
		{"1000000", "token, " + thousands(million) + " users", tokenOf, million, 0.95, (*bench).sliced},
		{"credentials", "credentials, 1 000 users", credentialsOf, 1_000, 0.85, (*bench).steady},
		{"connected_accounts", "connected_accounts, 1 000 users", connectedAccountOf, 1_000, 0.85, (*bench).steady},
		{"data_providers", "data_providers, 1 000 users", dataProvidersOf, 1_000, 0.85, (*bench).steady},
	}
}

// operations measures the cases that are named, or all of them.
func (b *bench) operations(names string) error {
	wanted := strings.FieldsFunc(names, func(r rune) bool { return r == ',' })
	all := b.allOperations()
	for _, name := range wanted {
		if !slices.ContainsFunc(all, func(o operation) bool { return o.name == name }) {
			return fmt.Errorf("-cases: there is no case %s", name)
		}
	}
	for _, o := range all {
		if len(wanted) > 0 && !slices.Contains(wanted, o.name) {
			continue
		}
		answer, err := b.learn(o.name, o.of(o.users-1), o.users)
		if err != nil {
			return err
		}
		if err := o.measure(b, o, answer); err != nil {
			return fmt.Errorf("%s: %w", o.title, err)
		}
	}
	return nil
}

// steady measures rounds of some seconds, after one that warms up.
func (b *bench) steady(o operation, answer string) error {
	load, err := b.load(o.name, callsOf(o.of, 0, o.users))
	if err != nil {
		return err
	}
	all := b.withSameHeaders(answer, o.users)
	r, err := b.steadily(all, load)
	if err != nil {
		return err
	}
	how := fmt.Sprintf("%d rounds of %d s, after one to warm up", b.rounds, b.seconds)
	return printComparison(o.title, how, o.aim, all, r)
}

// fresh starts each server anew in each round, and makes one call for each user. No round warms up.
func (b *bench) fresh(o operation, answer string) error {
	load, err := b.load(o.name, callsOf(o.of, 0, o.users))
	if err != nil {
		return err
	}
	all := b.withSameHeaders(answer, o.users)
	r, err := b.inTurn(len(all), false, func(_, i int) (round, error) {
		s, err := all[i].start()
		if err != nil {
			return round{}, err
		}
		defer s.stop()
		return b.pass(s, load, o.users)
	})
	if err != nil {
		return err
	}
	how := fmt.Sprintf("%d rounds of %s requests to new processes", b.rounds, thousands(o.users))
	return printComparison(o.title, how, o.aim, all, r)
}

// sliced makes one call for each user, a part of the users in each round, and then calls for all of them again.
func (b *bench) sliced(o operation, answer string) error {
	all := b.withSameHeaders(answer, o.users)
	servers := make([]*server, len(all))
	for i, one := range all {
		s, err := one.start()
		if err != nil {
			return err
		}
		defer s.stop()
		servers[i] = s
	}
	slice := o.users / b.rounds
	loads := make([]string, b.rounds)
	for i := range loads {
		var err error
		name := fmt.Sprintf("%s-%d", o.name, i)
		if loads[i], err = b.load(name, callsOf(o.of, i*slice, (i+1)*slice)); err != nil {
			return err
		}
	}
	for _, calls := range []string{", the first call of each", ", later calls"} {
		r, err := b.inTurn(len(all), false, func(number, i int) (round, error) {
			return b.pass(servers[i], loads[number], slice)
		})
		if err != nil {
			return err
		}
		how := fmt.Sprintf("%d rounds of %s requests", b.rounds, thousands(slice))
		if err := printComparison(o.title+calls, how, o.aim, all, r); err != nil {
			return err
		}
	}
	return nil
}

// withSameHeaders returns the contenders, and the bare handler that writes the same headers, too, as the second one.
func (b *bench) withSameHeaders(answer string, connections int) []contender {
	same := contender{"same headers", func() (*server, error) { return b.sameHeaders(answer) }}
	return slices.Insert(b.contenders(answer, connections), 1, same)
}

// printComparison prints the medians of servers, and their ratios in the same rounds to the bare handler, which is the
// first one, and to the one that writes the same headers, too.
func printComparison(title, how string, aim float64, all []contender, r results) error {
	fmt.Printf("%s\n%s; the aim is a ratio of at least %.2f, and at most 1.2 for p99\n", title, how, aim)
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\treq/s\tratio\tfrom–to\tof same\tCPU µs/req\tratio\tp50 ms\tp99 ms\tratio\tfrom–to\t")
	for i, one := range all {
		requests, slowest := r.ratios(i, 0, perSecond), r.ratios(i, 0, p99)
		fmt.Fprintf(table, "%s\t%.0f\t%.3f\t%s\t%.3f\t%.1f\t%.2f\t%.2f\t%.2f\t%.2f\t%s\t\n", one.name,
			r.of(i, perSecond), median(requests), spread(requests), median(r.ratios(i, 1, perSecond)), r.of(i, cpuTime),
			median(r.ratios(i, 0, cpuTime)), r.of(i, p50), r.of(i, p99), median(slowest), spread(slowest))
	}
	fmt.Fprintln(table)
	return table.Flush()
}

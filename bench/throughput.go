package main

import (
	"fmt"
	"os"
	"text/tabwriter"
)

// throughput requests the token of every connection of a file in turn, from the bare handler and pipesfake alternately.
func (b *bench) throughput() error {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "connections\treq/s\tbare\tratio\tp50 ms\tbare\tp99 ms\tbare\tCPU µs/req\tbare\t")
	for _, connections := range []int{1, 1_000, b.scaled(100_000)} {
		load, err := b.load("throughput", callsOf(tokenOf, 0, connections))
		if err != nil {
			return err
		}
		r, err := b.steadily(b.contenders(b.answer, connections)[:2], load)
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "%s\t%.0f\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.1f\t%.1f\t\n", thousands(connections),
			r.of(1, perSecond), r.of(0, perSecond), median(r.ratios(1, 0, perSecond)), r.of(1, p50), r.of(0, p50),
			r.of(1, p99), r.of(0, p99), r.of(1, cpuTime), r.of(0, cpuTime))
	}
	fmt.Fprintf(table, "\n%d rounds of %d s each, medians; wrk -t1 -c32; ", b.rounds, b.seconds)
	fmt.Fprintln(table, "the aim is a ratio of 0.97, with the first calls of many users 0.95")
	return table.Flush()
}

// steadily starts servers, and measures them in turn with the same calls. A first round warms them up.
func (b *bench) steadily(all []contender, load string) (results, error) {
	servers := make([]*server, len(all))
	for i, one := range all {
		s, err := one.start()
		if err != nil {
			return nil, err
		}
		defer s.stop()
		servers[i] = s
	}
	return b.inTurn(len(all), true, func(_, i int) (round, error) { return b.measure(servers[i], load, b.seconds) })
}

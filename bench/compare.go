package main

import (
	"fmt"
	"slices"
	"strconv"
)

// figure picks one number of a round.
type figure func(round) float64

func perSecond(r round) float64 { return r.perSecond }
func p50(r round) float64       { return r.p50 }
func p99(r round) float64       { return r.p99 }
func cpuTime(r round) float64   { return r.cpu }

// results are the rounds of servers that were measured in turn: a list for each server.
type results [][]round

// of returns the median of a figure for a server.
func (r results) of(server int, f figure) float64 {
	figures := make([]float64, len(r[server]))
	for i, one := range r[server] {
		figures[i] = f(one)
	}
	return median(figures)
}

// ratios returns a figure of each round of a server, divided by that of another one in the same round.
func (r results) ratios(server, other int, f figure) []float64 {
	ratios := make([]float64, len(r[server]))
	for i, one := range r[server] {
		ratios[i] = f(one) / f(r[other][i])
	}
	return ratios
}

// turn returns the order in which n servers are measured in a round: forwards and backwards in turn, so that a machine
// that gets slower treats all alike.
func turn(round, n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if round%2 == 1 {
		slices.Reverse(order)
	}
	return order
}

// inTurn measures each of n servers in each of the rounds. If it warms up, there is one more round, which does not
// count.
func (b *bench) inTurn(n int, warmsUp bool, measure func(number, server int) (round, error)) (results, error) {
	all := make(results, n)
	first := 0
	if warmsUp {
		first = -1
	}
	for number := first; number < b.rounds; number++ {
		for _, server := range turn(number-first, n) {
			one, err := measure(number, server)
			if err != nil {
				return nil, err
			}
			if number >= 0 {
				all[server] = append(all[server], one)
			}
		}
	}
	return all, nil
}

func median(figures []float64) float64 {
	sorted := slices.Sorted(slices.Values(figures))
	n := len(sorted)
	if n%2 == 0 {
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[n/2]
}

// spread returns the smallest and the largest of some ratios as text.
func spread(ratios []float64) string {
	return fmt.Sprintf("%.2f–%.2f", slices.Min(ratios), slices.Max(ratios))
}

// thousands writes a whole number with a space between each three digits.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + " " + text[i:]
	}
	return text
}

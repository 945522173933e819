package e2e

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// history records calls to environments, for porcupine to check. Each environment is a register: a switch writes an
// access token that no other switch writes, and a token call reads it.
type history struct {
	began time.Time

	mu    sync.Mutex
	calls []recordedCall
}

type recordedCall struct {
	environment string
	client      int
	isWrite     bool
	value       string
	from, to    time.Duration // since the history began
	isUnclear   bool          // a write that failed: it may have happened, also later
}

func newHistory() *history { return &history{began: time.Now()} }

func (h *history) now() time.Duration { return time.Since(h.began) }

func (h *history) add(one recordedCall) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls = append(h.calls, one)
}

type registerInput struct {
	environment string
	isWrite     bool
	value       string
}

// initial is what the register has before the first write.
const initial = ""

var register = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		byName := map[string][]porcupine.Operation{}
		for _, one := range history {
			name := one.Input.(registerInput).environment
			byName[name] = append(byName[name], one)
		}
		var parts [][]porcupine.Operation
		for _, part := range byName {
			parts = append(parts, part)
		}
		return parts
	},
	Init: func() any { return initial },
	Step: func(state, input, output any) (bool, any) {
		call := input.(registerInput)
		if call.isWrite {
			return true, call.value
		}
		return output.(string) == state.(string), state
	},
	DescribeOperation: func(input, output any) string {
		call := input.(registerInput)
		if call.isWrite {
			return "switch to " + call.value
		}
		return fmt.Sprintf("read %v", output)
	},
}

// check fails the test unless each environment is linearizable.
func (h *history) check(t *testing.T) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	firstRead := map[string]time.Duration{} // when a value had surely been written, by value
	for _, one := range h.calls {
		if before, isRead := firstRead[one.value]; !one.isWrite && (!isRead || one.to < before) {
			firstRead[one.value] = one.to
		}
	}
	var operations []porcupine.Operation
	writes, unclear := 0, 0
	for _, one := range h.calls {
		end := one.to
		if one.isUnclear {
			unclear++
			read, isRead := firstRead[one.value]
			if !isRead {
				continue // it happened never, or after everything else
			}
			end = max(read, one.from)
		}
		if one.isWrite {
			writes++
		}
		operations = append(operations, porcupine.Operation{
			ClientId: one.client, Call: int64(one.from), Return: int64(end),
			Input: registerInput{one.environment, one.isWrite, one.value}, Output: one.value,
		})
	}
	began := time.Now()
	result, info := porcupine.CheckOperationsVerbose(register, operations, 2*time.Minute)
	t.Logf("%d calls, %d of them switches, and %d switches without a clear answer: %s (checked in %s)",
		len(operations), writes, unclear, result, time.Since(began).Round(time.Millisecond))
	if result == porcupine.Ok {
		return
	}
	path := t.ArtifactDir() + "/history.html"
	if err := porcupine.VisualizePath(register, info, path); err != nil {
		t.Error(err)
	}
	t.Errorf("the history is not linearizable: %s; see %s", result, path)
	h.explain(t)
}

// explain logs reads of values that a later, acknowledged switch had replaced when they began.
func (h *history) explain(t *testing.T) {
	written := map[string]recordedCall{}
	for _, one := range h.calls {
		if one.isWrite {
			written[one.value] = one
		}
	}
	logged := 0
	for _, read := range h.calls {
		if read.isWrite || logged == 10 {
			continue
		}
		source := written[read.value]
		for _, later := range h.calls {
			isNewer := later.isWrite && !later.isUnclear && later.environment == read.environment &&
				later.from > source.to && !source.isUnclear
			if isNewer && later.to < read.from {
				t.Logf("%s: a read from %s to %s returned %q, written from %s to %s, after %q was written from %s to %s",
					read.environment, read.from, read.to, read.value, source.from, source.to, later.value, later.from, later.to)
				logged++
				break
			}
		}
	}
}

// outages collects for how long environments did not answer.
type outages struct {
	mu   sync.Mutex
	list []outage
}

type outage struct {
	environment string
	from, to    time.Duration // since the history began
	why         string        // the last failure
}

func (o *outages) add(one outage) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.list = append(o.list, one)
}

// longest returns the longest outage of each environment that overlaps with a time.
func (o *outages) longest(from, to time.Duration) []outage {
	o.mu.Lock()
	defer o.mu.Unlock()
	byName := map[string]outage{}
	for _, one := range o.list {
		before := byName[one.environment]
		if one.to > from && one.from < to && one.to-one.from > before.to-before.from {
			byName[one.environment] = one
		}
	}
	var all []outage
	for _, one := range byName {
		all = append(all, one)
	}
	return all
}

// noticeable is the latency of a call from which on its environment counts as unavailable.
const noticeable = 100 * time.Millisecond

// report logs the distribution of outages.
func report(t *testing.T, fault string, rounds int, all []outage) {
	t.Helper()
	slices.SortFunc(all, func(a, b outage) int { return cmp.Compare(a.to-a.from, b.to-b.from) })
	at := func(share float64) time.Duration {
		if len(all) == 0 {
			return 0
		}
		one := all[int(math.Ceil(share*float64(len(all))))-1]
		return (one.to - one.from).Round(time.Millisecond)
	}
	why := ""
	if len(all) > 0 {
		why = all[len(all)-1].why
	}
	t.Logf("%-28s %3d times: %4d outages of over %s of an environment: p50 %s, p99 %s, max %s (%s)",
		fault, rounds, len(all), noticeable, at(0.5), at(0.99), at(1), why)
}

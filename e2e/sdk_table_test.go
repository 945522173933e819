package e2e

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
)

// results collects the results of all SDKs for the table at the end.
var results = table{cells: map[string]map[string]tally{}}

type table struct {
	mu    sync.Mutex
	cells map[string]map[string]tally // by operation and SDK
}

type tally struct{ passed, all int }

// addLine takes a script's line "<sdk> <operation> <case> pass|fail". A case that failed is an error.
func (r *table) addLine(line string) error {
	words := strings.Fields(line)
	if len(words) != 4 || words[3] != "pass" && words[3] != "fail" {
		return fmt.Errorf("not a verdict: %q", line)
	}
	passed := words[3] == "pass"
	r.add(words[0], words[1], passed)
	if !passed {
		return fmt.Errorf("failed: %s", line)
	}
	return nil
}

func (r *table) add(sdk, operation string, passed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cells[operation] == nil {
		r.cells[operation] = map[string]tally{}
	}
	cell := r.cells[operation][sdk]
	cell.all++
	if passed {
		cell.passed++
	}
	r.cells[operation][sdk] = cell
}

// print writes a row for each operation and a column for each SDK, with the cases passed of all.
func (r *table) print(w io.Writer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.cells) == 0 {
		return
	}
	sdks := map[string]bool{}
	for _, row := range r.cells {
		for sdk := range row {
			sdks[sdk] = true
		}
	}
	columns := slices.Sorted(maps.Keys(sdks))
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(out, "\noperation\t%s\n", strings.Join(columns, "\t"))
	for _, operation := range slices.Sorted(maps.Keys(r.cells)) {
		fmt.Fprint(out, operation)
		for _, sdk := range columns {
			if cell, tested := r.cells[operation][sdk]; tested {
				fmt.Fprintf(out, "\t%d/%d", cell.passed, cell.all)
			} else {
				fmt.Fprint(out, "\t-")
			}
		}
		fmt.Fprintln(out)
	}
	_ = out.Flush()
}

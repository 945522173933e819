package contract

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// Coverage prints the documented statuses of each operation, and marks those that Check has seen a correct response of.
func (c *Contract) Coverage(w io.Writer) {
	seen, all := 0, 0
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, op := range slices.SortedFunc(slices.Values(c.operations), inOrder) {
		var marks []string
		for _, status := range slices.Sorted(maps.Keys(op.responses)) {
			mark := "–"
			if op.responses[status].seen.Load() {
				mark = "✓"
				seen++
			}
			all++
			marks = append(marks, fmt.Sprintf("%d %s", status, mark))
		}
		_, _ = fmt.Fprintf(table, "%s %s\t%s\n", op.method, op.template, strings.Join(marks, "  "))
	}
	_ = table.Flush()
	_, _ = fmt.Fprintf(w, "%d of %d documented statuses produced\n", seen, all)
}

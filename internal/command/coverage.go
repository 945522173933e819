package command

import (
	"context"
	"encoding/json"
	"fmt"
)

// coverage prints which of the possible responses a running server has sent in all its environments, and fails if they
// are fewer than --min percent.
func coverage(ctx context.Context, p Process, args []string) int {
	c := newClient(p, "coverage",
		"It prints which answers a running pipesfake gave, and exits 0, 1 when they are fewer than --min or it does "+
			"not answer,\n2 when a flag is wrong.")
	controlAddr := c.flags.String("control-addr", "", "`address` of the control plane, where it has one of its own")
	c.controlToken = c.flags.String("control-token", "", "`token` that the control plane wants")
	least := c.flags.Int("min", 0, "exit 1 below so many `percent` of the answers of every provider")
	if code, done := c.parse(p, args); done {
		return code
	}
	if *least < 0 || *least > 100 {
		_ = reportError(c.flags, "--min must be 0 to 100 percent, not %d", *least)
		return exitUsage
	}
	if *controlAddr != "" {
		c.addr = controlAddr
	}
	table, code := c.get(ctx, "/_control/coverage?all=true&format=markdown")
	if code != exitOK {
		return code
	}
	numbers, code := c.get(ctx, "/_control/coverage?all=true")
	if code != exitOK {
		return code
	}
	var covered struct{ Percent int }
	if err := json.Unmarshal(numbers, &covered); err != nil {
		_ = reportError(c.flags, "%v", err)
		return exitFailed
	}
	fmt.Fprintf(p.Stdout, "%s", table)
	if covered.Percent < *least {
		_ = reportError(c.flags, "%d %% of the answers were seen, which is less than --min %d", covered.Percent, *least)
		return exitFailed
	}
	return exitOK
}

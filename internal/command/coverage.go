package command

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"
)

func newCoverage(p Process) *cobra.Command {
	var c client
	var controlAddr string
	var least int
	command := &cobra.Command{
		Use: "coverage", GroupID: groupServer,
		Short: "print which kinds of responses a running server gave, and fail below --min percent; for CI",
		Long: "Print which kinds of responses a running server gave. It exits 0, 1 if " +
			"they are\nfewer than --min or it does not respond, and 2 if a flag is wrong.",
		Example: "  pipesfake coverage\n  pipesfake coverage --min 60",
		Args:    noArguments, ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, _ []string) error {
			if least < 0 || least > 100 {
				return usageErrorf("--min must be 0 to 100 percent, not %d", least)
			}
			if controlAddr != "" {
				c.addr = controlAddr
			}
			return c.printCoverage(command.Context(), p, least)
		},
	}
	flags := command.Flags()
	flags.SortFlags = false
	flags.StringVar(&c.addr, "addr", defaultAddr, "`address` that the server listens on")
	flags.StringVar(&controlAddr, "control-addr", "", "`address` of the control plane, if it has a separate one")
	flags.StringVar(&c.controlToken, "control-token", "", "`token` that the control plane requires")
	flags.IntVar(&least, "min", 0, "exit 1 below this `percent` of the kinds of responses, over all providers")
	return command
}

// printCoverage prints which of the possible responses a running server has sent in all its environments, and fails if
// they are fewer than a percentage.
func (c client) printCoverage(ctx context.Context, p Process, least int) error {
	table, err := c.get(ctx, "/_control/coverage?all=true&format=markdown")
	if err != nil {
		return err
	}
	numbers, err := c.get(ctx, "/_control/coverage?all=true")
	if err != nil {
		return err
	}
	var covered struct{ Percent int }
	if err := json.Unmarshal(numbers, &covered); err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, "%s", table)
	if covered.Percent < least {
		return fmt.Errorf("%d %% of the kinds of responses were seen, which is less than --min %d",
			covered.Percent, least)
	}
	return nil
}

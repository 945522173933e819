package command

import (
	"fmt"
	"net/http"

	"github.com/spf13/cobra"
)

func newReset(p Process) *cobra.Command {
	c := control{p: p}
	command := &cobra.Command{
		Use: "reset", GroupID: groupServer,
		Short: "return a running server to the start of its scenario file",
		Long: "Return an environment of a running server to the start of its scenario file: without switches, " +
			"faults,\nAPI writes and recorded requests.",
		Example: "  pipesfake reset\n  pipesfake reset --environment worker-1",
		Args:    noArguments, ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, _ []string) error {
			body, err := c.call(command.Context(), http.MethodPost, "reset", nil, nil)
			if err != nil {
				return err
			}
			if c.asJSON {
				return c.printJSON(body)
			}
			var state stateView
			if err := c.read(body, &state); err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.Stdout, "environment %s is back at the start of %s, which is %s\n",
				printable(state.Environment), printable(state.Scenarios), state.start())
			return err
		},
	}
	command.Flags().SortFlags = false
	c.define(command)
	return command
}

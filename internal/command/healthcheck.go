package command

import "github.com/spf13/cobra"

// newHealthcheck returns the command that exits with 0 if a running server is healthy. It reads the variable of serve's
// --addr, so that a container needs no other setting.
func newHealthcheck(Process) *cobra.Command {
	var c client
	command := &cobra.Command{
		Use: "healthcheck", GroupID: groupServer,
		Short: "check whether a running server is healthy; for containers",
		Long: "Check whether a running server is healthy. It exits 0 if it is, 1 if it is not or does not " +
			"respond,\nand 2 if a flag is wrong.",
		Example: "  pipesfake healthcheck --addr 127.0.0.1:4101",
		Args:    noArguments, ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, _ []string) error {
			_, err := c.get(command.Context(), "/health")
			return err
		},
	}
	command.Flags().SortFlags = false
	command.Flags().StringVar(&c.addr, "addr", defaultAddr, "`address` that the server listens on")
	return command
}

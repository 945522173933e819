package command

import "github.com/spf13/cobra"

// newHealthcheck returns the command that exits with 0 if a running server is healthy. It reads the variable of serve's
// --addr, so that a container needs no other setting.
func newHealthcheck(Process) *cobra.Command {
	var c client
	command := &cobra.Command{
		Use: "healthcheck", GroupID: groupServer,
		Short: "ask a running pipesfake whether it is healthy; for containers",
		Long: "Ask a running pipesfake for its health. It exits 0 when it is healthy, 1 when it is not or does not " +
			"answer,\nand 2 when a flag is wrong.",
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

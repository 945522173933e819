// Package command is the command line of pipesfake, a file for each command. Run takes everything it needs as
// arguments, so that tests can run it like any function.
package command

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/spf13/cobra"

	"example.com/pipesfake/internal/version"
	"example.com/pipesfake/scenarios"
)

// Run runs the command that the arguments name, serve if they name none, and returns its exit code. It returns early
// when ctx ends.
func Run(ctx context.Context, p Process) int {
	allowDoubleClick()
	root := newRoot(p)
	args, err := arrange(root, p.Args)
	if err != nil {
		code := exitCode(p, root, err)
		printCommands(p.Stderr, root)
		return code
	}
	root.SetArgs(args)
	command, err := root.ExecuteContextC(ctx)
	return exitCode(p, command, err)
}

// allowDoubleClick lets Windows users start the server from the Explorer. The library would only tell them to open a
// terminal.
var allowDoubleClick = sync.OnceFunc(func() { cobra.MousetrapHelpText = "" })

// newRoot returns the command pipesfake with all its commands.
func newRoot(p Process) *cobra.Command {
	root := &cobra.Command{
		Use: "pipesfake", Short: "A scriptable fake of the WorkOS Pipes API",
		SilenceErrors: true, SilenceUsage: true, CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		PersistentPreRunE: func(command *cobra.Command, _ []string) error {
			return setFromVariables(command.Flags(), p.getenv)
		},
	}
	root.AddGroup(
		&cobra.Group{ID: groupFiles, Title: "The server and its scenario files:"},
		&cobra.Group{ID: groupServer, Title: "A running server:"},
		&cobra.Group{ID: groupOther, Title: "Other:"},
	)
	root.SetOut(p.Stdout)
	root.SetErr(p.Stderr)
	root.SetHelpFunc(printHelp)
	root.SetFlagErrorFunc(explainFlagError)
	root.AddCommand(
		newServe(p), newInit(p), newCheck(p), newSchema(p),
		newSwitch(p), newState(p), newRequests(p), newReset(p), newCoverage(p), newHealthcheck(p),
		newCompletion(p), newVersion(p),
	)
	root.SetHelpCommand(newHelp())
	root.InitDefaultHelpCmd()
	return root
}

// exitCode returns the code that a command's error stands for, and prints the error.
func exitCode(p Process, command *cobra.Command, err error) int {
	var code exit
	var wrong usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &code):
		return int(code)
	}
	fmt.Fprintf(p.Stderr, "%s: %v\n", command.CommandPath(), err)
	if errors.As(err, &wrong) {
		return exitUsage
	}
	return exitFailed
}

func newSchema(p Process) *cobra.Command {
	return &cobra.Command{
		Use: "schema", GroupID: groupFiles, Short: "print the JSON Schema of scenario files, for editors",
		Args: noArguments, ValidArgsFunction: cobra.NoFileCompletions,
		Example: "  pipesfake schema > scenarios.schema.json",
		RunE: func(*cobra.Command, []string) error {
			_, err := p.Stdout.Write(scenarios.Schema())
			return err
		},
	}
}

func newVersion(p Process) *cobra.Command {
	return &cobra.Command{
		Use: "version", GroupID: groupOther, Short: "print the version, its commit and its date",
		Args: noArguments, ValidArgsFunction: cobra.NoFileCompletions,
		Example: "  pipesfake version\n  pipesfake --version",
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintf(p.Stdout, "pipesfake %s\n", version.Get())
			return nil
		},
	}
}

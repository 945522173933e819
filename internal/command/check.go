package command

import (
	"fmt"

	"github.com/spf13/cobra"

	"example.com/pipesfake/scenarios"
)

func newCheck(p Process) *cobra.Command {
	return &cobra.Command{
		Use: "check FILE…", GroupID: groupFiles, Short: "report every mistake of scenario files, each as file:line:col",
		Example: "  pipesfake check scenarios.yaml\n  pipesfake check tests/*.yaml",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageErrorf("name the files to check\nusage: pipesfake check FILE…")
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(_ *cobra.Command, files []string) error { return exitWith(check(p, files)) },
	}
}

// check loads scenario files, prints their mistakes, and fails if one of them has any.
func check(p Process, files []string) int {
	code := exitOK
	for _, file := range files {
		set, err := scenarios.LoadWith(file, p.LookupEnv)
		if err != nil {
			fmt.Fprintln(p.Stderr, err)
			code = exitFailed
			continue
		}
		fmt.Fprintf(p.Stdout, "%s: good (%s, %s)\n",
			file, count(len(set.Scenarios()), "scenario"), count(len(set.Connections()), "connection"))
	}
	return code
}

// count returns a number of things in words: 1 connection, 2 connections.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

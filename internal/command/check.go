package command

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"example.com/pipesfake/internal/access"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
	"example.com/pipesfake/scenarios/lint"
)

func newCheck(p Process) *cobra.Command {
	var warningsAsErrors bool
	command := &cobra.Command{
		Use: "check FILE…", GroupID: groupFiles, Short: "report every mistake of scenario files, each as file:line:col",
		Long: "Report every mistake of scenario files, each as file:line:col. A warning is about what is probably a " +
			"typo, such as\na scope that the provider does not ask for; it does not fail the check.",
		Example: "  pipesfake check scenarios.yaml\n  pipesfake check --warnings-as-errors tests/*.yaml",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageErrorf("name the files to check\nusage: pipesfake check FILE…")
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(_ *cobra.Command, files []string) error { return exitWith(check(p, files, warningsAsErrors)) },
	}
	command.Flags().BoolVar(&warningsAsErrors, "warnings-as-errors", false, "exit with 1 for warnings, too")
	onlyFlags(command.Flags(), "warnings-as-errors")
	return command
}

// check loads scenario files, prints their mistakes and warnings, and fails if one of them has a mistake, or, if asked
// for, a warning.
func check(p Process, files []string, warningsAsErrors bool) int {
	code := exitOK
	for _, file := range files {
		set, err := readForCheck(p, file)
		if err != nil {
			fmt.Fprintln(p.Stderr, err)
			code = exitFailed
		}
		if set == nil {
			continue
		}
		warnings := lint.Warnings(set)
		for _, one := range warnings {
			fmt.Fprintln(p.Stderr, one)
		}
		if err != nil {
			continue
		}
		if warningsAsErrors && len(warnings) > 0 {
			fmt.Fprintf(p.Stderr, "%s: refused because of %s (--warnings-as-errors)\n",
				file, fields.Plural(len(warnings), "warning"))
			code = exitFailed
			continue
		}
		fmt.Fprintf(p.Stdout, "%s: good (%s)\n", file, summary(set, len(warnings)))
	}
	return code
}

// readForCheck reads a scenario file. The error lists its mistakes; if the set is not nil, it holds the entries without
// mistakes, which can have warnings.
func readForCheck(p Process, file string) (*scenarios.Set, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, access.ToRead(err, file)
	}
	return scenarios.ParsePartial(file, text, p.LookupEnv)
}

// summary counts what a file contains.
func summary(set *scenarios.Set, warnings int) string {
	text := fields.Plural(len(set.Scenarios()), "scenario") + ", " + fields.Plural(set.ConnectionCount(), "connection")
	if warnings > 0 {
		text += ", " + fields.Plural(warnings, "warning")
	}
	return text
}

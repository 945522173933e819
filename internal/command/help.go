package command

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// helpColumns is the width of the flags in a help text.
const helpColumns = 110

func newHelp() *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", GroupID: groupOther, Short: "describe a command, with its flags and examples",
		Example: "  pipesfake help switch",
		ValidArgsFunction: func(command *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, one := range command.Root().Commands() {
				if len(args) == 0 && !one.Hidden {
					names = append(names, one.Name()+"\t"+one.Short)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(command *cobra.Command, args []string) error {
			root := command.Root()
			switch {
			case len(args) == 0:
				printCommands(command.OutOrStdout(), root)
				return nil
			case len(args) > 1:
				return usageErrorf("it describes one command, not %d", len(args))
			}
			described := find(root, args[0])
			if described == nil {
				return unknownCommand(root, args[0])
			}
			described.InitDefaultHelpFlag()
			printHelp(described, nil)
			return nil
		},
	}
}

// printCommands prints the list of all commands.
func printCommands(w io.Writer, root *cobra.Command) {
	fmt.Fprint(w, "usage: pipesfake [command] [flags]\n\n"+
		"Without a command, pipesfake serves. \"pipesfake help COMMAND\" describes a command, with examples.\n")
	for _, group := range root.Groups() {
		fmt.Fprintf(w, "\n%s\n", group.Title)
		for _, command := range root.Commands() {
			if command.GroupID == group.ID && !command.Hidden {
				fmt.Fprintf(w, "  %-12s  %s\n", command.Name(), command.Short)
			}
		}
	}
	fmt.Fprint(w, "\nEvery flag of serve can be set as a variable: --control-addr is PIPESFAKE_CONTROL_ADDR.\n")
}

// printHelp prints the help of one command.
func printHelp(command *cobra.Command, _ []string) {
	w := command.OutOrStdout()
	if !command.HasParent() {
		printCommands(w, command)
		return
	}
	about := command.Long
	if about == "" {
		about = strings.ToUpper(command.Short[:1]) + command.Short[1:] + "."
	}
	usage := command.UseLine()
	if !strings.Contains(usage, "[flags]") {
		usage += " [flags]"
	}
	fmt.Fprintf(w, "usage: %s\n\n%s\n", usage, about)
	if command.Example != "" {
		fmt.Fprintf(w, "\nExamples:\n%s\n", command.Example)
	}
	fmt.Fprintf(w, "\nFlags:\n%s", command.Flags().FlagUsagesWrapped(helpColumns))
	if variables := variablesOf(command.Flags()); len(variables) > 0 {
		fmt.Fprintf(w, "\nA flag that is left out is read from its variable: %s.\n", strings.Join(variables, ", "))
	}
}

// variablesOf lists the variables of flags, or two of many as examples.
func variablesOf(flags *pflag.FlagSet) (variables []string) {
	flags.VisitAll(func(f *pflag.Flag) {
		if variable := variableOf(f); variable != "" {
			variables = append(variables, "--"+f.Name+" is "+variable)
		}
	})
	if len(variables) > 3 {
		variables = append(variables[:2], "and so on")
	}
	return variables
}

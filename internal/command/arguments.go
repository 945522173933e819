package command

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.com/pipesfake/internal/fields"
)

// usageError is a mistake in the arguments, flags or variables: the process ends with exitUsage.
type usageError string

func (e usageError) Error() string { return string(e) }

func usageErrorf(format string, args ...any) error { return usageError(fmt.Sprintf(format, args...)) }

// arrange returns the arguments in the form that the library reads: they begin with the name of a command, and long
// flags have two dashes.
func arrange(root *cobra.Command, args []string) ([]string, error) {
	if len(args) == 0 {
		return []string{"serve"}, nil
	}
	switch first := args[0]; {
	case first == cobra.ShellCompRequestCmd || first == cobra.ShellCompNoDescRequestCmd:
		if len(args) > 1 && strings.HasPrefix(args[1], "-") {
			args = append([]string{first, "serve"}, args[1:]...)
		}
		return args, nil
	case first == "-h" || first == "--help":
		return []string{"help"}, nil
	case first == "-version" || first == "--version":
		args = append([]string{"version"}, args[1:]...)
	case strings.HasPrefix(first, "-"):
		args = append([]string{"serve"}, args...)
	}
	command := find(root, args[0])
	if command == nil {
		return nil, unknownCommand(root, args[0])
	}
	command.InitDefaultHelpFlag()
	return append(args[:1:1], withTwoDashes(command.Flags(), args[1:])...), nil
}

// find returns the command of a name, or nil.
func find(root *cobra.Command, name string) *cobra.Command {
	for _, command := range root.Commands() {
		if command.Name() == name {
			return command
		}
	}
	return nil
}

func unknownCommand(root *cobra.Command, name string) error {
	var names []string
	for _, command := range root.Commands() {
		names = append(names, command.Name())
	}
	return usageErrorf("unknown command %q%s", name, fields.DidYouMean(name, names))
}

// withTwoDashes returns the arguments of a command with two dashes before each long flag: -addr becomes --addr. To the
// library -addr means the flags -a, -d, -d and -r. A flag's value is left as it is, even if it begins with a dash.
func withTwoDashes(flags *pflag.FlagSet, args []string) (arranged []string) {
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			return append(arranged, args[i:]...)
		}
		dashes := len(arg) - len(strings.TrimLeft(arg, "-"))
		name, _, hasValue := strings.Cut(arg[dashes:], "=")
		if dashes == 1 && len(name) > 1 {
			arg = "-" + arg
		}
		arranged = append(arranged, arg)
		flag := flags.Lookup(name)
		takesNext := dashes > 0 && flag != nil && !hasValue && flag.NoOptDefVal == ""
		if takesNext && i+1 < len(args) {
			i++
			arranged = append(arranged, args[i])
		}
	}
	return arranged
}

// noArguments checks the arguments of a command that takes flags only.
func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageErrorf("it takes no arguments, but got %q", args[0])
	}
	return nil
}

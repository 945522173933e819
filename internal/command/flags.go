package command

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"example.com/pipesfake/scenarios"
)

// parseFlags parses the arguments, and sets the flags that they leave out from variables. Before it returns an error,
// flag.ErrHelp included, it prints the error or the help.
func parseFlags(flags *flag.FlagSet, p Process, args []string) error {
	flags.SetOutput(io.Discard) // the flag package would print all flags with every error
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		flags.SetOutput(p.Stdout)
		flags.Usage()
		return err
	}
	flags.SetOutput(p.Stderr)
	if err != nil {
		return reportError(flags, "%s", explainError(flags, err))
	}
	if flags.NArg() > 0 {
		return reportError(flags, "it takes no argument %q, only flags", flags.Arg(0))
	}
	return setFromVariables(flags, p.Getenv)
}

// setFromVariables sets every flag that no argument has set and that has a variable: --addr has PIPESFAKE_ADDR.
func setFromVariables(flags *flag.FlagSet, getenv func(string) string) (wrong error) {
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	flags.VisitAll(func(f *flag.Flag) {
		variable := "PIPESFAKE_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if value := getenv(variable); value != "" && !given[f.Name] {
			if err := flags.Set(f.Name, value); err != nil {
				wrong = reportError(flags, "invalid value %q for %s: %s", value, variable, explainValue(f, err))
			}
		}
	})
	return wrong
}

// explainError returns the text of an error of package flag, with what to write instead.
func explainError(flags *flag.FlagSet, err error) string {
	text := err.Error()
	if name, unknown := strings.CutPrefix(text, "flag provided but not defined: -"); unknown {
		var known []string
		flags.VisitAll(func(f *flag.Flag) { known = append(known, "--"+f.Name) })
		suggestion := scenarios.DidYouMean("--"+name, known)
		return fmt.Sprintf("unknown flag --%s%s: %s -h lists them", name, suggestion, flags.Name())
	}
	invalid := regexp.MustCompile(`(?s)^(invalid .* for (?:flag )?-)([a-z-]+): parse error$`)
	if match := invalid.FindStringSubmatch(text); match != nil {
		return match[1] + "-" + match[2] + ": " + explainValue(flags.Lookup(match[2]), err)
	}
	return text
}

// explainValue returns what values a flag takes, in place of the "parse error" of package flag.
func explainValue(f *flag.Flag, err error) string {
	if getter, ok := f.Value.(flag.Getter); ok && strings.HasSuffix(err.Error(), "parse error") {
		switch getter.Get().(type) {
		case bool:
			return "it is true or false"
		case int:
			return "it is a whole number"
		case time.Duration:
			return "it is a duration like 90s, 30m or 24h"
		}
	}
	return err.Error()
}

// reportError prints an error after the name of the command, and returns it.
func reportError(flags *flag.FlagSet, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	fmt.Fprintf(flags.Output(), "%s: %v\n", flags.Name(), err)
	return err
}

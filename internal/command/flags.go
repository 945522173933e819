package command

import (
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.com/pipesfake/internal/fields"
)

// noVariable marks a flag that no variable sets.
const noVariable = "no variable"

// onlyFlags marks flags that no variable sets, because their value is part of one call: a PIPESFAKE_USER that is left
// over must not change a switch.
func onlyFlags(flags *pflag.FlagSet, names ...string) {
	for _, name := range names {
		_ = flags.SetAnnotation(name, noVariable, nil) // fails only for a flag that is not defined
	}
}

// variableOf returns the variable that sets a flag, or "": --addr has PIPESFAKE_ADDR.
func variableOf(f *pflag.Flag) string {
	if _, isMarked := f.Annotations[noVariable]; isMarked || f.Name == "help" {
		return ""
	}
	return variableName(f.Name)
}

func variableName(flag string) string {
	return "PIPESFAKE_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// setFromVariables sets every flag that no argument has set and that has a variable.
func setFromVariables(flags *pflag.FlagSet, getenv func(string) string) (wrong error) {
	flags.VisitAll(func(f *pflag.Flag) {
		variable := variableOf(f)
		if variable == "" || f.Changed {
			return
		}
		if value := getenv(variable); value != "" {
			if err := flags.Set(f.Name, value); err != nil {
				wrong = usageErrorf("invalid value %q for %s: %s", value, variable, explainValue(f, err))
			}
		}
	})
	return wrong
}

// explainFlagError returns the error for a flag that cannot be parsed, with what to write instead.
func explainFlagError(command *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		var known []string
		command.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, "--"+f.Name) })
		name := "--" + unknown.GetSpecifiedName()
		return usageErrorf("unknown flag %s%s: %s -h lists them",
			name, fields.DidYouMean(name, known), command.CommandPath())
	case errors.As(err, &missing):
		return usageErrorf("flag needs an argument: --%s", missing.GetFlag().Name)
	case errors.As(err, &invalid):
		f := invalid.GetFlag()
		if f.Value.Type() == "bool" {
			return usageErrorf("invalid boolean value %q for --%s: %s",
				invalid.GetValue(), f.Name, explainValue(f, err))
		}
		return usageErrorf("invalid value %q for flag --%s: %s", invalid.GetValue(), f.Name, explainValue(f, err))
	}
	return usageErrorf("%v", err)
}

// explainValue returns which values a flag takes, for a value that it does not take.
func explainValue(f *pflag.Flag, err error) string {
	if errors.Is(err, strconv.ErrRange) {
		return "value out of range"
	}
	switch f.Value.Type() {
	case "bool":
		return "it is true or false"
	case "int":
		return "it is a whole number"
	case "duration":
		return "it is a duration like 90s, 30m or 24h"
	}
	if invalid := new(pflag.InvalidValueError); errors.As(err, &invalid) {
		return invalid.Unwrap().Error() // its own text names the flag once more
	}
	return err.Error()
}

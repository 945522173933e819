// Package command is the command line of pipesfake: serve, check, coverage, healthcheck, schema and version, a file
// each. Run takes everything it needs as arguments, so that tests can run it like any function.
package command

import (
	"context"
	"fmt"
	"strings"

	"example.com/pipesfake/internal/version"
	"example.com/pipesfake/scenarios"
)

// Run runs the command that the arguments name, serve if they name none, and returns its exit code. It returns early
// when ctx ends.
func Run(ctx context.Context, p Process) int {
	name, args := "serve", p.Args
	switch {
	case len(args) > 0 && wantsHelp(args[:1]):
		name, args = "help", args[1:]
	case len(args) > 0 && !strings.HasPrefix(args[0], "-"):
		name, args = args[0], args[1:]
	}
	switch name {
	case "serve":
		return serve(ctx, p, args)
	case "check":
		return check(p, args)
	case "coverage":
		return coverage(ctx, p, args)
	case "healthcheck":
		return healthcheck(ctx, p, args)
	case "schema":
		return printText(p, name, args, string(scenarios.Schema()))
	case "version":
		return printText(p, name, args, "pipesfake "+version.Get().String()+"\n")
	case "help":
		printUsage(p.Stdout)
		return exitOK
	}
	names := []string{"serve", "check", "coverage", "healthcheck", "schema", "version"}
	fmt.Fprintf(p.Stderr, "pipesfake: unknown command %q%s\n", name, scenarios.DidYouMean(name, names))
	printUsage(p.Stderr)
	return exitUsage
}

package command

import (
	"fmt"
	"io"
)

func printUsage(w io.Writer) {
	fmt.Fprint(w, `usage: pipesfake [command] [flags]

  serve         answer the WorkOS Pipes API (the default; pipesfake serve -h lists its flags)
  check FILE…   tell every mistake of scenario files, each as file:line:col
  coverage      tell which answers a running pipesfake gave, and fail below --min percent; for CI
  healthcheck   ask a running pipesfake whether it is healthy; for containers
  schema        print the JSON Schema of scenario files, for editors
  version       print the version

Every flag of serve can be set as a variable: --control-addr is PIPESFAKE_CONTROL_ADDR.
`)
}

// printText runs a command that only prints a text.
func printText(p Process, name string, args []string, text string) int {
	if wantsHelp(args) {
		printUsage(p.Stdout)
		return exitOK
	}
	if len(args) > 0 {
		fmt.Fprintf(p.Stderr, "pipesfake %s: takes no arguments\n", name)
		return exitUsage
	}
	fmt.Fprint(p.Stdout, text)
	return exitOK
}

func wantsHelp(args []string) bool {
	return len(args) == 1 && (args[0] == "-h" || args[0] == "--help")
}

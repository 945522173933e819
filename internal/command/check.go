package command

import (
	"fmt"
	"strings"

	"example.com/pipesfake/scenarios"
)

// check loads scenario files, prints their mistakes, and fails if one of them has any.
func check(p Process, files []string) int {
	if wantsHelp(files) {
		printUsage(p.Stdout)
		return exitOK
	}
	if len(files) == 0 || strings.HasPrefix(files[0], "-") {
		fmt.Fprintln(p.Stderr, "usage: pipesfake check FILE…")
		return exitUsage
	}
	code := exitOK
	for _, file := range files {
		set, err := scenarios.Load(file)
		if err != nil {
			fmt.Fprintln(p.Stderr, err)
			code = exitFailed
			continue
		}
		fmt.Fprintf(p.Stdout, "%s: good (%d scenarios, %d connections)\n",
			file, len(set.Scenarios()), len(set.Connections()))
	}
	return code
}

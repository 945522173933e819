package command

import "io"

// Process is what a command sees of the process that runs it.
type Process struct {
	Args   []string                 // without the name of the program
	Getenv func(name string) string // looks up an environment variable, like os.Getenv
	Stdout io.Writer
	Stderr io.Writer
	Tour   []byte // the scenario file that serve uses where there is no other
}

// The exit codes of all commands.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // wrong flags or arguments
)

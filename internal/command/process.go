package command

import (
	"context"
	"fmt"
	"io"

	"example.com/pipesfake/fake"
)

// Process is what a command sees of the process that runs it.
type Process struct {
	Args      []string                                     // without the name of the program
	LookupEnv func(name string) (value string, isSet bool) // looks up an environment variable, like os.LookupEnv
	Stdin     io.Reader
	Stdout    io.Writer
	Stderr    io.Writer
	Tour      []byte // the scenario file that serve uses where there is no other

	// OpenFile opens the file that --state names.
	OpenFile func(ctx context.Context, path string) (fake.Store, error)
	// OpenDatabase opens the database at the address that --state names. With wait, a save ends when so many replicas
	// of the database have it.
	OpenDatabase func(ctx context.Context, address string, wait int) (fake.Store, error)
}

// getenv returns an environment variable, or "" if it is not set.
func (p Process) getenv(name string) string {
	value, _ := p.LookupEnv(name)
	return value
}

// The exit codes of all commands.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // wrong flags or arguments
)

// exit is the error of a command that has printed what is wrong; the process ends with this code.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// exitWith returns the error that ends the process with a code, nil for exitOK.
func exitWith(code int) error {
	if code == exitOK {
		return nil
	}
	return exit(code)
}

// The groups of the list of commands.
const (
	groupServer = "server"
	groupFiles  = "files"
	groupOther  = "other"
)

// Command pipesfake serves a fake of the WorkOS Pipes API. "pipesfake help" lists its commands.
package main

import (
	"context"
	_ "embed"
	"os"
	"os/signal"
	"syscall"

	"example.com/pipesfake/internal/command"
	"example.com/pipesfake/internal/engine"
)

// tour is the scenario file that is served where there is no other.
//
//go:embed scenarios.yaml
var tour []byte

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	code := command.Run(ctx, command.Process{
		Args: os.Args[1:], LookupEnv: os.LookupEnv, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Tour: tour, OpenFile: engine.OpenFile, OpenDatabase: engine.OpenDatabase,
	})
	stop()
	os.Exit(code)
}

package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"example.com/pipesfake/fake"
)

// How long the process takes to stop after a signal, and how much of this the calls in progress may use.
const (
	stopTime  = 5 * time.Second
	drainTime = 3 * time.Second
)

// serve runs the server until ctx ends.
func serve(ctx context.Context, p Process, args []string) int {
	c, err := readConfig(p, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitUsage
	}
	set, err := c.loadScenarios(p.Tour)
	if err != nil {
		fmt.Fprintln(p.Stderr, err)
		return exitFailed
	}
	server, err := fake.New(c.options(set, c.newLogger(p.Stderr))...)
	if err != nil {
		fmt.Fprintln(p.Stderr, "pipesfake:", err)
		if unusable := new(fake.StateError); errors.As(err, &unusable) {
			return exitFailed
		}
		return exitUsage
	}
	deadline, cancel := deadlineAfter(ctx, stopTime)
	defer cancel()
	code := listenAndServe(ctx, p, c, server)
	if err := server.Shutdown(deadline); err != nil {
		fmt.Fprintln(p.Stderr, "pipesfake:", err)
		return exitFailed
	}
	return code
}

// listenAndServe opens the listeners, announces them, and serves until ctx ends.
func listenAndServe(ctx context.Context, p Process, c config, server *fake.Server) int {
	listeners, err := listen(c, server)
	if err != nil {
		fmt.Fprintln(p.Stderr, "pipesfake:", err)
		return exitFailed
	}
	background, stop := context.WithCancel(ctx)
	defer stop()
	if p.Getenv("GOGC") == "" {
		go tuneGC(background)
	}
	if c.watch {
		go server.Watch(background, c.scenarioFile())
	}
	announce(p.Stdout, c, listeners)
	return serveAll(ctx, server, listeners, p.Stderr)
}

// deadlineAfter returns a context that ends when the given time has passed since the end of ctx.
func deadlineAfter(ctx context.Context, wait time.Duration) (context.Context, context.CancelFunc) {
	deadline, cancel := context.WithCancel(context.WithoutCancel(ctx))
	context.AfterFunc(ctx, func() { time.AfterFunc(wait, cancel) })
	return deadline, cancel
}

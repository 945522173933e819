package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"
)

// How long the process takes to stop after a signal, and how much of this the calls in progress may use.
const (
	stopTime  = 5 * time.Second
	drainTime = 3 * time.Second
	leaveTime = 300 * time.Millisecond // that one of several replicas goes on serving
)

func newServe(p Process) *cobra.Command {
	var c config
	command := &cobra.Command{
		Use: "serve", GroupID: groupFiles, Short: "serve the WorkOS Pipes API; the default",
		Long: "Serve the WorkOS Pipes API, as a scenario file says, until a signal ends it. This is what pipesfake " +
			"does\nwithout a command.",
		Example: "  pipesfake serve\n" +
			"  pipesfake serve --scenarios tests/scenarios.yaml --watch\n" +
			"  pipesfake serve --addr 127.0.0.1:0 --verbose",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageErrorf("it takes no argument %q, only flags: name a file with --scenarios", args[0])
			}
			return nil
		},
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(command *cobra.Command, _ []string) error {
			if err := c.check(); err != nil {
				return err
			}
			return exitWith(serve(command.Context(), p, c))
		},
	}
	command.Flags().SortFlags = false
	c.define(command.Flags())
	// These fail only for a flag that is not defined.
	_ = command.MarkFlagFilename("scenarios", "yaml", "yml")
	_ = command.RegisterFlagCompletionFunc("log",
		cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
	return command
}

// serve runs the server until ctx ends.
func serve(ctx context.Context, p Process, c config) int {
	if p.getenv("GOGC") == "" {
		limitGarbage(c.scenarioFile())
	}
	set, err := c.loadScenarios(p)
	if err != nil {
		fmt.Fprintln(p.Stderr, err)
		return exitFailed
	}
	listeners, err := listen(c)
	if err != nil {
		fmt.Fprintln(p.Stderr, "pipesfake:", err)
		return exitFailed
	}
	server, code := newServer(ctx, p, c, set, listeners[0])
	if server == nil {
		for _, one := range listeners {
			_ = one.Close()
		}
		return code
	}
	listeners[0].handler = server
	if len(listeners) > 1 {
		listeners[1].handler = server.ControlHandler()
	}
	if c.stopWithStdin {
		var stop context.CancelFunc
		ctx, stop = context.WithCancel(ctx)
		defer stop()
		go stopAtEnd(p.Stdin, stop)
	}
	deadline, cancel := deadlineAfter(ctx, stopTime)
	defer cancel()
	code = announceAndServe(ctx, p, c, server, listeners)
	if err := server.Shutdown(deadline); err != nil {
		fmt.Fprintln(p.Stderr, "pipesfake:", err)
		return exitFailed
	}
	return code
}

// newServer returns the server, with its store. If it cannot be made, it prints why, and returns nil and the exit code.
func newServer(ctx context.Context, p Process, c config, set *scenarios.Set, api listener) (*fake.Server, int) {
	options := c.options(set, c.newLogger(p.Stderr))
	if c.state != "" {
		store, err := c.openStore(ctx, p)
		if err != nil {
			fmt.Fprintln(p.Stderr, "pipesfake: --state:", err)
			return nil, exitFailed
		}
		options = append(options, fake.WithStore(store))
		if c.isStateShared() {
			options = append(options, fake.WithReplica(cmp.Or(c.replicaURL, api.replicaURL())))
		}
	}
	server, err := fake.New(options...)
	if err != nil {
		fmt.Fprintln(p.Stderr, "pipesfake:", err)
		if unusable := new(fake.StateError); errors.As(err, &unusable) {
			return nil, exitFailed
		}
		return nil, exitUsage
	}
	return server, exitOK
}

// openStore opens what --state names.
func (c config) openStore(ctx context.Context, p Process) (fake.Store, error) {
	if c.isStateShared() {
		return p.OpenDatabase(ctx, c.state, c.stateWait)
	}
	return p.OpenFile(ctx, c.state)
}

// announceAndServe prints where the server listens, and serves until ctx ends.
func announceAndServe(ctx context.Context, p Process, c config, server *fake.Server, listeners []listener) int {
	background, stop := context.WithCancel(ctx)
	defer stop()
	if p.getenv("GOGC") == "" {
		go tuneGC(background)
	}
	if c.watch {
		go server.Watch(background, c.scenarioFile())
	}
	announce(p.Stdout, c, listeners)
	var leave time.Duration
	if c.isStateShared() {
		leave = leaveTime
	}
	return serveAll(ctx, server, listeners, leave, p.Stderr)
}

// stopAtEnd calls stop when the input ends. The operating system closes a pipe when the process that holds its other
// end is killed, so that a test runner leaves no server behind, whatever happens to it.
func stopAtEnd(input io.Reader, stop func()) {
	_, _ = io.Copy(io.Discard, input)
	stop()
}

// deadlineAfter returns a context that ends when the given time has passed since the end of ctx.
func deadlineAfter(ctx context.Context, wait time.Duration) (context.Context, context.CancelFunc) {
	deadline, cancel := context.WithCancel(context.WithoutCancel(ctx))
	context.AfterFunc(ctx, func() { time.AfterFunc(wait, cancel) })
	return deadline, cancel
}

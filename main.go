// Command pipesfake serves a fake of the WorkOS Pipes API. Its words: serve (the default), check,
// coverage, healthcheck, schema, version.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"
)

// defaultScenarios is served where no file is: a tour that disturbs nobody.
//
//go:embed scenarios.yaml
var defaultScenarios []byte

const (
	defaultFile = "scenarios.yaml" // that serve looks for
	defaultAddr = "127.0.0.1:4101"
)

const (
	exitOK = iota
	exitFailed
	exitUsage
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends it at once
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole command: what goes in are its arguments and environment variables, what comes out
// is text and the exit code. It ends when ctx does.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	word := "serve"
	if len(args) > 0 && wantsHelp(args[:1]) {
		word, args = "help", args[1:]
	}
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		word, args = args[0], args[1:]
	}
	switch word {
	case "serve":
		return serve(ctx, args, getenv, stdout, stderr)
	case "check":
		return check(args, stdout, stderr)
	case "coverage":
		return coverage(ctx, args, getenv, stdout, stderr)
	case "healthcheck":
		return healthcheck(ctx, args, getenv, stdout, stderr)
	case "schema":
		return plain(word, args, stdout, stderr, string(scenarios.Schema()))
	case "version":
		return plain(word, args, stdout, stderr, "pipesfake "+version()+"\n")
	case "help":
		usage(stdout)
		return exitOK
	}
	words := []string{"serve", "check", "coverage", "healthcheck", "schema", "version"}
	fmt.Fprintf(stderr, "pipesfake: unknown command %q%s\n", word, scenarios.DidYouMean(word, words))
	usage(stderr)
	return exitUsage
}

func usage(w io.Writer) {
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

// plain answers the commands that only print.
func plain(word string, args []string, stdout, stderr io.Writer, text string) int {
	if wantsHelp(args) {
		usage(stdout)
		return exitOK
	}
	if len(args) > 0 {
		fmt.Fprintf(stderr, "pipesfake %s: takes no arguments\n", word)
		return exitUsage
	}
	fmt.Fprint(stdout, text)
	return exitOK
}

func wantsHelp(args []string) bool {
	return len(args) == 1 && (args[0] == "-h" || args[0] == "--help")
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

func check(files []string, stdout, stderr io.Writer) int {
	if wantsHelp(files) {
		usage(stdout)
		return exitOK
	}
	if len(files) == 0 || strings.HasPrefix(files[0], "-") {
		fmt.Fprintln(stderr, "usage: pipesfake check FILE…")
		return exitUsage
	}
	code := exitOK
	for _, file := range files {
		set, err := scenarios.Load(file)
		if err != nil {
			fmt.Fprintln(stderr, err)
			code = exitFailed
			continue
		}
		fmt.Fprintf(stdout, "%s: good (%d scenarios, %d connections)\n", file, len(set.Scenarios()), len(set.Connections()))
	}
	return code
}

// serve answers until ctx ends.
func serve(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) (code int) {
	c, err := parse(args, getenv, stdout, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitUsage
	}
	var handler slog.Handler = slog.NewTextHandler(stderr, nil)
	if c.log == "json" {
		handler = slog.NewJSONHandler(stderr, nil)
	}
	set, err := c.scenarios()
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitFailed
	}
	server, err := fake.New(c.options(set, slog.New(handler))...)
	if err != nil {
		fmt.Fprintln(stderr, "pipesfake:", err)
		if unusable := new(fake.StateError); errors.As(err, &unusable) {
			return exitFailed
		}
		return exitUsage
	}
	deadline, cancel := deadlineAfter(ctx, stopTime)
	defer cancel()
	defer func() {
		if err := server.Shutdown(deadline); err != nil {
			fmt.Fprintln(stderr, "pipesfake:", err)
			code = exitFailed
		}
	}()
	listeners, err := c.listen(server)
	if err != nil {
		fmt.Fprintln(stderr, "pipesfake:", err)
		return exitFailed
	}
	beside, stop := context.WithCancel(ctx)
	defer stop()
	if getenv("GOGC") == "" {
		go tuneGC(beside)
	}
	if c.watch {
		go server.Watch(beside, c.scenarioFile())
	}
	c.announce(stdout, listeners)
	return serveAll(ctx, server, listeners, stderr)
}

// The time from a signal to the end of the process, and how much of it the calls in progress have.
const (
	stopTime  = 5 * time.Second
	drainTime = 3 * time.Second
)

// deadlineAfter returns a context that ends so long after another one did.
func deadlineAfter(ctx context.Context, wait time.Duration) (context.Context, context.CancelFunc) {
	deadline, cancel := context.WithCancel(context.WithoutCancel(ctx))
	context.AfterFunc(ctx, func() { time.AfterFunc(wait, cancel) })
	return deadline, cancel
}

// announce says where, and three things to try there.
func (c config) announce(stdout io.Writer, listeners []listener) {
	api := listeners[0]
	control := listeners[len(listeners)-1]
	file := c.scenarioFile()
	if file == "" {
		file = "the built-in tour"
	}
	if c.log == "json" {
		slog.New(slog.NewJSONHandler(stdout, nil)).Info("listening", "addr", api.Addr().String(), "url", api.url(), "control_url", control.url(), "scenarios", file)
		return
	}
	fmt.Fprintf(stdout, "pipesfake listening on %s (%s)\n", api.url(), file)
	if c.controlAddr != "" {
		fmt.Fprintf(stdout, "control plane on %s\n", control.url())
	}
	host, port, _ := net.SplitHostPort(strings.TrimPrefix(api.url(), "http://"))
	fmt.Fprintf(stdout, "the page is at %s/_ui/\n", control.url())
	token := ""
	if c.controlToken != "" {
		token = ` -H "X-Pipesfake-Token: $PIPESFAKE_CONTROL_TOKEN"`
	}
	fmt.Fprintf(stdout, `
Three things to try:

1. a token:
   curl %[1]s/data-integrations/github/token -H 'Authorization: Bearer sk_test' -d '{"user_id": "user_1"}'

2. a switch, then the token again:
   curl -X PUT %[2]s/_control/scenario%[5]s -d '{"scenario": "needs_reauthorization", "user_id": "user_1"}'

3. your application's SDK:
   Node    new WorkOS('sk_test', { apiHostname: '%[3]s', port: %[4]s, https: false })
   Python  WorkOSClient(api_key='sk_test', client_id='client_test', base_url='%[1]s/')
`, api.url(), control.url(), host, port, token)
}

// listener is an address and who answers there.
type listener struct {
	net.Listener
	handler http.Handler
}

func (l listener) url() string {
	host, port, _ := net.SplitHostPort(l.Addr().String())
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

func (c config) listen(server *fake.Server) ([]listener, error) {
	api, err := net.Listen("tcp", c.addr)
	if err != nil {
		return nil, err
	}
	listeners := []listener{{api, server}}
	if c.controlAddr != "" {
		control, err := net.Listen("tcp", c.controlAddr)
		if err != nil {
			_ = api.Close()
			return nil, err
		}
		listeners = append(listeners, listener{control, server.ControlHandler()})
	}
	return listeners, nil
}

// serverOf bounds how long a client may take with its headers, and be silent between calls. The fake itself
// bounds how long a body may take. Nothing bounds a call: streams, waits and hangs are long.
func serverOf(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
	}
}

// serveAll answers until ctx ends, then lets the calls in progress finish.
func serveAll(ctx context.Context, fake *fake.Server, listeners []listener, stderr io.Writer) int {
	failed := make(chan error, len(listeners))
	servers := make([]*http.Server, len(listeners))
	for i, l := range listeners {
		servers[i] = serverOf(l.handler)
		servers[i].RegisterOnShutdown(fake.Drain)
		go func() { failed <- servers[i].Serve(l) }()
	}
	select {
	case err := <-failed:
		fmt.Fprintln(stderr, "pipesfake:", err)
		return exitFailed
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	for _, server := range servers {
		if server.Shutdown(drain) != nil {
			fmt.Fprintf(stderr, "pipesfake: calls still in progress after %s are cut off\n", drainTime)
			_ = server.Close()
		}
	}
	return exitOK
}

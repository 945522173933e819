package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// asker asks a running server.
type asker struct {
	flags        *flag.FlagSet
	addr         *string
	controlToken *string // nil: it is not needed
}

// newAsker is a command that asks; does says what for, and what its exit codes mean.
func newAsker(command, does string, stderr io.Writer) asker {
	flags := flag.NewFlagSet("pipesfake "+command, flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintf(flags.Output(), "usage: %s [flags]\n\n%s\n\n", flags.Name(), does)
		flags.PrintDefaults()
	}
	return asker{flags: flags, addr: flags.String("addr", defaultAddr, "`address` that the server listens on")}
}

// get answers the body of a path, and whether it could; if not, why has been printed, and code is for the shell.
func (a asker) get(ctx context.Context, path string) (body []byte, code int) {
	host, port, err := net.SplitHostPort(*a.addr)
	if err != nil {
		_ = complain(a.flags, "--addr: %v", err)
		return nil, exitUsage
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	client := &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{}} // no proxy stands between
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+path, nil)
	if err != nil {
		_ = complain(a.flags, "--addr: %v", err)
		return nil, exitUsage
	}
	if a.controlToken != nil && *a.controlToken != "" {
		request.Header.Set("X-Pipesfake-Token", *a.controlToken)
	}
	response, err := client.Do(request)
	if err != nil {
		_ = complain(a.flags, "%v", err)
		return nil, exitFailed
	}
	defer response.Body.Close()
	if body, err = io.ReadAll(response.Body); err != nil || response.StatusCode != http.StatusOK {
		_ = complain(a.flags, "%s answered %s: %s", request.URL, response.Status, body)
		return nil, exitFailed
	}
	return body, exitOK
}

// parse reads the flags; done tells that nothing more is to be done, and the code for the shell.
func (a asker) parse(args []string, getenv func(string) string, stdout io.Writer) (code int, done bool) {
	switch err := parseFlags(a.flags, args, getenv, stdout); {
	case errors.Is(err, flag.ErrHelp):
		return exitOK, true
	case err != nil:
		return exitUsage, true
	}
	return exitOK, false
}

// healthcheck exits 0 when a server at the address of serve's flag or variable is healthy.
func healthcheck(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	a := newAsker("healthcheck", "It asks a running pipesfake for its health, and exits 0 when it is healthy, 1 when it is not or does not answer, 2 when\n"+
		"a flag is wrong.", stderr)
	if code, done := a.parse(args, getenv, stdout); done {
		return code
	}
	_, code := a.get(ctx, "/health")
	return code
}

// coverage prints which answers all environments of a server gave, and exits 1 when they are fewer than wanted.
func coverage(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	a := newAsker("coverage", "It prints which answers a running pipesfake gave, and exits 0, 1 when they are fewer than --min or it does not answer,\n"+
		"2 when a flag is wrong.", stderr)
	controlAddr := a.flags.String("control-addr", "", "`address` of the control plane, where it has one of its own")
	a.controlToken = a.flags.String("control-token", "", "`token` that the control plane wants")
	least := a.flags.Int("min", 0, "exit 1 below so many `percent` of the answers of every provider")
	if code, done := a.parse(args, getenv, stdout); done {
		return code
	}
	if *least < 0 || *least > 100 {
		_ = complain(a.flags, "--min must be 0 to 100 percent, not %d", *least)
		return exitUsage
	}
	if *controlAddr != "" {
		a.addr = controlAddr
	}
	table, code := a.get(ctx, "/_control/coverage?all=true&format=markdown")
	if code != exitOK {
		return code
	}
	numbers, code := a.get(ctx, "/_control/coverage?all=true")
	if code != exitOK {
		return code
	}
	var covered struct{ Percent int }
	if err := json.Unmarshal(numbers, &covered); err != nil {
		_ = complain(a.flags, "%v", err)
		return exitFailed
	}
	fmt.Fprintf(stdout, "%s", table)
	if covered.Percent < *least {
		_ = complain(a.flags, "%d %% of the answers were seen, which is less than --min %d", covered.Percent, *least)
		return exitFailed
	}
	return exitOK
}

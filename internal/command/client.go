package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// client is a command that calls a running server.
type client struct {
	flags        *flag.FlagSet
	addr         *string
	controlToken *string // nil if the command needs no token
}

// newClient returns the client for a command. about is what its help says above the flags.
func newClient(p Process, name, about string) client {
	flags := flag.NewFlagSet("pipesfake "+name, flag.ContinueOnError)
	flags.SetOutput(p.Stderr)
	flags.Usage = func() {
		fmt.Fprintf(flags.Output(), "usage: %s [flags]\n\n%s\n\n", flags.Name(), about)
		flags.PrintDefaults()
	}
	return client{flags: flags, addr: flags.String("addr", defaultAddr, "`address` that the server listens on")}
}

// parse reads the flags. If done is true, the command ends with code; everything has been printed.
func (c client) parse(p Process, args []string) (code int, done bool) {
	switch err := parseFlags(c.flags, p, args); {
	case errors.Is(err, flag.ErrHelp):
		return exitOK, true
	case err != nil:
		return exitUsage, true
	}
	return exitOK, false
}

// get returns the body of a successful GET. Otherwise it prints the error and returns the code to exit with.
func (c client) get(ctx context.Context, path string) (body []byte, code int) {
	host, port, err := net.SplitHostPort(*c.addr)
	if err != nil {
		_ = reportError(c.flags, "--addr: %v", err)
		return nil, exitUsage
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	url := "http://" + net.JoinHostPort(host, port) + path
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		_ = reportError(c.flags, "--addr: %v", err)
		return nil, exitUsage
	}
	if c.controlToken != nil && *c.controlToken != "" {
		request.Header.Set("X-Pipesfake-Token", *c.controlToken)
	}
	// A transport of its own uses no proxy from the environment.
	caller := &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{}}
	response, err := caller.Do(request)
	if err != nil {
		_ = reportError(c.flags, "%v", err)
		return nil, exitFailed
	}
	defer response.Body.Close()
	if body, err = io.ReadAll(response.Body); err != nil || response.StatusCode != http.StatusOK {
		_ = reportError(c.flags, "%s answered %s: %s", request.URL, response.Status, body)
		return nil, exitFailed
	}
	return body, exitOK
}

package command

import (
	"cmp"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/internal/origin"
	"example.com/pipesfake/scenarios"
)

const (
	defaultFile = "scenarios.yaml" // served if it is in the working directory
	defaultAddr = "127.0.0.1:4101"
)

// config holds the values of serve's flags.
type config struct {
	addr         string
	controlAddr  string
	controlToken string
	externalURL  string
	trustProxy   bool // use X-Forwarded headers for addresses
	hosts        hostList
	origins      originList
	strictHost   bool
	linkLocal    bool // allow webhooks to link-local addresses

	file     string // of scenarios; scenarioFile applies the default
	watch    bool
	fallback string
	state    string

	stateWait  int
	replicaURL string

	environments int           // at most
	idle         time.Duration // after which an unused environment is removed
	journal      int           // requests that each environment keeps

	stopWithStdin bool // stop when the standard input ends

	log     string // text or json
	verbose bool
}

// hostList is a flag that can be repeated, and takes several names separated by commas.
type hostList []string

func (h *hostList) String() string { return strings.Join(*h, ",") }
func (h *hostList) Type() string   { return "name" }
func (h *hostList) Set(names string) error {
	for _, name := range strings.Split(names, ",") {
		*h = append(*h, strings.TrimSpace(name))
	}
	return nil
}

// originList is a flag that can be repeated, and takes several origins separated by commas.
type originList []string

func (o *originList) String() string { return strings.Join(*o, ",") }
func (o *originList) Type() string   { return "URL" }
func (o *originList) Set(origins string) error {
	for _, one := range strings.Split(origins, ",") {
		one = strings.TrimSpace(one)
		if err := origin.Check(one); err != nil {
			return fmt.Errorf("%q %w", one, err)
		}
		*o = append(*o, one)
	}
	return nil
}

// define defines the flags of serve, with their defaults and help.
func (c *config) define(flags *pflag.FlagSet) {
	flags.StringVar(&c.addr, "addr", defaultAddr, "`address` to listen on; port 0 takes a free one")
	flags.StringVar(&c.file, "scenarios", "", "scenario `file` (default ./scenarios.yaml, else a built-in tour)")
	flags.BoolVar(&c.watch, "watch", false, "reload the scenario file when it changes")
	flags.StringVar(&c.controlAddr, "control-addr", "", "serve /_control on a separate `address`")
	flags.StringVar(&c.controlToken, "control-token", "",
		"`token` that the control plane requires in X-Pipesfake-Token")
	flags.StringVar(&c.log, "log", "text", "log as `text or json`")
	flags.StringVar(&c.externalURL, "external-url", "", "`URL` at which clients reach this server")
	flags.BoolVar(&c.trustProxy, "trust-proxy", false,
		"use X-Forwarded-Proto and X-Forwarded-Host for consent addresses (behind a proxy that sets them)")
	flags.StringVar(&c.fallback, "fallback", "",
		"`URL` of a server that responds to all other requests, such as WorkOS's emulator")
	flags.Var(&c.hosts, "allow-host", "additional host `name` that the control plane accepts (repeatable; * is any)")
	flags.Var(&c.origins, "allow-origin",
		"`URL` of an application whose pages may make control calls, such as http://localhost:3000 (repeatable)")
	flags.BoolVar(&c.strictHost, "strict-host", false,
		"accept for the API, too, only the hosts that the control plane accepts")
	flags.BoolVar(&c.linkLocal, "allow-link-local", false, "also send webhooks to link-local addresses")
	flags.IntVar(&c.environments, "environments", 10_000, "maximum `number` of environments")
	flags.IntVar(&c.journal, "journal", 1000, "how many `requests` each environment stores")
	flags.DurationVar(&c.idle, "environment-idle", time.Hour,
		"`how long` an unused environment is kept; 0: forever")
	flags.StringVar(&c.state, "state", "",
		"`file`, or the redis:// URL of a database, that stores the environments across restarts (with secrets)")
	flags.IntVar(&c.stateWait, "state-wait", 0,
		"`number` of replicas of the Redis of --state that must have a change before its call is answered")
	flags.StringVar(&c.replicaURL, "replica-url", "",
		"`URL` at which other replicas reach this one (default: the address it listens on, or the name of the machine)")
	flags.BoolVar(&c.stopWithStdin, "stop-with-stdin", false,
		"stop when the standard input is closed, as it is when the process that started this one ends")
	flags.BoolVar(&c.verbose, "verbose", false, "log a line for each request, with the reason for its response")
}

// check reports the first value that serve cannot use.
func (c *config) check() error {
	if err := cmp.Or(checkAddr("addr", c.addr), checkAddr("control-addr", c.controlAddr)); err != nil {
		return err
	}
	switch {
	case c.log != "text" && c.log != "json":
		return usageErrorf("invalid value %q for --log or PIPESFAKE_LOG: it is text or json", c.log)
	case c.environments < 1 || c.idle < 0:
		return usageErrorf("--environments must be 1 or more (not %d), "+
			"and --environment-idle not negative (not %s)", c.environments, c.idle)
	case c.journal < 0 || c.journal > 1_000_000:
		return usageErrorf("--journal must be 0 to 1000000, not %d", c.journal)
	case c.watch && c.scenarioFile() == "":
		return usageErrorf("--watch has nothing to watch: name a file with --scenarios")
	}
	return c.checkState()
}

// checkState reports the first value about the state that serve cannot use.
func (c *config) checkState() error {
	switch {
	case c.stateWait < 0 || c.stateWait > 0 && !c.isStateShared():
		return usageErrorf("--state-wait must be the number of replicas of the Redis that --state names")
	case c.replicaURL != "" && !strings.HasPrefix(c.replicaURL, "http://") &&
		!strings.HasPrefix(c.replicaURL, "https://"):
		return usageErrorf("invalid value %q for --replica-url or PIPESFAKE_REPLICA_URL: write http://host:port",
			c.replicaURL)
	case c.replicaURL != "" && !c.isStateShared():
		return usageErrorf("--replica-url is for servers that share a Redis: name it with --state redis://host:6379/0")
	case c.isScenarioFile(c.state):
		return usageErrorf("%s is the scenario file: the state file needs a name of its own", c.state)
	}
	return nil
}

func checkAddr(name, addr string) error {
	if name == "control-addr" && addr == "" {
		return nil
	}
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return usageErrorf("invalid address %q for --%s or its variable: "+
			"write 127.0.0.1:4101, or :4101 for every interface", addr, name)
	}
	return nil
}

// scenarioFile returns the path of the file to serve, or "" for the built-in tour.
func (c *config) scenarioFile() string {
	if c.file != "" {
		return c.file
	}
	if _, err := os.Stat(defaultFile); err == nil {
		return defaultFile
	}
	return ""
}

// isStateShared reports whether --state names a database that several servers can use. The path of a file can have a
// colon after one letter.
func (c *config) isStateShared() bool {
	scheme, _, has := strings.Cut(c.state, ":/")
	return has && len(scheme) > 1 && !strings.ContainsAny(scheme, `/\.`)
}

// isScenarioFile reports whether a path leads to the scenario file.
func (c *config) isScenarioFile(path string) bool {
	one, err := os.Stat(path)
	other, err2 := os.Stat(c.scenarioFile())
	return err == nil && err2 == nil && os.SameFile(one, other)
}

// loadScenarios returns the scenarios of the file to serve, or of the tour.
func (c *config) loadScenarios(p Process) (*scenarios.Set, error) {
	if file := c.scenarioFile(); file != "" {
		return scenarios.LoadWith(file, p.LookupEnv)
	}
	return scenarios.ParseWith("the built-in "+defaultFile, p.Tour, p.LookupEnv)
}

// newLogger returns the logger that --log names.
func (c *config) newLogger(w io.Writer) *slog.Logger {
	if c.log == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// options returns the options of package fake that the flags ask for.
func (c *config) options(set *scenarios.Set, logger *slog.Logger) []fake.Option {
	options := []fake.Option{
		fake.WithScenarios(set),
		fake.WithLogger(logger),
		fake.WithEnvironments(c.environments, c.idle),
		fake.WithJournal(c.journal),
	}
	add := func(isWanted bool, option func() fake.Option) {
		if isWanted {
			options = append(options, option())
		}
	}
	add(len(c.hosts) > 0, func() fake.Option { return fake.WithAllowedHosts(c.hosts...) })
	add(len(c.origins) > 0, func() fake.Option { return fake.WithAllowedOrigins(c.origins...) })
	add(c.externalURL != "", func() fake.Option { return fake.WithExternalURL(c.externalURL) })
	add(c.trustProxy, fake.WithTrustedProxy)
	add(c.fallback != "", func() fake.Option { return fake.WithFallback(c.fallback) })
	add(c.controlToken != "", func() fake.Option { return fake.WithControlToken(c.controlToken) })
	add(c.controlAddr != "", fake.WithControlApart)
	add(c.strictHost, fake.WithStrictHost)
	add(c.linkLocal, fake.WithLinkLocalWebhooks)
	add(c.verbose, fake.WithVerbose)
	return options
}

package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/scenarios"
)

// config is what the flags say.
type config struct {
	addr, controlAddr, file, controlToken, log, externalURL, fallback, state string
	hosts                                                                    hostList
	watch, verbose, strictHost, linkLocal                                    bool
	environments, journal                                                    int
	idle                                                                     time.Duration
}

type hostList []string

func (h *hostList) String() string { return strings.Join(*h, ",") }
func (h *hostList) Set(names string) error {
	for _, name := range strings.Split(names, ",") {
		*h = append(*h, strings.TrimSpace(name))
	}
	return nil
}

// parse reads flags over variables over defaults. The error, or the help that was asked for, has been printed.
func parse(args []string, getenv func(string) string, stdout, stderr io.Writer) (config, error) {
	var c config
	flags := flag.NewFlagSet("pipesfake serve", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&c.addr, "addr", defaultAddr, "`address` to listen on; port 0 takes a free one")
	flags.StringVar(&c.file, "scenarios", "", "scenario `file` (default ./scenarios.yaml, else a built-in tour)")
	flags.BoolVar(&c.watch, "watch", false, "reload the scenario file when it changes")
	flags.StringVar(&c.controlAddr, "control-addr", "", "serve /_control on an `address` of its own")
	flags.StringVar(&c.controlToken, "control-token", "", "`token` that the control plane wants in X-Pipesfake-Token")
	flags.StringVar(&c.log, "log", "text", "log as `text or json`")
	flags.StringVar(&c.externalURL, "external-url", "", "`URL` at which clients reach this server")
	flags.StringVar(&c.fallback, "fallback", "", "`URL` of the server that answers what is not Pipes, such as WorkOS's emulator")
	flags.Var(&c.hosts, "allow-host", "host `name` that the control plane answers to, too (repeatable; * is any)")
	flags.BoolVar(&c.strictHost, "strict-host", false, "answer the API, too, only to hosts that the control plane answers to")
	flags.BoolVar(&c.linkLocal, "allow-link-local", false, "send webhooks to link-local addresses, too")
	flags.IntVar(&c.environments, "environments", 10_000, "the `most` environments that there can be")
	flags.IntVar(&c.journal, "journal", 1000, "how many `requests` each environment remembers")
	flags.DurationVar(&c.idle, "environment-idle", time.Hour, "`how long` an environment is unused before it goes; 0: it stays")
	flags.StringVar(&c.state, "state", "", "`file` that keeps the environments over a restart (it holds secrets)")
	flags.BoolVar(&c.verbose, "verbose", false, "log a line for each request, with the reason of its answer")
	wrong := parseFlags(flags, args, getenv, stdout)
	if wrong == nil {
		wrong = cmp.Or(checkAddr(flags, "addr", c.addr), checkAddr(flags, "control-addr", c.controlAddr))
	}
	if wrong == nil && c.log != "text" && c.log != "json" {
		wrong = complain(flags, "invalid value %q for --log or PIPESFAKE_LOG: it is text or json", c.log)
	}
	if wrong == nil && (c.environments < 1 || c.idle < 0) {
		wrong = complain(flags, "--environments must be 1 or more (not %d), and --environment-idle not negative (not %s)", c.environments, c.idle)
	}
	if wrong == nil && (c.journal < 0 || c.journal > 1_000_000) {
		wrong = complain(flags, "--journal must be 0 to 1000000, not %d", c.journal)
	}
	if wrong == nil && c.watch && c.scenarioFile() == "" {
		wrong = complain(flags, "--watch has nothing to watch: name a file with --scenarios")
	}
	return c, wrong
}

// parseFlags sets what the arguments leave unsaid from variables. The error, or the help that was asked for, has been
// printed.
func parseFlags(flags *flag.FlagSet, args []string, getenv func(string) string, stdout io.Writer) (wrong error) {
	stderr := flags.Output()
	flags.SetOutput(io.Discard) // it would tell of a mistake on a screen of flags
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		flags.SetOutput(stdout)
		flags.Usage()
		return err
	}
	flags.SetOutput(stderr)
	if err != nil {
		return complain(flags, "%s", mended(flags, err))
	}
	if flags.NArg() > 0 {
		return complain(flags, "it takes no argument %q, only flags", flags.Arg(0))
	}
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	flags.VisitAll(func(f *flag.Flag) {
		variable := "PIPESFAKE_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if value := getenv(variable); value != "" && !given[f.Name] {
			if err := flags.Set(f.Name, value); err != nil {
				wrong = complain(flags, "invalid value %q for %s: %s", value, variable, takes(f, err))
			}
		}
	})
	return wrong
}

// mended is an error of package flag with what to write instead.
func mended(flags *flag.FlagSet, err error) string {
	text := err.Error()
	if name, unknown := strings.CutPrefix(text, "flag provided but not defined: -"); unknown {
		var known []string
		flags.VisitAll(func(f *flag.Flag) { known = append(known, "--"+f.Name) })
		return fmt.Sprintf("unknown flag --%s%s: %s -h lists them", name, scenarios.DidYouMean("--"+name, known), flags.Name())
	}
	if match := regexp.MustCompile(`(?s)^(invalid .* for (?:flag )?-)([a-z-]+): parse error$`).FindStringSubmatch(text); match != nil {
		return match[1] + "-" + match[2] + ": " + takes(flags.Lookup(match[2]), err)
	}
	return text
}

// takes says what a flag is to be set to, in place of package flag's parse error.
func takes(f *flag.Flag, err error) string {
	if getter, ok := f.Value.(flag.Getter); ok && strings.HasSuffix(err.Error(), "parse error") {
		switch getter.Get().(type) {
		case bool:
			return "it is true or false"
		case int:
			return "it is a whole number"
		case time.Duration:
			return "it is a duration like 90s, 30m or 24h"
		}
	}
	return err.Error()
}

func complain(flags *flag.FlagSet, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	fmt.Fprintf(flags.Output(), "%s: %v\n", flags.Name(), err)
	return err
}

func checkAddr(flags *flag.FlagSet, name, addr string) error {
	if name == "control-addr" && addr == "" {
		return nil
	}
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return complain(flags, "invalid address %q for --%s or its variable: write 127.0.0.1:4101, or :4101 for every interface", addr, name)
	}
	return nil
}

// scenarioFile is the file to serve; empty for the built-in tour.
func (c config) scenarioFile() string {
	if c.file != "" {
		return c.file
	}
	if _, err := os.Stat(defaultFile); err == nil {
		return defaultFile
	}
	return ""
}

// scenarios loads what is to be served.
func (c config) scenarios() (*scenarios.Set, error) {
	if file := c.scenarioFile(); file != "" {
		return scenarios.Load(file)
	}
	return scenarios.Parse("the built-in "+defaultFile, defaultScenarios)
}

// options are those of package fake.
func (c config) options(set *scenarios.Set, logger *slog.Logger) []fake.Option {
	opts := []fake.Option{fake.WithScenarios(set), fake.WithLogger(logger), fake.WithEnvironments(c.environments, c.idle), fake.WithJournal(c.journal)}
	if len(c.hosts) > 0 {
		opts = append(opts, fake.WithAllowedHosts(c.hosts...))
	}
	if c.externalURL != "" {
		opts = append(opts, fake.WithExternalURL(c.externalURL))
	}
	if c.fallback != "" {
		opts = append(opts, fake.WithFallback(c.fallback))
	}
	if c.controlToken != "" {
		opts = append(opts, fake.WithControlToken(c.controlToken))
	}
	if c.controlAddr != "" {
		opts = append(opts, fake.WithControlApart())
	}
	if c.state != "" {
		opts = append(opts, fake.WithState(c.state))
	}
	if c.strictHost {
		opts = append(opts, fake.WithStrictHost())
	}
	if c.linkLocal {
		opts = append(opts, fake.WithLinkLocalWebhooks())
	}
	if c.verbose {
		opts = append(opts, fake.WithVerbose())
	}
	return opts
}

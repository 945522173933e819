package fake

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/fake/internal/server"
	"example.com/pipesfake/fake/internal/store"
	"example.com/pipesfake/scenarios"
)

// Option changes what Start and New make.
type Option func(*options) error

type options struct {
	server.Config
	start  string // WithScenario, applied to the last set that was given
	seed   *int64
	shared *server.Server // of which this server is to stand for one environment
}

// The limits unless an option says otherwise.
const (
	maxEnvironments = 10_000
	maxRequests     = 1000
)

// gather applies the options in their order, and checks what they make together.
func gather(opts []Option) (options, error) {
	o := options{Config: server.Config{
		Scenarios: scenarios.Builtin(), MaxEnvironments: maxEnvironments, JournalSize: maxRequests,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}}
	for _, option := range opts {
		if err := option(&o); err != nil {
			return o, err
		}
	}
	if o.shared != nil && len(opts) > 1 {
		return o, fmt.Errorf("WithServer stands alone: the server that is shared has its options already")
	}
	if o.StateFile != "" && store.IsSameFile(o.StateFile, o.Scenarios.Name) {
		return o, fmt.Errorf("%s is the scenario file: the state file needs a name of its own", o.StateFile)
	}
	seed, start := o.seed, o.start
	o.Adjust = func(set *scenarios.Set) (*scenarios.Set, error) {
		if seed != nil {
			set = set.WithSeed(*seed)
		}
		if start != "" {
			return set.WithStart(start)
		}
		return set, nil
	}
	if seed == nil { // a test that asks for a seed wants the same addresses in every run
		o.ConsentSecret = mint.NewSecret()
	}
	var err error
	o.Scenarios, err = o.Adjust(o.Scenarios)
	return o, err
}

// WithScenarioFile reads a scenario file; see package scenarios for its language. Without it, the five
// built-in scenarios are there, and everybody is active.
func WithScenarioFile(path string) Option {
	return func(o *options) (err error) {
		o.Scenarios, err = scenarios.Load(path)
		return err
	}
}

// WithScenarios takes a set that was loaded before, for servers that share one.
func WithScenarios(set *scenarios.Set) Option {
	return func(o *options) error {
		if set == nil {
			return fmt.Errorf("WithScenarios: the set is nil")
		}
		o.Scenarios = set
		return nil
	}
}

// WithScenario puts a scenario in force for everybody from the start, in place of the file's start.
func WithScenario(name string) Option {
	return func(o *options) error {
		if name == "" {
			return fmt.Errorf("WithScenario: the name is empty")
		}
		o.start = name
		return nil
	}
}

// WithTime holds the API's time: it stands at t until Advance, SetTime or Unfreeze move it. Every date in answers
// follows it.
func WithTime(t time.Time) Option {
	return func(o *options) error {
		if t.IsZero() {
			return fmt.Errorf("WithTime: the time is zero")
		}
		o.Time = t
		return nil
	}
}

// WithSeed changes the ids and tokens, which derive from it, in place of the file's seed.
func WithSeed(seed int64) Option {
	return func(o *options) error {
		o.seed = &seed
		return nil
	}
}

// WithLogger logs to l: refused reloads and defects; nothing for each request. Without it nothing is logged.
func WithLogger(l *slog.Logger) Option {
	return func(o *options) error {
		if l == nil {
			return fmt.Errorf("WithLogger: the logger is nil")
		}
		o.Logger = l
		return nil
	}
}

// WithVerbose logs a line for each request, with why it was answered so.
func WithVerbose() Option {
	return func(o *options) error {
		o.Verbose = true
		return nil
	}
}

// WithAllowedHosts lets the control plane answer to more host names than addresses, localhost, names
// without a dot and host.docker.internal; "*" is any. It is also asked by pages of these hosts.
func WithAllowedHosts(names ...string) Option {
	return func(o *options) error {
		for _, name := range names {
			if name != "*" && (name == "" || strings.ContainsAny(name, "*/ \t:")) {
				return fmt.Errorf("%q is not a host name: write it without scheme and port, or * for any", name)
			}
			o.Hosts = append(o.Hosts, server.Hostname(name))
		}
		return nil
	}
}

// WithStrictHost makes the whole server answer only to the host names that the control plane answers to (see
// WithAllowedHosts), so that no website reaches the API by DNS rebinding. Without it the API answers to any host.
func WithStrictHost() Option {
	return func(o *options) error {
		o.StrictHost = true
		return nil
	}
}

// WithLinkLocalWebhooks allows webhook endpoints at link-local addresses. They are refused by default, because a cloud's
// metadata service is found there.
func WithLinkLocalWebhooks() Option {
	return func(o *options) error {
		o.LinkLocalWebhooks = true
		return nil
	}
}

// WithExternalURL is where clients reach the server, when that is not the address it listens on. Its
// host is an allowed one.
func WithExternalURL(text string) Option {
	return func(o *options) error {
		u, err := url.Parse(text)
		isWrong := err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil ||
			u.RawQuery != "" || u.Fragment != ""
		if isWrong {
			return fmt.Errorf("%q is not an external URL: write http://host, https://host:port or https://host/path",
				withoutUser(text))
		}
		o.Hosts = append(o.Hosts, server.Hostname(u.Host))
		o.ExternalURL = strings.TrimSuffix(text, "/")
		return nil
	}
}

// WithTrustedProxy makes the headers X-Forwarded-Proto and X-Forwarded-Host count for the addresses of consent pages. Use
// it only behind a proxy that sets them.
func WithTrustedProxy() Option {
	return func(o *options) error {
		o.TrustProxy = true
		return nil
	}
}

// WithFallback forwards requests for paths that are not of the Pipes API to another server, such as
// WorkOS's emulator: an application has one WorkOS client, and it logs users in, too.
func WithFallback(text string) Option {
	return func(o *options) error {
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
			return fmt.Errorf("%q is not a URL to fall back to: write http://host:port or https://host", withoutUser(text))
		}
		o.Fallback = u
		return nil
	}
}

// withoutUser is an address without the user and the password in it.
func withoutUser(address string) string {
	at := strings.LastIndex(address, "@")
	if at < 0 {
		return address
	}
	scheme, _, has := strings.Cut(address[:at], "://")
	if !has {
		return "…" + address[at:]
	}
	return scheme + "://…" + address[at:]
}

// WithAddress lets the server listen at an address such as 127.0.0.1:0, where the port is a free one. So a server of
// New is one that a TestMain makes, and that the tests of a package share; see WithServer.
func WithAddress(address string) Option {
	return func(o *options) error {
		if _, _, err := net.SplitHostPort(address); err != nil {
			return fmt.Errorf("WithAddress(%q): write a host and a port, such as 127.0.0.1:0 for a free one", address)
		}
		o.Address = address
		return nil
	}
}

// WithEnvironments bounds how many environments there can be, in place of 10 000. One that is unused for so
// long goes, and its next use makes it anew; zero: none goes. The environment default stays. It is for servers that
// run long, as commands do.
func WithEnvironments(most int, idle time.Duration) Option {
	return func(o *options) error {
		if most < 1 || idle < 0 {
			return fmt.Errorf("WithEnvironments(%d, %s): there is one at least, and the time is not negative", most, idle)
		}
		o.MaxEnvironments, o.IdleTime = most, idle
		return nil
	}
}

// WithJournal bounds how many requests each environment remembers, in place of 1 000, and with it how many bytes
// of them: 4 KiB for each, and 4 MiB at least. Zero: none.
func WithJournal(most int) Option {
	return func(o *options) error {
		if most < 0 || most > 1_000_000 {
			return fmt.Errorf("WithJournal(%d): it keeps 0 to 1000000 requests", most)
		}
		o.JournalSize = most
		return nil
	}
}

// WithState keeps the environments in a file, over a restart of the process: it is written whole at Close, and after
// changes. A process that is killed loses the changes of the last second, or of as long as writing the file takes where
// it is large: seconds with 100 000 connections. It holds secrets. One that is damaged, or belongs to another scenario
// file, is set aside, and logged; of one that cannot be used, or that another process uses, New answers a *StateError.
// It is for commands: a test begins anew.
func WithState(path string) Option {
	return func(o *options) error {
		if path == "" {
			return fmt.Errorf("WithState: the path is empty")
		}
		o.StateFile = path
		return nil
	}
}

// WithControlToken makes the control plane want a token in the header X-Pipesfake-Token.
func WithControlToken(token string) Option {
	return func(o *options) error {
		if token == "" {
			return fmt.Errorf("WithControlToken: the token is empty")
		}
		o.ControlToken = token
		return nil
	}
}

// WithControlApart takes the control plane and its page off the server: only ControlHandler answers them. It is for
// commands that keep them from who reaches the API.
func WithControlApart() Option {
	return func(o *options) error {
		o.ControlApart = true
		return nil
	}
}

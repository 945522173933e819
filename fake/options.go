package fake

import (
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"example.com/pipesfake/fake/internal/clock"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/mint"
	"example.com/pipesfake/fake/internal/server"
	"example.com/pipesfake/fake/internal/statefile"
	"example.com/pipesfake/internal/origin"
	"example.com/pipesfake/scenarios"
)

// Option configures the server that Start or New returns.
type Option func(*options) error

type options struct {
	server.Config
	start    string // of WithScenario; applied after all options, whichever of them sets the scenarios
	seed     *int64
	shared   *server.Server // of WithServer
	ofServer []string       // the names of the options that are of no use beside WithServer
}

// The limits that apply without WithEnvironments and WithJournal.
const (
	maxEnvironments = 10_000
	maxRequests     = 1000
)

// builtinScenarios is the set of servers without a file. Nothing changes a set, so all of them share it.
var builtinScenarios = sync.OnceValue(scenarios.Builtin)

// gather applies the options in their order, and checks that they fit together.
func gather(opts []Option) (options, error) {
	o := options{Config: server.Config{
		MaxEnvironments: maxEnvironments, JournalSize: maxRequests,
		Logger: slog.New(slog.DiscardHandler),
	}}
	for _, option := range opts {
		if err := option(&o); err != nil {
			return o, err
		}
	}
	if o.shared != nil && len(o.ofServer) > 0 {
		return o, fmt.Errorf("%s is an option of the server that is shared: give it to New, not beside WithServer",
			o.ofServer[0])
	}
	o.Adjust = o.adjust
	if o.shared != nil {
		return o, nil
	}
	if o.Scenarios == nil {
		o.Scenarios = builtinScenarios()
	}
	if o.StateFile != "" && statefile.IsSameFile(o.StateFile, o.Scenarios.Name) {
		return o, fmt.Errorf("%s is the scenario file: the state file needs a name of its own", o.StateFile)
	}
	if o.seed == nil { // with a seed, the addresses of consent pages are the same in every run
		o.ConsentSecret = mint.NewSecret()
	}
	var err error
	o.Scenarios, err = o.adjust(o.Scenarios)
	return o, err
}

// adjust returns a set with what WithSeed and WithScenario override. If the set lacks the scenario, it returns an
// error, and the set with the seed.
func (o options) adjust(set *scenarios.Set) (*scenarios.Set, error) {
	if o.seed != nil {
		set = set.WithSeed(*o.seed)
	}
	if o.start == "" {
		return set, nil
	}
	started, err := set.WithStart(o.start)
	if err != nil {
		return set, err
	}
	return started, nil
}

// ofTest returns how the environment of a test starts on a shared server.
func (o options) ofTest() environment.Start {
	start := environment.Start{Scenarios: o.Scenarios, Adjust: o.adjust, HasSeed: o.seed != nil}
	if at := o.Time; !at.IsZero() {
		start.Clock = func() *clock.Clock { return clock.FrozenAt(at) }
	}
	return start
}

// ofServer returns an option that cannot be given beside WithServer.
func ofServer(name string, apply func(*options) error) Option {
	return func(o *options) error {
		o.ofServer = append(o.ofServer, name)
		return apply(o)
	}
}

// WithScenarioFile loads a scenario file; package scenarios describes its language. The error lists every mistake in
// the file. Without this option there are the five built-in scenarios, and all connections are active. ${NAME} in the
// file stands for an environment variable of the process. For others, use scenarios.LoadWith and WithScenarios.
func WithScenarioFile(path string) Option {
	return func(o *options) (err error) {
		o.Scenarios, err = scenarios.Load(path)
		return err
	}
}

// WithScenarios uses a set that was loaded before, so that several servers can share it.
func WithScenarios(set *scenarios.Set) Option {
	return func(o *options) error {
		if set == nil {
			return fmt.Errorf("WithScenarios: the set is nil")
		}
		o.Scenarios = set
		return nil
	}
}

// WithScenario starts all connections in a scenario, in place of the scenario file's start.
func WithScenario(name string) Option {
	return func(o *options) error {
		if name == "" {
			return fmt.Errorf("WithScenario: the name is empty")
		}
		o.start = name
		return nil
	}
}

// WithTime starts the clocks of all environments at t, and stops them: dates in responses are the same in every run.
// Beside WithServer it is the clock of the test's own environment alone.
// Advance and SetTime move a clock, and Unfreeze lets it run.
func WithTime(t time.Time) Option {
	return func(o *options) error {
		if t.IsZero() {
			return fmt.Errorf("WithTime: the time is zero")
		}
		o.Time = t
		return nil
	}
}

// WithSeed sets the seed that ids and tokens are derived from, in place of the scenario file's seed.
func WithSeed(seed int64) Option {
	return func(o *options) error {
		o.seed = &seed
		return nil
	}
}

// WithLogger logs to l what went wrong: scenario files that could not be reloaded, and bugs of the fake. With
// WithVerbose it also logs requests. Without a logger nothing is logged.
func WithLogger(l *slog.Logger) Option {
	return ofServer("WithLogger", func(o *options) error {
		if l == nil {
			return fmt.Errorf("WithLogger: the logger is nil")
		}
		o.Logger = l
		return nil
	})
}

// WithVerbose logs a line for each request, with the reason for its response. It needs WithLogger.
func WithVerbose() Option {
	return ofServer("WithVerbose", func(o *options) error {
		o.Verbose = true
		return nil
	})
}

// WithAllowedHosts adds host names to which the control plane responds, and whose web pages may call it. IP addresses,
// localhost, names without a dot and host.docker.internal are always allowed. "*" allows any host.
func WithAllowedHosts(names ...string) Option {
	return ofServer("WithAllowedHosts", func(o *options) error {
		for _, name := range names {
			if name != "*" && (name == "" || strings.ContainsAny(name, "*/ \t:")) {
				return fmt.Errorf("%q is not a host name: write it without scheme and port, or * for any", name)
			}
			o.Hosts = append(o.Hosts, server.Hostname(name))
		}
		return nil
	})
}

// WithAllowedOrigins lets web pages of other origins make control calls, such as those of an application that a test
// drives in a browser: http://localhost:3000. An origin is written as location.origin shows it, without a path. Without
// this option, browsers may call the control plane for its own page alone, and for pages of WithAllowedHosts, which
// cannot read the responses.
func WithAllowedOrigins(origins ...string) Option {
	return ofServer("WithAllowedOrigins", func(o *options) error {
		for _, one := range origins {
			if err := origin.Check(one); err != nil {
				return fmt.Errorf("WithAllowedOrigins: %q %w", withoutUser(one), err)
			}
			o.Origins = append(o.Origins, one)
		}
		return nil
	})
}

// WithStrictHost makes the whole server answer only to the host names that the control plane answers to (see
// WithAllowedHosts), so that no website reaches the API by DNS rebinding. Without it the API answers to any host.
func WithStrictHost() Option {
	return ofServer("WithStrictHost", func(o *options) error {
		o.StrictHost = true
		return nil
	})
}

// WithLinkLocalWebhooks allows webhook endpoints at link-local addresses. They are refused by default, because a
// cloud's metadata service is found there.
func WithLinkLocalWebhooks() Option {
	return ofServer("WithLinkLocalWebhooks", func(o *options) error {
		o.LinkLocalWebhooks = true
		return nil
	})
}

// WithExternalURL sets the URL where clients reach the server, such as http://localhost:8080, if it is not the address
// where it listens. Links in responses begin with it. Its host is allowed as by WithAllowedHosts.
func WithExternalURL(text string) Option {
	return ofServer("WithExternalURL", func(o *options) error {
		u, err := url.Parse(text)
		if err != nil || !isWebAddress(u) || u.User != nil {
			return fmt.Errorf("%q is not an external URL: write http://host, https://host:port or https://host/path",
				withoutUser(text))
		}
		o.Hosts = append(o.Hosts, server.Hostname(u.Host))
		o.ExternalURL = strings.TrimSuffix(text, "/")
		return nil
	})
}

// WithTrustedProxy makes the headers X-Forwarded-Proto and X-Forwarded-Host count for the addresses of consent pages.
// Use it only behind a proxy that sets them.
func WithTrustedProxy() Option {
	return ofServer("WithTrustedProxy", func(o *options) error {
		o.TrustProxy = true
		return nil
	})
}

// WithFallback forwards requests whose path is not part of the Pipes API to another server, such as WorkOS's emulator.
// An application usually has a single WorkOS client, which also logs users in.
func WithFallback(text string) Option {
	return ofServer("WithFallback", func(o *options) error {
		u, err := url.Parse(text)
		if err != nil || !isWebAddress(u) {
			return fmt.Errorf("%q is not a URL to fall back to: write http://host:port or https://host",
				withoutUser(text))
		}
		o.Fallback = u
		return nil
	})
}

// isWebAddress reports whether u is an http or https URL with a host, and without a query and a fragment.
func isWebAddress(u *url.URL) bool {
	isWeb := u.Scheme == "http" || u.Scheme == "https"
	return isWeb && u.Host != "" && u.RawQuery == "" && u.Fragment == ""
}

// withoutUser returns an address without the user name and the password in it. The address need not be valid.
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

// WithAddress makes the server listen at an address, such as 127.0.0.1:8080; port 0 means a free port. A TestMain can
// give it to New, for a server that the tests of a package share (see WithServer).
func WithAddress(address string) Option {
	return ofServer("WithAddress", func(o *options) error {
		if _, _, err := net.SplitHostPort(address); err != nil {
			return fmt.Errorf("WithAddress(%q): write a host and a port, such as 127.0.0.1:0 for a free one", address)
		}
		o.Address = address
		return nil
	})
}

// WithEnvironments sets the maximum number of environments, in place of 10,000. An environment that is unused for the
// idle time is deleted, except "default"; its next use creates it again. Zero means that none is deleted. The option is
// for servers that run long, as commands do.
func WithEnvironments(maximum int, idle time.Duration) Option {
	return ofServer("WithEnvironments", func(o *options) error {
		if maximum < 1 || idle < 0 {
			return fmt.Errorf("WithEnvironments(%d, %s): there is one at least, and the time is not negative",
				maximum, idle)
		}
		o.MaxEnvironments, o.IdleTime = maximum, idle
		return nil
	})
}

// WithJournal sets the maximum number of requests that each environment remembers, in place of 1,000: 0 to 1,000,000.
// Their total size is limited, too, to 4 KiB for each request, but at least 4 MiB.
func WithJournal(maximum int) Option {
	return ofServer("WithJournal", func(o *options) error {
		if maximum < 0 || maximum > 1_000_000 {
			return fmt.Errorf("WithJournal(%d): it keeps 0 to 1000000 requests", maximum)
		}
		o.JournalSize = maximum
		return nil
	})
}

// WithState saves the environments in a file, and loads them from it, so that they survive a restart of the process.
// The file is written as a whole before a call that changed something is answered, and otherwise within a second. Only
// one process may use it, and nothing prevents another one. It contains secrets. For more than a small state, use
// WithStore with package fake/boltstore.
//
// A file that is damaged, or belongs to another scenario file, is renamed, which is logged, and the server starts
// without it. If the file cannot be read or written, Start fails the test and New returns a *StateError. The option is
// for commands; tests start from a known state.
func WithState(path string) Option {
	return ofServer("WithState", func(o *options) error {
		if path == "" {
			return fmt.Errorf("WithState: the path is empty")
		}
		o.StateFile = path
		return nil
	})
}

// WithStore saves the environments in a store, and loads them from it, as WithState does with a file. Packages
// fake/boltstore and fake/redisstore have stores. The server closes the store when it is closed itself. What a call
// over HTTP changes on purpose is saved before it is answered; what the Go API changes, soon, and at Close at the
// latest.
func WithStore(store Store) Option {
	return ofServer("WithStore", func(o *options) error {
		if store == nil {
			return fmt.Errorf("WithStore: the store is nil")
		}
		o.Store = store
		return nil
	})
}

// WithReplica makes the server one of several that share the store of WithStore, which must be one of
// fake/redisstore. Each environment is served by one of them at a time; a call that reaches another one is passed on.
// The URL is where the others reach this server. It is for commands: see docs/state-and-replicas.md.
func WithReplica(address string) Option {
	return ofServer("WithReplica", func(o *options) error {
		u, err := url.Parse(address)
		if err != nil || !isWebAddress(u) || u.User != nil {
			return fmt.Errorf("%q is not the URL of a replica: write http://host:port", withoutUser(address))
		}
		o.ReplicaURL = strings.TrimSuffix(address, "/")
		return nil
	})
}

// WithControlToken makes the control plane require a token in the header X-Pipesfake-Token.
func WithControlToken(token string) Option {
	return ofServer("WithControlToken", func(o *options) error {
		if token == "" {
			return fmt.Errorf("WithControlToken: the token is empty")
		}
		o.ControlToken = token
		return nil
	})
}

// WithControlApart serves the control plane and its page by Server.ControlHandler alone, so that clients of the API do
// not reach them. It is for commands that serve the two at different addresses.
func WithControlApart() Option {
	return ofServer("WithControlApart", func(o *options) error {
		o.ControlApart = true
		return nil
	})
}

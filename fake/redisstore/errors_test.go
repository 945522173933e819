package redisstore

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"example.com/pipesfake/internal/storetest"
)

func isUnreachable(err error) bool {
	var unreachable interface{ Unreachable() bool }
	return errors.As(err, &unreachable) && unreachable.Unreachable()
}

// secret is in every address of TestAddressErrors, where a password could be.
const secret = "hunter2"

func TestAddressErrors(t *testing.T) {
	t.Parallel()
	const (
		scheme   = "the scheme of the address of the store must be redis, rediss, valkey or valkeys: write redis://"
		port     = "the port of the address of the store must be a number from 1 to 65535"
		behind   = "the address of the store has an @ behind a /, ? or #: in the user and the password, write / as %2F"
		noHost   = "the address of the store has no host: write redis://USER:PASSWORD@HOST:6379/0"
		database = "the database of the address of the store, behind the /, must be a number such as 0"
		prefix   = "the parameter prefix of the address of the store must consist of 1 to 100 letters"
	)
	for address, want := range map[string]string{
		"http://:hunter2@host":                       scheme,
		"redis:/user:hunter2@host":                   scheme,
		"hunter2@host:6379":                          scheme,
		"redis://:hunter2@":                          noHost,
		"redis://:hunter2@:6379":                     noHost,
		"redis://:hunter2@[]:6379":                   noHost,
		"redis://user:hunter2":                       port,
		"redis://:hunter2@host:":                     port,
		"redis://:hunter2@host:0":                    port,
		"redis://:hunter2@host:65536":                port,
		"redis://:hunter2@host:-1":                   port,
		"redis://:hunter2@host:port":                 port,
		"redis://:hunter2@::1":                       noHost,
		"redis://:hunter2@[::1]:x":                   port,
		"redis://:hunter2/@host":                     behind,
		"redis://:hunter2#@host":                     behind,
		"redis://:hunter2?@host":                     behind,
		"redis://:hunter2%zz@host":                   "in the user and the password, write all but letters",
		"redis://:hunter2 [@host":                    "in the user and the password, write all but letters",
		"redis://:hunter2@host/db":                   database,
		"redis://:hunter2@host/-1":                   database,
		"redis://:hunter2@host/1/2":                  database,
		"redis://:hunter2@host/0#part":               "the address of the store has a # part: write # as %23",
		"redis://:hunter2@host?prefix=":              prefix,
		"redis://:hunter2@host?prefix=a%20b":         prefix,
		"redis://:hunter2@host?password=hunter2":     `an unknown parameter "password"; there are prefix, client_name`,
		"redis://:hunter2@host?prefix=a&prefix=b":    `the parameter "prefix" of the address of the store is there`,
		"redis://:hunter2@host?skip_verify=true":     "the parameter skip_verify of the address of the store",
		"redis://:hunter2@host?pool_size=many":       "of the address of the store: invalid pool_size number",
		"rediss://:hunter2@host?skip_verify=perhaps": "of the address of the store: invalid skip_verify boolean",
		"redis://:hunter2@host?a;b":                  "the parameters of the address of the store cannot be read",
		"valkeys://hunter2:hunter2@host?db=1":        `has an unknown parameter "db"`,
		"redis://:hunter2@host?prefix=%zz":           "the parameters of the address of the store cannot be read",
		"redis://:hunter2@host?read_timeout=soon":    "of the address of the store: invalid read_timeout duration",
		"redis://:hunter2@[[[:1":                     "in the user and the password, write all but letters",
	} {
		store, err := Open(t.Context(), address, 0)
		if err == nil {
			_ = store.Close()
			t.Errorf("%s is accepted", address)
		} else if text := err.Error(); !strings.Contains(text, want) || strings.Contains(text, secret) {
			t.Errorf("%s: %s; want %s", address, text, want)
		}
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]struct {
		at, user, password, prefix string
		database                   int
		isTLS                      bool
	}{
		"redis://host":                       {"host:6379", "", "", "pipesfake", 0, false},
		"VALKEY://host:1/":                   {"host:1", "", "", "pipesfake", 0, false},
		"rediss://u:p%40%2F@host:1/3":        {"host:1", "u", "p@/", "pipesfake", 3, true},
		"valkeys://:p@[::1]?prefix=a:b":      {"[::1]:6379", "", "p", "a:b", 0, true},
		"redis://u@[::1]:7/2?prefix=%7Bx%7D": {"[::1]:7", "u", "", "{x}", 2, false},
		"rediss://:a@b@host?skip_verify=1":   {"host:6379", "", "a@b", "pipesfake", 0, true},
	} {
		options, prefix, err := parse(address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if options.Addr != want.at || options.Username != want.user || options.Password != want.password ||
			prefix != want.prefix || options.DB != want.database || (options.TLSConfig != nil) != want.isTLS {
			t.Errorf("%s: %+v, prefix %s", address, options, prefix)
		}
		if options.ReadTimeout != patience || options.DialTimeout != patience {
			t.Errorf("%s: timeouts %v, %v", address, options.ReadTimeout, options.DialTimeout)
		}
	}
	options, _, err := parse("rediss://host?skip_verify=true&read_timeout=5s&pool_size=3&client_name=x")
	if err != nil || !options.TLSConfig.InsecureSkipVerify || options.ReadTimeout != 5*time.Second ||
		options.PoolSize != 3 || options.ClientName != "x" {
		t.Errorf("%+v, %v", options, err)
	}
}

// The errors of Open say what to do.
func TestOpenErrors(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		must(t, s.client.Set(t.Context(), "newer:format", "4", 0).Err())
		must(t, s.client.Set(t.Context(), "strange:format", "x", 0).Err())
		must(t, s.client.LPush(t.Context(), "theirs:format", "x").Err())
		for address, want := range map[string]string{
			"redis://ADDRESS/999": "it has no database 999: name one that it has, behind the / of the address",
			"redis://ADDRESS?prefix=newer": "what the store keeps under newer has format 4; this pipesfake reads " +
				"format 3: use a later release, or another prefix (?prefix=NAME)",
			"redis://ADDRESS?prefix=strange": "the key strange:format does not hold a format of pipesfake",
			"redis://ADDRESS?prefix=theirs":  "another program uses the keys: name another prefix (?prefix=NAME)",
		} {
			if s.fake != nil && (strings.Contains(address, "999") || strings.Contains(address, "theirs")) {
				continue // miniredis has every database, and other errors in scripts
			}
			wantOpenError(t, strings.Replace(address, "ADDRESS", s.address, 1), want, false)
		}
		var newer *NewerError
		address := storetest.Patiently("redis://" + s.address + "?prefix=newer")
		if _, err := Open(t.Context(), address, 0); !errors.As(err, &newer) {
			t.Errorf("%v is no NewerError", err)
		}
	})
}

func wantOpenError(t *testing.T, address, want string, unreachable bool) {
	t.Helper()
	wantImpatientOpenError(t, storetest.Patiently(address), want, unreachable)
}

// wantImpatientOpenError opens a store with the timeouts of the address.
func wantImpatientOpenError(t *testing.T, address, want string, unreachable bool) {
	t.Helper()
	store, err := Open(t.Context(), address, 0)
	if err == nil {
		_ = store.Close()
		t.Errorf("%s is opened", address)
		return
	}
	text := err.Error()
	if !strings.Contains(text, want) || strings.Contains(text, secret) || isUnreachable(err) != unreachable {
		t.Errorf("%s: unreachable %v: %s; want %s", address, isUnreachable(err), text, want)
	}
}

func TestPassword(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		if s.fake != nil {
			s.fake.RequireAuth("right")
		} else {
			must(t, s.client.ConfigSet(t.Context(), "requirepass", "right").Err())
		}
		wrong := "the user or the password in the address of the store is wrong"
		wantOpenError(t, "redis://:hunter2@"+s.address, wrong, false)
		wantOpenError(t, "redis://user:hunter2@"+s.address, wrong, false)
		wantOpenError(t, "redis://"+s.address, "it needs a password: write it in the address of the store", false)
		mustOpen(t, "redis://:right@"+s.address)
	})
}

// A store that is out of reach says so soon.
func TestOutOfReach(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, closed.Close())
	wantOpenError(t, "redis://:hunter2@"+closed.Addr().String(), "is out of reach: dial tcp", true)

	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and never replies
	must(t, err)
	defer func() { _ = silent.Close() }()
	wantImpatientOpenError(t, "redis://:hunter2@"+silent.Addr().String(), "does not reply", true)
	wantImpatientOpenError(t, "redis://:hunter2@"+silent.Addr().String()+"?read_timeout=10ms", "does not reply", true)

	s := startFake(t)
	wantImpatientOpenError(t, "rediss://:hunter2@"+s.address, "", true)
	store := mustOpen(t, "redis://"+s.address)
	for _, text := range []string{
		"LOADING Redis is loading the dataset in memory", "READONLY You can't write against a read only replica.",
		"MASTERDOWN Link with MASTER is down", "NOREPLICAS Not enough good replicas to write.",
		"MISCONF Redis is configured to save RDB snapshots", "BUSY Redis is busy running a script.",
		"ERR max number of clients reached",
		"ERR Error running script (call to f_1): @user_script:5: @user_script: 5: -READONLY You can't write",
	} {
		s.fake.SetError(text)
		err := store.Save(t.Context(), "main", false, nil, nil)
		if !isUnreachable(err) || !strings.Contains(err.Error(), text) {
			t.Errorf("%v is not out of reach", err)
		}
	}
	for text, want := range map[string]string{
		"OOM command not allowed when used memory > 'maxmemory'.": "it is full: give it more memory (maxmemory)",
		"NOPERM this user has no permissions":                     "give the user the rights to run scripts",
		"MOVED 3999 127.0.0.1:6381":                               "it is a cluster",
		"ERR something":                                           "ERR something",
		"ERR invalid password":                                    "the user or the password in the address",
		"ERR AUTH <password> called without any password configured for the default user.": "it has no password: ",
	} {
		s.fake.SetError(text)
		err := store.Save(t.Context(), "main", false, nil, nil)
		if err == nil || isUnreachable(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	s.fake.SetError("")
	save(t, store, "main", "1")
}

func TestTLS(t *testing.T) {
	t.Parallel()
	site := httptest.NewTLSServer(http.NotFoundHandler()) // has a certificate of an unknown authority
	defer site.Close()
	fake := miniredis.NewMiniRedis()
	must(t, fake.StartTLS(&tls.Config{Certificates: site.TLS.Certificates}))
	defer fake.Close()
	wantOpenError(t, "rediss://:hunter2@"+fake.Addr(), "has a certificate that is not trusted", true)
	mustOpen(t, "rediss://"+fake.Addr()+"?skip_verify=true")
	wantOpenError(t, "redis://:hunter2@"+fake.Addr(), "is out of reach", true)

	plain, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer func() { _ = plain.Close() }()
	go func() {
		for {
			conn, err := plain.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Write([]byte("-ERR this is not TLS\r\n"))
		}
	}()
	wantOpenError(t, "rediss://:hunter2@"+plain.Addr().String(), "does not speak TLS", true)
}

// A store that replies what no script returns is no Redis that can be used.
func TestStrangeReplies(t *testing.T) {
	t.Parallel()
	if _, err := text(1, nil); !errors.Is(err, errReply) {
		t.Errorf("%v", err)
	}
	for _, reply := range []any{"text", []any{"a"}, []any{"a", 1}} {
		if _, err := texts(2)(reply, nil); !errors.Is(err, errReply) {
			t.Errorf("%v: %v", reply, err)
		}
	}
	if _, err := pairs([]string{"a"}, nil); !errors.Is(err, errReply) {
		t.Errorf("%v", err)
	}
}

// Every call says when the store is out of reach.
func TestEveryCallOutOfReach(t *testing.T) {
	t.Parallel()
	s := startFake(t)
	store := mustOpen(t, "redis://"+s.address)
	s.fake.SetError("LOADING Redis is loading the dataset in memory")
	ctx := t.Context()
	large := map[string][]byte{"head": make([]byte, maxCommandBytes+1)}
	for name, call := range map[string]func() error{
		"environments": func() error { _, err := store.Environments(ctx); return err },
		"load":         func() error { _, err := store.Load(ctx, "main"); return err },
		"save":         func() error { return store.Save(ctx, "main", true, nil, nil) },
		"large save":   func() error { return store.Save(ctx, "main", true, large, nil) },
		"delete":       func() error { return store.Delete(ctx, "main") },
		"announce":     func() error { _, _, err := store.Announce(ctx, "a", "", "file", ttl, true); return err },
		"leave":        func() error { return store.Leave(ctx, "a") },
		"claim":        func() error { _, _, _, err := store.Claim(ctx, "main", "a", 1); return err },
		"release":      func() error { return store.Release(ctx, "main", "a") },
		"replicas":     func() error { _, err := store.Replicas(ctx); return err },
		"owners":       func() error { _, err := store.Owners(ctx); return err },
		"secret":       func() error { _, err := store.Secret(ctx, "made"); return err },
		"note":         func() error { return store.Note(ctx, "tag", "main") },
		"noted":        func() error { _, err := store.Noted(ctx, "tag"); return err },
		"forget":       func() error { return store.Forget(ctx, "main") },
		"set aside":    func() error { _, err := store.SetAside(ctx); return err },
	} {
		if err := call(); !isUnreachable(err) || !strings.Contains(err.Error(), "wait until it has loaded its data") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

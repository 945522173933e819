package redisstore

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// defaultPrefix begins the keys unless the address names another prefix.
const defaultPrefix = "pipesfake"

// patience is how long the store waits for a connection, for a reply, and for replicas of Redis.
const patience = time.Second

// parameters are the query parameters of an address that go-redis reads.
var parameters = []string{
	"client_name", "dial_timeout", "pool_size", "pool_timeout", "protocol", "read_timeout", "skip_verify",
	"write_timeout",
}

var prefixPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9._:{}-]{1,100}$`)
})

// example ends the errors of addresses.
const example = "write redis://USER:PASSWORD@HOST:6379/0"

// parse reads the address of a store. Its errors name the part that is wrong, and never contain what could belong to a
// password: in an address with a mistake, that can be any part.
func parse(address string) (options *redis.Options, prefix string, err error) {
	plain, err := readScheme(address)
	if err != nil {
		return nil, "", err
	}
	if err := checkAuthority(plain); err != nil {
		return nil, "", err
	}
	parts, err := url.Parse(plain)
	if err != nil {
		return nil, "", errors.New("the address of the store cannot be read: in the user and the password, write " +
			"all but letters, digits, - . _ and ~ as %XX")
	}
	if err := checkParts(parts); err != nil {
		return nil, "", err
	}
	prefix, err = readParameters(parts)
	if err != nil {
		return nil, "", err
	}
	options, err = redis.ParseURL(parts.String())
	if err != nil {
		return nil, "", fmt.Errorf("a parameter of the address of the store: %s",
			strings.TrimPrefix(err.Error(), "redis: "))
	}
	complete(options)
	return options, prefix, nil
}

// complete sets what an address leaves open. go-redis repeats no call, so that callers soon learn that a store is
// out of reach.
func complete(options *redis.Options) {
	for _, timeout := range []*time.Duration{
		&options.DialTimeout, &options.ReadTimeout, &options.WriteTimeout, &options.PoolTimeout,
	} {
		if *timeout == 0 {
			*timeout = patience
		}
	}
	if options.PoolSize == 0 {
		options.PoolSize = 64
	}
	options.MaxRetries = -1
	options.DialerRetries = 1
	options.ContextTimeoutEnabled = true
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}

// readScheme returns the address with the scheme that go-redis knows.
func readScheme(address string) (string, error) {
	scheme, rest, hasScheme := strings.Cut(address, "://")
	if hasScheme {
		switch strings.ToLower(scheme) {
		case "redis", "valkey":
			return "redis://" + rest, nil
		case "rediss", "valkeys":
			return "rediss://" + rest, nil
		}
	}
	return "", errors.New("the scheme of the address of the store must be redis, rediss, valkey or valkeys: " + example)
}

// checkAuthority finds mistakes of the part with user, password, host and port that url.Parse would explain by showing
// them, or would not find.
func checkAuthority(plain string) error {
	_, rest, _ := strings.Cut(plain, "://")
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	if strings.Contains(rest[end:], "@") {
		return errors.New("the address of the store has an @ behind a /, ? or #: in the user and the password, write " +
			"/ as %2F, ? as %3F, # as %23 and @ as %40")
	}
	host := rest[strings.LastIndex(rest[:end], "@")+1 : end]
	isBracketed := strings.HasPrefix(host, "[")
	name, port, hasPort := strings.Cut(host, ":")
	if isBracketed {
		name, port, hasPort = strings.Cut(host, "]")
		port, hasPort = strings.TrimPrefix(port, ":"), hasPort && port != ""
	}
	if name == "" || name == "[" {
		return errors.New("the address of the store has no host: " + example)
	}
	if n, err := strconv.ParseUint(port, 10, 16); hasPort && (err != nil || n == 0) {
		return errors.New("the port of the address of the store must be a number from 1 to 65535 " +
			"(a user and a password end with @, an IPv6 address is in brackets): " + example)
	}
	return nil
}

// checkParts checks the database, and that there is no fragment.
func checkParts(parts *url.URL) error {
	if parts.Fragment != "" {
		return errors.New("the address of the store has a # part: write # as %23")
	}
	database := strings.Trim(parts.Path, "/")
	if n, err := strconv.Atoi(database); database != "" && (err != nil || n < 0) {
		return errors.New("the database of the address of the store, behind the /, must be a number such as 0: " +
			example)
	}
	return nil
}

// readParameters checks the query, and takes the prefix out of it.
func readParameters(parts *url.URL) (prefix string, err error) {
	query, err := url.ParseQuery(parts.RawQuery)
	if err != nil {
		return "", errors.New("the parameters of the address of the store cannot be read: write them as " +
			"?prefix=NAME&pool_size=10")
	}
	prefix = defaultPrefix
	for _, name := range slices.Sorted(maps.Keys(query)) {
		switch {
		case len(query[name]) > 1:
			return "", fmt.Errorf("the parameter %q of the address of the store is there twice", name)
		case name == "prefix":
			prefix = query.Get(name)
		case !slices.Contains(parameters, name):
			return "", fmt.Errorf("the address of the store has an unknown parameter %q; there are prefix, %s",
				name, strings.Join(parameters, ", "))
		case name == "skip_verify" && parts.Scheme == "redis":
			return "", errors.New("the parameter skip_verify of the address of the store needs rediss:// or valkeys://")
		}
	}
	if !prefixPattern().MatchString(prefix) {
		return "", errors.New("the parameter prefix of the address of the store must consist of 1 to 100 letters, " +
			"digits and . _ : - { }")
	}
	query.Del("prefix")
	parts.RawQuery = query.Encode()
	return prefix, nil
}

package redisstore

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/redis/go-redis/v9"
)

// unreachableError says that the store is out of reach for now. It is not known whether the call took effect.
type unreachableError struct {
	text string
	err  error
}

func (e *unreachableError) Error() string { return e.text }
func (e *unreachableError) Unwrap() error { return e.err }

// Unreachable reports that the same call can succeed later, when the store is in reach again.
func (e *unreachableError) Unreachable() bool { return true }

// notOwnerError says that a replica changed an environment that it does not own. Nothing was changed.
type notOwnerError struct{ environment, owner string }

func (e *notOwnerError) Error() string {
	if e.owner == "" {
		return fmt.Sprintf("environment %s is not owned by this replica any more: nothing was saved", e.environment)
	}
	return fmt.Sprintf("environment %s is owned by replica %s: nothing was saved", e.environment, e.owner)
}

// NotOwner reports that another replica owns the environment, or none.
func (e *notOwnerError) NotOwner() bool { return true }

// NewerError describes a store that a later release uses.
type NewerError struct {
	Prefix string
	Format string
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("what the store keeps under %s has format %s; this pipesfake reads format %s: "+
		"use a later release, or another prefix (?prefix=NAME)", e.Prefix, e.Format, format)
}

// transient lists the codes of Redis's errors that pass, with what to do if they do not.
var transient = map[string]string{
	"LOADING":     "wait until it has loaded its data",
	"READONLY":    "name the primary instead of a replica",
	"MASTERDOWN":  "name the primary, or start it",
	"CLUSTERDOWN": "mend the cluster",
	"TRYAGAIN":    "wait",
	"NOREPLICAS":  "start its replicas",
	"BUSY":        "wait until its script has ended",
	"UNKILLABLE":  "wait until its script has ended",
	"MISCONF":     "let it write its snapshots: its log says why it cannot",
}

// lasting lists the codes of errors that somebody must mend.
var lasting = map[string]string{
	"NOAUTH":    "it needs a password: write it in the address of the store, as redis://USER:PASSWORD@HOST:6379/0",
	"WRONGPASS": "the user or the password in the address of the store is wrong",
	"NOPERM":    "give the user the rights to run scripts and to use the keys with the prefix",
	"OOM":       "it is full: give it more memory (maxmemory), or delete environments",
	"MOVED":     "it is a cluster: name a Redis or Valkey that is none",
	"ASK":       "it is a cluster: name a Redis or Valkey that is none",
	"CROSSSLOT": "it is a cluster: name a Redis or Valkey that is none",
	"WRONGTYPE": "another program uses the keys: name another prefix (?prefix=NAME)",
}

// explain says what an error of go-redis means, and what to do.
func (s *Store) explain(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	at := "the store at " + s.address
	var ofRedis redis.Error
	if errors.As(err, &ofRedis) {
		return s.explainReply(at, err)
	}
	var notTLS tls.RecordHeaderError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &notTLS):
		return &unreachableError{at + " does not speak TLS: write redis:// or valkey:// in its address", err}
	case errors.As(err, &certificate):
		return &unreachableError{fmt.Sprintf("%s has a certificate that is not trusted: %v: install the certificate "+
			"of its authority (SSL_CERT_FILE), or add ?skip_verify=true to the address", at, err), err}
	case isTimeout(err):
		return &unreachableError{fmt.Sprintf("%s does not reply (%v): see that it runs, and whether it speaks TLS "+
			"(then the scheme is rediss or valkeys)", at, err), err}
	}
	fix := "start it, or correct the address of the store"
	if s.client != nil && s.client.Options().TLSConfig != nil {
		fix += " (if it does not speak TLS, write redis:// or valkey://)"
	}
	return &unreachableError{fmt.Sprintf("%s is out of reach: %v: %s", at, err, fix), err}
}

// explainReply explains an error that Redis replied.
func (s *Store) explainReply(at string, err error) error {
	text := err.Error()
	code := codeOf(text)
	if fix, is := transient[code]; is {
		return &unreachableError{fmt.Sprintf("%s cannot be used now: %s: %s", at, text, fix), err}
	}
	fix := lasting[code]
	switch {
	case fix != "":
	case strings.Contains(text, "max number of clients"):
		return &unreachableError{fmt.Sprintf("%s cannot be used now: %s: raise its maxclients", at, text), err}
	case strings.Contains(text, "DB index"):
		fix = fmt.Sprintf("it has no database %d: name one that it has, behind the / of the address of the store",
			s.database)
	case strings.Contains(text, "AUTH") && strings.Contains(text, "without any password"),
		strings.Contains(text, "no password is set"):
		fix = "it has no password: leave it out of the address of the store, or set one there (requirepass)"
	case strings.Contains(text, "can't access at least one of the keys"): // Redis 7.0, in a script
		fix = lasting["NOPERM"]
	case strings.Contains(text, "invalid password"):
		fix = lasting["WRONGPASS"]
	default:
		return fmt.Errorf("%s: %w", at, err)
	}
	return fmt.Errorf("%s: %w: %s", at, err, fix)
}

// codeOf returns the first word of an error, also of one that Redis 6 reports from inside a script.
func codeOf(text string) string {
	if strings.HasPrefix(text, "ERR ") {
		if _, inside, is := strings.Cut(text, ": -"); is {
			text = inside
		}
	}
	code, _, _ := strings.Cut(text, " ")
	return code
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() ||
		errors.Is(err, redis.ErrPoolTimeout)
}

// isBroken reports whether a connection ended, for instance because Redis was started again: another one may work.
func isBroken(err error) bool {
	if err == nil || isTimeout(err) {
		return false
	}
	for _, one := range []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, one) {
			return true
		}
	}
	return false
}

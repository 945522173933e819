// Package boltstore keeps environments in a file of bolt (go.etcd.io/bbolt), which one process uses at a time.
//
// The file has a bucket of environments, with a tally of the parts of each, a bucket of their parts, and a root record
// with the format's number and a tally of the environments. So every damage of what is kept is noticed when it is read:
// bolt itself has checksums of its two headers only.
package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"

	"go.etcd.io/bbolt"
)

// format is the version of the format that is written and read. Formats 1 and 2 were text files.
const format = 3

// The names of the buckets and of the root record.
var (
	rootBucket        = []byte("pipesfake")
	rootKey           = []byte("root")
	environmentBucket = []byte("environments")
	partBucket        = []byte("parts")
)

// Store is a file that keeps environments. Its methods may be called at the same time, except that an environment is
// saved or deleted by one call at a time.
type Store struct {
	path    string // with symbolic links resolved
	maxSize int

	use      sync.RWMutex // held for writing to replace what follows
	database *bbolt.DB
	file     *os.File
	found    fs.FileInfo // of the file that was opened
	failed   error       // why the file cannot be used any more; written with commits held too
	isStuck  bool        // bolt failed in a change and may hold its locks

	commits sync.Mutex // held by the call that writes
	queue   sync.Mutex // guards waiting
	waiting []*change
}

// errClosed is the error of a store that was closed.
var errClosed = errors.New("the state file is closed")

// createBuckets makes what a file has that keeps nothing yet.
func createBuckets(tx *bbolt.Tx) error {
	bucket, err := tx.CreateBucket(rootBucket)
	_, err2 := tx.CreateBucket(environmentBucket)
	_, err3 := tx.CreateBucket(partBucket)
	if err := errors.Join(err, err2, err3); err != nil {
		return err
	}
	return bucket.Put(rootKey, root{format: format}.encode())
}

// Path returns the path of the file with symbolic links resolved.
func (s *Store) Path() string { return s.path }

// Environments lists the names of the environments that are kept, in order. The error is a *DamagedError if the list is
// not what was saved.
func (s *Store) Environments(ctx context.Context) (names []string, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		names, err = s.list(tx)
		return err
	})
	return names, err
}

// Load returns the parts of an environment by name; none if nothing is kept. The error is a *DamagedError if they are
// not exactly those that were saved.
func (s *Store) Load(ctx context.Context, environment string) (parts map[string][]byte, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		parts, err = s.read(ctx, tx, []byte(environment))
		return err
	})
	if err != nil {
		return nil, err
	}
	return parts, nil
}

// view reads the file.
func (s *Store) view(ctx context.Context, read func(tx *bbolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.use.RLock()
	defer s.use.RUnlock()
	if s.failed != nil {
		return s.failed
	}
	return guard(s.path, func() error { return s.database.View(read) })
}

// list returns the names of the environments, after comparing them with the root record.
func (s *Store) list(tx *bbolt.Tx) ([]string, error) {
	if tx.Bucket(rootBucket) == nil || tx.Bucket(environmentBucket) == nil || tx.Bucket(partBucket) == nil {
		return nil, s.damaged("it has not the buckets of a state file")
	}
	kept, isGood := decodeRoot(tx.Bucket(rootBucket).Get(rootKey))
	if !isGood {
		return nil, s.damaged("its root record is not what was saved")
	}
	if kept.format > format {
		return nil, errNewer
	}
	var names []string
	var sum tally
	err := tx.Bucket(environmentBucket).ForEach(func(name, record []byte) error {
		names = append(names, string(name))
		sum.add(name, record)
		return nil
	})
	if err == nil && sum != kept.environments {
		err = s.damaged("its list of environments is not what was saved")
	}
	return names, err
}

// checkRoot checks the format and the list of environments.
func (s *Store) checkRoot() error {
	return s.database.View(func(tx *bbolt.Tx) error {
		_, err := s.list(tx)
		if errors.Is(err, errNewer) {
			kept, _ := decodeRoot(tx.Bucket(rootBucket).Get(rootKey))
			return &NewerError{s.path, kept.format, format}
		}
		return err
	})
}

// read returns the parts of an environment, after comparing them with their tally.
func (s *Store) read(ctx context.Context, tx *bbolt.Tx, environment []byte) (map[string][]byte, error) {
	record := tx.Bucket(environmentBucket).Get(environment)
	bucket := tx.Bucket(partBucket).Bucket(environment)
	if record == nil && bucket == nil {
		_, err := s.list(tx) // it may have been lost
		return map[string][]byte{}, err
	}
	want, isGood := decodeTally(record)
	if !isGood || bucket == nil {
		return nil, s.damaged(fmt.Sprintf("environment %s is not what was saved", environment))
	}
	parts := make(map[string][]byte, min(want.count, 1<<20))
	var sum tally
	err := bucket.ForEach(func(name, value []byte) error {
		sum.add(name, value)
		parts[string(name)] = slices.Clone(value)
		return ctx.Err()
	})
	if err == nil && sum != want {
		err = s.damaged(fmt.Sprintf("environment %s is not what was saved", environment))
	}
	return parts, err
}

func (s *Store) damaged(reason string) error { return &DamagedError{s.path, reason} }

// Close closes the file, so that other processes can use it.
func (s *Store) Close() error {
	s.commits.Lock()
	defer s.commits.Unlock()
	s.use.Lock()
	defer s.use.Unlock()
	err := s.stop()
	s.failed = errClosed
	return err
}

// stop closes the file. After a change that failed within bolt, bolt's locks may be held for ever: then the file alone
// is closed, which ends the lock on it, and its memory stays mapped.
func (s *Store) stop() (err error) {
	switch {
	case s.database == nil:
	case s.isStuck:
		err = s.file.Close()
	default:
		err = guard(s.path, s.database.Close)
	}
	s.database, s.file, s.isStuck = nil, nil, false
	return err
}

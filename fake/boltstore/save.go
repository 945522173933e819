package boltstore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"go.etcd.io/bbolt"
)

// change is what a call of Save or Delete does to an environment.
type change struct {
	environment []byte
	isDeletion  bool
	replace     bool
	put         map[string][]byte
	remove      []string

	isDone bool // with err; both are guarded by commits
	err    error
}

// Save puts and removes parts of an environment, all of it or nothing. With replace, everything that the environment
// had before is removed first; a part that is both removed and put is put. Save returns when the change is durable.
// Calls that come while another one writes are made durable together.
//
// After an error, usually nothing of the change is kept; if the disk failed at the end, it may be. The store can still
// be used: the next change is saved if there is room on the disk again. A context that ends while Save writes does not
// stop it.
func (s *Store) Save(
	ctx context.Context, environment string, replace bool, put map[string][]byte, remove []string,
) error {
	return s.commit(ctx, &change{environment: []byte(environment), replace: replace, put: put, remove: remove})
}

// Delete removes an environment, and returns when that is durable.
func (s *Store) Delete(ctx context.Context, environment string) error {
	return s.commit(ctx, &change{environment: []byte(environment), isDeletion: true})
}

// commit applies a change, together with those that other calls wait with. The first of them that gets the lock writes
// for all: a call that is alone does not wait.
func (s *Store) commit(ctx context.Context, own *change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.queue.Lock()
	s.waiting = append(s.waiting, own)
	s.queue.Unlock()

	s.commits.Lock()
	defer s.commits.Unlock()
	if own.isDone {
		return own.err
	}
	s.queue.Lock()
	batch := s.waiting
	s.waiting = nil
	s.queue.Unlock()
	s.write(batch)
	return own.err
}

// write applies changes in one transaction. If that fails, each gets one of its own, so that it has its own error.
func (s *Store) write(batch []*change) {
	isStuck, err := s.update(batch)
	if isStuck {
		s.use.Lock()
		s.isStuck, s.failed = true, err
		s.use.Unlock()
	}
	if err != nil && len(batch) > 1 {
		for _, one := range batch {
			s.write([]*change{one})
		}
		return
	}
	for _, one := range batch {
		one.isDone, one.err = true, err
	}
}

// update applies changes in one transaction. isStuck reports that bolt did not expect to fail where it did, so that it
// cannot be used any more.
func (s *Store) update(batch []*change) (isStuck bool, err error) {
	s.use.RLock()
	defer s.use.RUnlock()
	if s.failed != nil {
		return false, s.failed
	}
	if there, err := os.Stat(s.path); err != nil || !os.SameFile(there, s.found) {
		return false, fmt.Errorf("%s was removed or replaced while it was used, so nothing is saved: "+
			"restart pipesfake, and let nothing else write the file", s.path)
	}
	isFinished := false
	err = guard(s.path, func() error {
		err := s.database.Update(func(tx *bbolt.Tx) error {
			for _, one := range batch {
				if err := s.apply(tx, one); err != nil {
					return err
				}
			}
			return nil
		})
		isFinished = true
		return err
	})
	var damaged *DamagedError
	if err == nil || errors.As(err, &damaged) {
		return !isFinished, err
	}
	return false, fmt.Errorf("%s cannot be written, so the change is not saved: %w", s.path, err)
}

// apply makes a change within a transaction.
func (s *Store) apply(tx *bbolt.Tx, c *change) error {
	environments, all := tx.Bucket(environmentBucket), tx.Bucket(partBucket)
	kept, isGood := decodeRoot(tx.Bucket(rootBucket).Get(rootKey))
	if !isGood {
		return s.damaged("its root record is not what was saved")
	}
	old := environments.Get(c.environment)
	kept.environments.remove(c.environment, old)
	if (c.isDeletion || c.replace) && all.Bucket(c.environment) != nil {
		if err := all.DeleteBucket(c.environment); err != nil {
			return err
		}
	}
	if c.isDeletion {
		if err := environments.Delete(c.environment); err != nil {
			return err
		}
		return tx.Bucket(rootBucket).Put(rootKey, kept.encode())
	}
	var sum tally
	if old != nil && !c.replace {
		if sum, isGood = decodeTally(old); !isGood {
			return s.damaged(fmt.Sprintf("environment %s is not what was saved", c.environment))
		}
	}
	bucket, err := all.CreateBucketIfNotExists(c.environment)
	if err != nil {
		return err
	}
	if err := c.applyParts(bucket, &sum); err != nil {
		return err
	}
	record := sum.encode()
	kept.environments.add(c.environment, record)
	if err := environments.Put(c.environment, record); err != nil {
		return err
	}
	return tx.Bucket(rootBucket).Put(rootKey, kept.encode())
}

// applyParts puts and removes the parts of an environment, and keeps their tally.
func (c *change) applyParts(bucket *bbolt.Bucket, sum *tally) error {
	for _, name := range c.remove {
		key := []byte(name)
		sum.remove(key, bucket.Get(key))
		if err := bucket.Delete(key); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.put)) { // bolt inserts fastest in order
		key, value := []byte(name), append([]byte{}, c.put[name]...) // never nil
		sum.remove(key, bucket.Get(key))
		sum.add(key, value)
		if err := bucket.Put(key, value); err != nil {
			return err
		}
	}
	return nil
}

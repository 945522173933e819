package redisstore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/redis/go-redis/v9"
)

// What one command carries: more is put into a key of its own before, in pieces, which the script then takes over.
const (
	maxCommandBytes = 1 << 20
	maxCommandParts = 2000
)

// stagePatience is how long what was put before is kept if nothing takes it over.
const stagePatience = time.Minute

// check ends a script unless the change is still wanted: of an environment of this replica, and not older than one that
// was made. A call that was given up can reach Redis late, when a newer one has been made.
const check = `
local environment, id, writer, sequence = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local owner = redis.call('HGET', key('owners'), environment)
local last = redis.call('HGET', key('saved'), environment)
local lastWriter, lastSequence = string.match(last or '', '^(%S+) (%d+)$')
local isOld = lastWriter == writer and tonumber(sequence) <= tonumber(lastSequence)
`

// saveScript makes a change, whose parts are arguments or staged before. Staged parts become the environment if they
// replace everything. Otherwise they become its pending change, which counts as made: mergeScript puts it into the
// environment piece by piece, before the next change or when the environment is loaded. So no script takes long.
var saveScript = newScript(check + `
if id ~= '' and owner ~= id then return {'not owner', owner or ''} end
local pending = redis.call('HGET', key('pending'), environment)
if isOld then return {'done', pending or ''} end
local replace, staged, count, puts = ARGV[6], ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9])
if staged ~= '' and redis.call('HLEN', staged) ~= count then return {'lost', ''} end
if pending and replace ~= '1' then return {'pending', pending} end
local target = key('env:' .. environment)
if replace == '1' then
	drop(environment)
	if staged ~= '' then
		redis.call('RENAME', staged, target)
		redis.call('PERSIST', target)
	end
	staged = ''
elseif staged ~= '' then
	redis.call('PERSIST', staged)
	redis.call('HSET', key('pending'), environment, staged)
end
pieces('HDEL', target, ARGV, 10 + 2 * puts, #ARGV)
pieces('HSET', target, ARGV, 10, 9 + 2 * puts)
redis.call('SADD', key('environments'), environment)
redis.call('HSET', key('saved'), environment, writer .. ' ' .. sequence)
return {'done', staged}`)

var mergeScript = newScript(`return merge(ARGV[2], ARGV[3], ARGV[4])`)

var deleteScript = newScript(check + `
if id ~= '' and owner ~= id then
	if not owner and redis.call('SISMEMBER', key('environments'), environment) == 0 then return {'done', ''} end
	return {'not owner', owner or ''}
end
if isOld then return {'done', ''} end
drop(environment)
redis.call('SREM', key('environments'), environment)
redis.call('HDEL', key('owners'), environment)
if id ~= '' then
	redis.call('HDEL', key('saved'), environment)
else
	redis.call('HSET', key('saved'), environment, writer .. ' ' .. sequence)
end
return {'done', ''}`)

// Own makes Save and Delete change an environment only if the replica owns it; see Claim. A replica whose announcement
// has ended still owns what no other one has claimed since.
func (s *Store) Own(id string) { s.owner.Store(&id) }

// change returns the arguments that every change begins with.
func (s *Store) change(environment string) []any {
	owner := ""
	if id := s.owner.Load(); id != nil {
		owner = *id
	}
	return []any{environment, owner, s.writer, s.sequence.Add(1)}
}

// Save puts and removes parts of an environment, all of it or nothing. With replace, everything that the environment
// had before is removed first; a part that is both removed and put is put. Save returns when Redis has the change, and
// as many of its replicas as Open was told; with fewer, Save returns an error, though Redis has the change.
//
// An error whose NotOwner is true says that nothing was changed. After one whose Unreachable is true the change may be
// made or not, also later; but not after the next Save of the environment by this store.
func (s *Store) Save(
	ctx context.Context, environment string, replace bool, put map[string][]byte, remove []string,
) error {
	if replace {
		remove = nil
	}
	args := append(s.change(environment), flag(replace))
	if isLarge(put, remove) {
		staged := s.key(fmt.Sprintf("stage:%s:%d", s.writer, args[3]))
		if err := s.stage(ctx, staged, stagedParts(replace, put, remove)); err != nil {
			return err
		}
		args = append(args, staged, countParts(put, remove), 0)
	} else {
		args = append(args, "", 0, len(put))
		for name, value := range put {
			args = append(args, name, append([]byte{}, value...)) // never nil
		}
		for _, name := range remove {
			args = append(args, name)
		}
	}
	return s.apply(ctx, saveScript, environment, args)
}

// Delete removes an environment, which then has no owner. It returns when Save would.
func (s *Store) Delete(ctx context.Context, environment string) error {
	return s.apply(ctx, deleteScript, environment, s.change(environment))
}

// apply runs the script of a change, waits for the replicas of Redis on the same connection, and merges what is then
// pending.
func (s *Store) apply(ctx context.Context, code script, environment string, args []any) error {
	if s.wait == 0 {
		pending, err := s.result(ctx, s.client, code, environment, args)
		return s.mergeAfter(ctx, environment, pending, err)
	}
	conn := s.client.Conn()
	defer func() { _ = conn.Close() }()
	pending, err := s.result(ctx, conn, code, environment, args)
	if err != nil {
		return err
	}
	var count int64
	err = s.try(ctx, func() (err error) {
		count, err = conn.Wait(ctx, s.wait, patience).Result()
		return err
	})
	if err == nil && count < int64(s.wait) {
		err = fmt.Errorf("environment %s is saved in the store at %s, but only %d of %d replicas of it acknowledged "+
			"that within %v", environment, s.address, count, s.wait, patience)
	}
	return s.mergeAfter(ctx, environment, pending, err)
}

// result runs the script of a change, and returns the key of the pending change that it leaves. If another one is still
// pending, it is merged before.
func (s *Store) result(
	ctx context.Context, on redis.Scripter, code script, environment string, args []any,
) (pending string, err error) {
	for {
		reply, err := texts(2)(s.run(ctx, on, code, args...))
		if err != nil {
			return "", err
		}
		switch reply[0] {
		case "not owner":
			return "", &notOwnerError{environment, reply[1]}
		case "lost":
			return "", &unreachableError{
				"the store at " + s.address + " lost what was about to be saved: see that it is not full",
				errors.New("staged parts are lost"),
			}
		case "done":
			return reply[1], nil
		}
		if err := s.mergeAfter(ctx, environment, reply[1], nil); err != nil {
			return "", err
		}
	}
}

// mergeAfter merges a pending change, unless there is an error before it. All may do that, also at the same time.
func (s *Store) mergeAfter(ctx context.Context, environment, pending string, err error) error {
	for cursor := "0"; err == nil && pending != ""; {
		if cursor, err = text(s.run(ctx, s.client, mergeScript, environment, pending, cursor)); cursor == "0" {
			break
		}
	}
	return err
}

func isLarge(put map[string][]byte, remove []string) bool {
	size := 0
	for name, value := range put {
		size += len(name) + len(value)
	}
	return size > maxCommandBytes || len(put)+len(remove) > maxCommandParts
}

// countParts returns how many parts are put or removed.
func countParts(put map[string][]byte, remove []string) int {
	names := make(map[string]bool, len(remove))
	for _, name := range remove {
		if _, isPut := put[name]; !isPut {
			names[name] = true
		}
	}
	return len(put) + len(names)
}

// stagedParts yields what is staged of a change. Unless it replaces everything, a value begins with + and a part that
// is removed has the value -.
func stagedParts(replace bool, put map[string][]byte, remove []string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for name, value := range put {
			sign := "+"
			if replace {
				sign = ""
			}
			if !yield(name, append([]byte(sign), value...)) {
				return
			}
		}
		for _, name := range remove {
			if _, isPut := put[name]; !isPut && !yield(name, []byte("-")) {
				return
			}
		}
	}
}

// stage puts parts into a key of their own, which ends by itself.
func (s *Store) stage(ctx context.Context, key string, parts iter.Seq2[string, []byte]) error {
	var pairs []any
	size := 0
	for name, value := range parts {
		pairs = append(pairs, name, value)
		size += len(name) + len(value)
		if size >= maxCommandBytes || len(pairs) >= maxCommandParts {
			if err := s.stagePiece(ctx, key, pairs); err != nil {
				return err
			}
			pairs, size = pairs[:0], 0
		}
	}
	if len(pairs) == 0 {
		return nil
	}
	return s.stagePiece(ctx, key, pairs)
}

func (s *Store) stagePiece(ctx context.Context, key string, pairs []any) error {
	return s.try(ctx, func() error {
		pipe := s.client.Pipeline()
		pipe.HSet(ctx, key, pairs...)
		pipe.PExpire(ctx, key, stagePatience)
		_, err := pipe.Exec(ctx)
		return err
	})
}

func flag(is bool) string {
	if is {
		return "1"
	}
	return "0"
}

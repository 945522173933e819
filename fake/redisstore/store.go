// Package redisstore keeps environments in Redis or Valkey, where several servers (replicas) share them, and says which
// replica owns which environment.
//
// The keys begin with a prefix: PREFIX:format is the version of the format, PREFIX:environments the set of the
// environments' names, PREFIX:env:NAME the parts of one, PREFIX:replica:ID the announcement of a replica, which ends by
// itself, PREFIX:owners the owner of each environment. Everything that must happen at once is one script.
package redisstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
)

// format is the version of the format that is written and read.
const format = "3"

// maxScan is about how many parts Load reads at a time.
const maxScan = 1000

// Store is a connection to Redis or Valkey. Its methods may be called at the same time, except that an environment is
// saved or deleted by one call at a time.
//
// Errors of a store that is out of reach for now have a method Unreachable that returns true; it is then not known
// whether a change took effect. Errors of Save and Delete for an environment that another replica owns have a method
// NotOwner that returns true.
type Store struct {
	client   *redis.Client
	address  string // host and port
	database int
	prefix   string
	wait     int // how many replicas of Redis acknowledge a change

	owner    atomic.Pointer[string] // the id of the replica, after Own
	writer   string                 // tells this store from others
	sequence atomic.Int64           // numbers its changes
}

// quiet stops go-redis from writing to stderr: its errors are returned.
var quiet = sync.OnceFunc(func() { redis.SetLogger(silence{}) })

type silence struct{}

func (silence) Printf(context.Context, string, ...any) {}

var openScript = newScript(`
local format = redis.call('GET', key('format'))
if not format or format == ARGV[2] then
	redis.call('SET', key('format'), ARGV[2]) -- which finds out whether writing is possible
	return ARGV[2]
end
return format`)

// Open connects to the store at an address such as redis://USER:PASSWORD@HOST:6379/0?prefix=NAME. The schemes are redis
// and valkey, and with TLS rediss and valkeys. Save waits until that many replicas of Redis acknowledge, unless wait is
// 0. The errors say what to do, and never contain the password.
func Open(ctx context.Context, address string, wait int) (*Store, error) {
	options, prefix, err := parse(address)
	if err != nil {
		return nil, err
	}
	quiet()
	s := &Store{
		client: redis.NewClient(options), address: options.Addr, database: options.DB, prefix: prefix,
		wait: max(wait, 0), writer: rand.Text(),
	}
	if err := s.checkFormat(ctx); err != nil {
		_ = s.client.Close()
		return nil, err
	}
	return s, nil
}

func (s *Store) checkFormat(ctx context.Context) error {
	kept, err := text(s.run(ctx, s.client, openScript, format))
	if err != nil || kept == format {
		return err
	}
	ours, _ := strconv.Atoi(format)
	if theirs, err := strconv.Atoi(kept); err == nil && theirs > ours {
		return &NewerError{s.prefix, kept}
	}
	return fmt.Errorf("the store at %s: the key %s:format does not hold a format of pipesfake: name another prefix "+
		"(?prefix=NAME)", s.address, s.prefix)
}

// Close ends the connections.
func (s *Store) Close() error { return s.client.Close() }

// Environments lists the names of the environments that are kept, in order.
func (s *Store) Environments(ctx context.Context) ([]string, error) {
	return s.members(ctx, "environments")
}

// members returns a set in order.
func (s *Store) members(ctx context.Context, set string) (all []string, err error) {
	err = s.try(ctx, func() error {
		all, err = s.client.SMembers(ctx, s.key(set)).Result()
		return err
	})
	slices.Sort(all)
	return all, err
}

// Load returns the parts of an environment by name; none if nothing is kept. It reads a large environment in pieces, so
// that no other call waits long; nobody may save it meanwhile.
func (s *Store) Load(ctx context.Context, environment string) (map[string][]byte, error) {
	for range 3 {
		var parts map[string][]byte
		var pending string
		isWhole := false
		err := s.try(ctx, func() (err error) {
			parts, pending, isWhole, err = s.scan(ctx, environment)
			return err
		})
		if err := s.mergeAfter(ctx, environment, pending, err); err != nil {
			return nil, err
		}
		if isWhole && pending == "" {
			return parts, nil
		}
	}
	return nil, fmt.Errorf("environment %s changes in the store while it is read: see that no other pipesfake "+
		"uses the prefix %s", environment, s.prefix)
}

// scan reads the parts of an environment, unless a change is pending. isWhole reports whether it found all of them.
func (s *Store) scan(
	ctx context.Context, environment string,
) (parts map[string][]byte, pending string, isWhole bool, err error) {
	key := s.key("env:" + environment)
	pipe := s.client.Pipeline()
	waiting := pipe.HMGet(ctx, s.key("pending"), environment)
	length, page := pipe.HLen(ctx, key), pipe.HScan(ctx, key, 0, "", maxScan)
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, "", false, err
	}
	if name, is := waiting.Val()[0].(string); is {
		return nil, name, false, nil
	}
	parts = make(map[string][]byte, length.Val())
	for {
		pairs, cursor, err := page.Result()
		if err != nil {
			return nil, "", false, err
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			parts[pairs[i]] = []byte(pairs[i+1])
		}
		if cursor == 0 {
			return parts, "", int64(len(parts)) == length.Val(), nil
		}
		page = s.client.HScan(ctx, key, cursor, "", maxScan)
	}
}

var asideScript = newScript(`
local base = key('aside:' .. ARGV[2])
local name, n = base, 1
while redis.call('EXISTS', name .. ':environments') == 1 do
	n = n + 1
	name = base .. '-' .. n
end
local kept = redis.call('SMEMBERS', key('environments'))
if #kept == 0 then return '' end
for _, environment in ipairs(kept) do
	local pending, cursor = redis.call('HGET', key('pending'), environment), '0'
	repeat cursor = merge(environment, pending, cursor) until cursor == '0'
	if redis.call('EXISTS', key('env:' .. environment)) == 1 then
		redis.call('RENAME', key('env:' .. environment), name .. ':env:' .. environment)
	end
	forget(environment)
end
redis.call('RENAME', key('environments'), name .. ':environments')
redis.call('DEL', key('owners'), key('saved'))
return name`)

// SetAside renames the keys of all environments, and returns what the new names begin with; nothing if there were none.
// Then no environment is kept, owned or noted.
func (s *Store) SetAside(ctx context.Context) (where string, err error) {
	var stamp string
	err = s.try(ctx, func() error {
		now, err := s.client.Time(ctx).Result()
		stamp = now.UTC().Format("20060102T150405Z")
		return err
	})
	if err != nil {
		return "", err
	}
	return text(s.run(ctx, s.client, asideScript, stamp))
}

func (s *Store) key(name string) string { return s.prefix + ":" + name }

// shared begins every script. ARGV[1] is the prefix.
const shared = `
local function key(name) return ARGV[1] .. ':' .. name end

-- pieces runs a command with some of a list's elements at a time: Lua's stack is limited.
local function pieces(command, target, list, first, last)
	for i = first, last, 1000 do redis.call(command, target, unpack(list, i, math.min(i + 999, last))) end
end

local function isAlive(id) return redis.call('EXISTS', key('replica:' .. id)) == 1 end

local function forget(environment)
	for _, name in ipairs(redis.call('SMEMBERS', key('keys:' .. environment))) do
		redis.call('SREM', key('noted:' .. name), environment)
	end
	redis.call('DEL', key('keys:' .. environment))
end

-- drop removes all parts of an environment.
local function drop(environment)
	local pending = redis.call('HGET', key('pending'), environment)
	if pending then redis.call('UNLINK', pending) end
	redis.call('HDEL', key('pending'), environment)
	redis.call('UNLINK', key('env:' .. environment))
end

-- merge puts a piece of a pending change into its environment, and returns where the next one begins.
local function merge(environment, pending, cursor)
	if not pending or redis.call('HGET', key('pending'), environment) ~= pending then return '0' end
	local target = key('env:' .. environment)
	local page = redis.call('HSCAN', pending, cursor, 'COUNT', 500)
	local put, remove = {}, {}
	for i = 1, #page[2], 2 do
		local name, value = page[2][i], page[2][i + 1]
		if string.sub(value, 1, 1) == '+' then
			put[#put + 1] = name
			put[#put + 1] = string.sub(value, 2)
		else
			remove[#remove + 1] = name
		end
	end
	pieces('HSET', target, put, 1, #put)
	pieces('HDEL', target, remove, 1, #remove)
	if page[1] == '0' then
		redis.call('UNLINK', pending)
		redis.call('HDEL', key('pending'), environment)
	end
	return page[1]
end
`

// script returns a script of the store. Its hash is computed when it first runs.
type script func() *redis.Script

func newScript(source string) script {
	return sync.OnceValue(func() *redis.Script { return redis.NewScript(shared + source) })
}

// run runs a script.
func (s *Store) run(ctx context.Context, on redis.Scripter, code script, args ...any) (reply any, err error) {
	all := append([]any{s.prefix}, args...)
	err = s.try(ctx, func() error {
		reply, err = code().Run(ctx, on, nil, all...).Result()
		return err
	})
	return reply, err
}

// try makes a call, once more if its connection had ended, and explains its error. All calls may be repeated.
func (s *Store) try(ctx context.Context, call func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := call()
	if isBroken(err) {
		err = call()
	}
	if err == nil {
		return nil
	}
	return s.explain(err)
}

// errReply is the error of a reply that no script of this package makes.
var errReply = errors.New("the store replied something unexpected: see that it is Redis 6 or later, or Valkey")

// text returns the reply of a script that is a string.
func text(reply any, err error) (string, error) {
	if err != nil {
		return "", err
	}
	value, is := reply.(string)
	if !is {
		return "", errReply
	}
	return value, nil
}

// texts returns the reply of a script that is a list of n strings, or of any number if n is negative.
func texts(n int) func(reply any, err error) ([]string, error) {
	return func(reply any, err error) ([]string, error) {
		if err != nil {
			return nil, err
		}
		list, is := reply.([]any)
		if !is || n >= 0 && len(list) != n {
			return nil, errReply
		}
		values := make([]string, len(list))
		for i, value := range list {
			if values[i], is = value.(string); !is {
				return nil, errReply
			}
		}
		return values, nil
	}
}

// pairs makes a map of a list of keys and values.
func pairs(list []string, err error) (map[string]string, error) {
	if err != nil {
		return nil, err
	}
	if len(list)%2 != 0 {
		return nil, errReply
	}
	all := map[string]string{}
	for pair := range slices.Chunk(list, 2) {
		all[pair[0]] = pair[1]
	}
	return all, nil
}

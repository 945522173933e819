package redisstore

import (
	"context"
	"time"
)

var announceScript = newScript(`
local id, about, file, ttl, first = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local current = redis.call('GET', key('file')) or ''
if first ~= '1' and not isAlive(id) then return {'0', current} end
redis.call('HSET', key('replica:' .. id), 'about', about, 'file', file)
redis.call('PEXPIRE', key('replica:' .. id), ttl)
redis.call('SADD', key('replicas'), id)
local isServed = false
for _, other in ipairs(redis.call('SMEMBERS', key('replicas'))) do
	local theirs = redis.call('HGET', key('replica:' .. other), 'file')
	if not theirs then redis.call('SREM', key('replicas'), other) end
	isServed = isServed or theirs == current
end
if current ~= file and (not isServed or redis.call('SISMEMBER', key('files'), file) == 0) then
	current = file
	redis.call('SET', key('file'), file)
end
redis.call('SADD', key('files'), current)
return {'1', current}`)

// Announce says for ttl that the replica id is there. What others read of it is about; file is the digest of its
// scenario file. With first, the announcement is new. Otherwise it renews one: isAlive is false if that had ended
// meanwhile, and nothing is changed then. An id is announced as new once. The replica is sure to be alive for ttl from
// before the call, not from its return.
//
// Announce returns the digest that is in force: that of the first replica. A new digest takes its place when a replica
// announces itself with one that was not in force before, or when no replica with the present one is alive. So during a
// rolling change the newest file wins, and a replica with an older one that is started again does not take over.
func (s *Store) Announce(
	ctx context.Context, id, about, file string, ttl time.Duration, first bool,
) (isAlive bool, current string, err error) {
	reply, err := texts(2)(s.run(ctx, s.client, announceScript,
		id, about, file, max(ttl.Milliseconds(), 1), flag(first)))
	if err != nil {
		return false, "", err
	}
	return reply[0] == "1", reply[1], nil
}

var leaveScript = newScript(`
redis.call('DEL', key('replica:' .. ARGV[2]))
redis.call('SREM', key('replicas'), ARGV[2])
local owners = redis.call('HGETALL', key('owners'))
for i = 1, #owners, 2 do
	if owners[i + 1] == ARGV[2] then redis.call('HDEL', key('owners'), owners[i]) end
end
return 'done'`)

// Leave ends the announcement of a replica, and gives up all environments that it owns.
func (s *Store) Leave(ctx context.Context, id string) error {
	_, err := text(s.run(ctx, s.client, leaveScript, id))
	return err
}

var claimScript = newScript(`
local environment, id, writer, sequence, max = ARGV[2], ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6])
local owner = redis.call('HGET', key('owners'), environment)
if owner and owner ~= id then
	local about = redis.call('HGET', key('replica:' .. owner), 'about')
	if about then return {owner, about, '0'} end
end
local about = redis.call('HGET', key('replica:' .. id), 'about')
if not about then return {'', '', '0'} end
local begun = writer .. ' ' .. sequence -- what this replica called before, and comes late, is void
if owner == id then
	redis.call('HSET', key('saved'), environment, begun)
	return {id, about, '0'}
end
if redis.call('HGET', key('replica:' .. id), 'file') ~= redis.call('GET', key('file')) then return {'', '', '0'} end
local isNew = redis.call('SISMEMBER', key('environments'), environment) == 0
if isNew and max > 0 and redis.call('SCARD', key('environments')) >= max then return {'', '', '1'} end
redis.call('HSET', key('owners'), environment, id)
redis.call('SADD', key('environments'), environment)
redis.call('HSET', key('saved'), environment, begun)
return {id, about, '0'}`)

// Claim makes a replica the owner of an environment unless another replica that is alive owns it, and returns the owner
// with what it announced. An environment has at most one owner at a time, and keeps it until Release, Leave, Delete, or
// a Claim by another replica after its announcement has ended.
//
// Only a replica that is alive itself, and whose file is in force, becomes an owner: otherwise owner is empty if there
// is none. A new environment is entered among those that are kept. If max are kept already, it is not claimed, and
// isFull is true; 0 is no limit.
//
// A replica that owns the environment already can claim it again, unless it saves it at the same time: what it called
// before for the environment, and had no answer to, does not take effect any more.
func (s *Store) Claim(
	ctx context.Context, environment, id string, max int,
) (owner, about string, isFull bool, err error) {
	reply, err := texts(3)(s.run(ctx, s.client, claimScript,
		environment, id, s.writer, s.sequence.Add(1), max))
	if err != nil {
		return "", "", false, err
	}
	return reply[0], reply[1], reply[2] == "1", nil
}

var releaseScript = newScript(check + `
if owner == id and not isOld then redis.call('HDEL', key('owners'), environment) end
return 'done'`)

// Release gives an environment up. It does nothing if the replica does not own it.
func (s *Store) Release(ctx context.Context, environment, id string) error {
	_, err := text(s.run(ctx, s.client, releaseScript, environment, id, s.writer, s.sequence.Add(1)))
	return err
}

var replicasScript = newScript(`
local found = {}
for _, id in ipairs(redis.call('SMEMBERS', key('replicas'))) do
	local about = redis.call('HGET', key('replica:' .. id), 'about')
	if about then
		found[#found + 1] = id
		found[#found + 1] = about
	end
end
return found`)

// Replicas returns what the replicas that are alive announced, by id.
func (s *Store) Replicas(ctx context.Context) (map[string]string, error) {
	return pairs(texts(-1)(s.run(ctx, s.client, replicasScript)))
}

var ownersScript = newScript(`
local found, alive = {}, {}
local owners = redis.call('HGETALL', key('owners'))
for i = 1, #owners, 2 do
	local id = owners[i + 1]
	if alive[id] == nil then alive[id] = isAlive(id) end
	if alive[id] then
		found[#found + 1] = owners[i]
		found[#found + 1] = id
	end
end
return found`)

// Owners returns the replicas that own environments and are alive, by environment.
func (s *Store) Owners(ctx context.Context) (map[string]string, error) {
	return pairs(texts(-1)(s.run(ctx, s.client, ownersScript)))
}

var secretScript = newScript(`
redis.call('SETNX', key('secret'), ARGV[2])
return redis.call('GET', key('secret'))`)

// Secret returns the secret that all replicas share: made, unless there is one already.
func (s *Store) Secret(ctx context.Context, made string) (string, error) {
	return text(s.run(ctx, s.client, secretScript, made))
}

var noteScript = newScript(`
redis.call('SADD', key('noted:' .. ARGV[2]), ARGV[3])
redis.call('SADD', key('keys:' .. ARGV[3]), ARGV[2])
return 'done'`)

// Note adds an environment to those of a key, which is a tag or a hash of a token.
func (s *Store) Note(ctx context.Context, key, environment string) error {
	_, err := text(s.run(ctx, s.client, noteScript, key, environment))
	return err
}

// Noted lists the environments of a key, in order.
func (s *Store) Noted(ctx context.Context, key string) ([]string, error) {
	return s.members(ctx, "noted:"+key)
}

var forgetScript = newScript(`
forget(ARGV[2])
return 'done'`)

// Forget removes an environment from all keys.
func (s *Store) Forget(ctx context.Context, environment string) error {
	_, err := text(s.run(ctx, s.client, forgetScript, environment))
	return err
}

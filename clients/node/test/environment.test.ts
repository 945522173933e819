import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Environment, Pipesfake, PipesfakeError, VerificationError } from '../src/index.js';

let server: Pipesfake;
beforeAll(async () => {
  server = await Pipesfake.start();
});
afterAll(async () => {
  await server.stop();
});

interface Answer {
  status: number;
  active?: boolean;
  error?: string;
  access_token?: { missing_scopes: string[] };
}

/** Asks for a token as an application does, and returns the response with its status. */
async function token(pipes: Environment, userID = 'user_1'): Promise<Answer> {
  const response = await fetch(`${pipes.url}/data-integrations/github/token`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${pipes.apiKey}` },
    body: JSON.stringify({ user_id: userID }),
  });
  return { ...((await response.json()) as object), status: response.status };
}

test('switches', async () => {
  const pipes = server.environment('switches');
  expect((await token(pipes)).active).toBe(true);
  await pipes.use('needs_reauthorization', { provider: 'github', userId: 'user_1' });
  expect((await token(pipes)).error).toBe('needs_reauthorization');
  expect((await token(pipes, 'user_2')).active).toBe(true);
  await pipes.useState({ missingScopes: ['repo'] }, { userId: 'user_1', organizationId: null, ttl: '5m' });
  expect((await token(pipes)).access_token?.missing_scopes).toEqual(['repo']);
  expect((await pipes.explain({ provider: 'github', userId: 'user_1' })).because).toContain('switch 2');
  await pipes.takeBack();
  expect((await token(pipes)).error).toBe('needs_reauthorization');
  await pipes.reset();
  expect((await token(pipes)).active).toBe(true);
});

test('faults', async () => {
  const pipes = server.environment('faults');
  const fault = await pipes.fault({ status: 503, operation: 'token', userId: 'user_1', retryAfter: 0 });
  expect((await token(pipes)).status).toBe(503);
  expect((await pipes.faults()).map((one) => one.id)).toEqual([fault.id]);
  await fault.remove();
  expect((await token(pipes)).active).toBe(true);
  await pipes.fault({ status: 500, body: { keepThis: 1 } });
  expect((await token(pipes)).status).toBe(500);
  await pipes.removeFaults();
  expect((await token(pipes)).active).toBe(true);
});

test('time', async () => {
  const pipes = server.environment('time');
  const noon = new Date('2026-01-15T12:00:00Z');
  await pipes.setTime(noon);
  const before = await pipes.freeze();
  expect((await pipes.advance('1h30m')).getTime() - before.getTime()).toBe(90 * 60_000);
  expect(await pipes.now()).toEqual(new Date(before.getTime() + 90 * 60_000));
  await pipes.unfreeze();
});

test('a fault that is gone spares the one that has its id since a reset', async () => {
  const pipes = server.environment('faults-gone');
  const gone = await pipes.fault({ status: 503 });
  await pipes.reset();
  const newer = await pipes.fault({ status: 503 });
  expect(newer.id).toBe(gone.id);
  await expect(gone.remove()).rejects.toThrow('No fault');
  expect(await pipes.faults()).toHaveLength(1);
  await newer.remove();
});

test('verification', async () => {
  const pipes = server.environment('verification');
  await token(pipes, 'user_bob');
  expect((await pipes.verify({ operation: 'token', userId: 'user_bob', count: 1 })).count).toBe(1);
  const failed = await pipes.verify({ operation: 'token', userId: 'user_bobby' }).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(VerificationError);
  expect((failed as VerificationError).message).toMatch(/near miss: .*user_bob.*user_bobby/);
  expect((failed as VerificationError).stack?.split('\n').find((line) => line.startsWith('    at '))).toContain(
    'environment.test',
  );
  await pipes.verify({ order: [{ operation: 'token' }] });
  await pipes.waitFor({ operation: 'token', timeout: '1s' });
  await pipes.use('needs_reauthorization', { provider: 'github', userId: 'user_bob' });
  await pipes.waitFor({ event: 'pipes.connected_account.reauthorization_needed', timeout: '5s' });
  await expect(pipes.waitFor({ event: 'pipes.connected_account.connected', timeout: '10ms' })).rejects.toThrow('0');
  const [request] = await pipes.requests({ userId: 'user_bob' });
  expect(request?.status).toBe(200);
  expect(JSON.stringify(await pipes.request(request?.id ?? ''))).toContain('user_bob');
  expect(await pipes.tail()).toContain('200 token github user_bob (active');
  await pipes.clearRequests();
  expect(await pipes.tail()).toContain('does the application use its url and apiKey?');
});

test('snapshots and the rest', async () => {
  const pipes = server.environment('snapshots');
  await pipes.snapshot('before');
  await pipes.use('not_installed');
  await pipes.restore('before');
  expect((await token(pipes)).active).toBe(true);
  expect((await pipes.snapshots()).map((one) => one.name)).toEqual(['before']);
  await pipes.deleteSnapshot('before');
  expect((await pipes.scenarios()).map((one) => one.name)).toContain('expired');
  expect(await pipes.state()).toHaveProperty('connections');
  expect(await pipes.export()).toMatch(/^#/);
  expect(await pipes.webhooks()).toEqual([]);
  expect((await pipes.coverage()).seen).toBeGreaterThan(0);
  expect((await server.coverage()).seen).toBeGreaterThan(0);
  expect((await server.environments()).map((one) => one.name)).toContain('snapshots');
  await pipes.delete();
  expect((await server.environments()).map((one) => one.name)).not.toContain('snapshots');
});

describe('mistakes', () => {
  const wrong: Record<string, [(pipes: Environment) => Promise<unknown>, string]> = {
    'an unknown scenario': [(pipes) => pipes.use('expird'), 'did you mean expired'],
    'a time without a unit': [(pipes) => pipes.use('expired', { ttl: '5' }), 'ttl'],
    'no fault': [(pipes) => pipes.fault({}), 'fault'],
    'a misspelt key': [(pipes) => pipes.fault({ sttaus: 503 } as object), 'did you mean status'],
    'no duration': [(pipes) => pipes.advance('tomorrow'), 'by'],
    'no such snapshot': [(pipes) => pipes.restore('nothing'), 'snapshot'],
    'nothing to take back': [(pipes) => pipes.takeBack(), 'switch'],
  };
  test.each(Object.entries(wrong))('%s', async (_, [call, message]) => {
    const failed = await call(server.environment('mistakes')).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(PipesfakeError);
    expect((failed as PipesfakeError).message).toContain(message);
    expect((failed as PipesfakeError).status).toBeGreaterThanOrEqual(400);
  });
});

test('a value that is undefined', async () => {
  const pipes = server.environment('undefined');
  const place = { userId: undefined } as object;
  await expect(pipes.use('expired', place)).rejects.toThrow('userId is undefined: leave it out for any');
  await expect(pipes.verify(place)).rejects.toThrow('userId is undefined');
});

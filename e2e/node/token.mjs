// The token endpoint through the official Node SDK: workos.pipes.getAccessToken.
import assert from 'node:assert/strict';
import {
  BadRequestException,
  ConflictException,
  GenericServerException,
  NotFoundException,
  UnauthorizedException,
  UnprocessableEntityException,
} from '@workos-inc/node';
import { assertError, client, reset, run, strictClient, takeBack, thrown, use } from './harness.mjs';

const asked = ['repo', 'user:email', 'read:org']; // by github, says the built-in tour
const hour = 3_600_000;
const workos = client();

function token(userId = 'user_alice', organizationId, workosOf = workos) {
  return workosOf.pipes.getAccessToken({ provider: 'github', userId, organizationId });
}

// state is a result in one word, where a case is not about its details.
async function state(userId, organizationId, workosOf) {
  const result = await token(userId, organizationId, workosOf);
  if (!result.active) return result.error;
  if (result.accessToken.missingScopes.length > 0) return 'missing_scopes';
  return result.accessToken.expiresAt < new Date() ? 'expired' : 'active';
}

// assertActive checks an access token in every field as the SDK types it.
function assertActive(result, { lifetime, scopes = asked, missingScopes = [] }) {
  assert.equal(result.active, true);
  assert.deepEqual(Object.keys(result).sort(), ['accessToken', 'active']);
  const { object, accessToken, expiresAt, ...rest } = result.accessToken;
  assert.equal(object, 'access_token');
  assert.match(accessToken, /^\S{8,}$/);
  assert.ok(expiresAt instanceof Date, `expiresAt is ${expiresAt}`);
  const off = expiresAt.getTime() - Date.now() - lifetime;
  assert.ok(Math.abs(off) < 60_000, `expiresAt is ${off} ms off`);
  assert.deepEqual(rest, { scopes, missingScopes });
}

const states = {
  async active() {
    assertActive(await token(), { lifetime: hour });
  },
  async not_installed() {
    await use('not_installed');
    assert.deepEqual(await token(), { active: false, error: 'not_installed' });
  },
  async needs_reauthorization() {
    await use('needs_reauthorization');
    assert.deepEqual(await token(), { active: false, error: 'needs_reauthorization' });
  },
  async missing_scopes() {
    await use('missing_scopes');
    assertActive(await token(), { lifetime: hour, scopes: ['repo', 'user:email'], missingScopes: ['read:org'] });
  },
  async expired() {
    await use('expired');
    assertActive(await token(), { lifetime: -hour });
  },
  async never_expires() {
    await use({ expires_in: 'never' });
    const result = await token();
    assert.equal(result.active, true);
    assert.equal(result.accessToken.expiresAt, null);
  },
  async same_token_again() {
    const [first, second, other] = [await token(), await token(), await token('user_bob')];
    assert.deepEqual(second, first);
    assert.notEqual(other.accessToken.accessToken, first.accessToken.accessToken);
  },
};

const switches = {
  async per_user() {
    const of = { user_a: 'active', user_b: 'not_installed', user_c: 'needs_reauthorization', user_d: 'missing_scopes', user_e: 'expired' };
    for (const [user_id, scenario] of Object.entries(of)) await use(scenario, { user_id });
    for (const [userId, scenario] of Object.entries(of)) assert.equal(await state(userId), scenario);
  },
  async per_organization() {
    const of = { org_a: 'active', org_b: 'not_installed', org_c: 'needs_reauthorization', org_d: 'missing_scopes', org_e: 'expired' };
    await use('needs_reauthorization', { user_id: 'user_alice', organization_id: null });
    for (const [organization_id, scenario] of Object.entries(of)) await use(scenario, { user_id: 'user_alice', organization_id });
    for (const [organization, scenario] of Object.entries(of)) assert.equal(await state('user_alice', organization), scenario);
    assert.equal(await state('user_alice'), 'needs_reauthorization');
    assert.equal(await state('user_bob', 'org_b'), 'active'); // the switches name Alice
  },
  async per_provider() {
    await use('not_installed', { provider: 'slack' });
    assert.equal(await state('user_alice'), 'active');
    assert.equal((await workos.pipes.getAccessToken({ provider: 'slack', userId: 'user_alice' })).error, 'not_installed');
  },
  async before_and_after() {
    assert.equal(await state(), 'active');
    for (const scenario of ['not_installed', 'needs_reauthorization', 'missing_scopes', 'expired', 'active']) {
      await use(scenario);
      assert.equal(await state(), scenario);
    }
  },
  async last_switch_decides() {
    await use('not_installed', { user_id: 'user_alice' });
    await use('expired');
    assert.equal(await state('user_alice'), 'expired');
    await use('needs_reauthorization', { user_id: 'user_alice' });
    assert.deepEqual([await state('user_alice'), await state('user_bob')], ['needs_reauthorization', 'expired']);
  },
  async take_back() {
    const before = await token();
    await use('not_installed');
    await use('needs_reauthorization', { user_id: 'user_alice' });
    await takeBack();
    assert.equal(await state('user_alice'), 'not_installed');
    await takeBack();
    assert.deepEqual(await token(), before);
  },
  async reset() {
    await use('not_installed');
    await use('expired', { user_id: 'user_alice' });
    await reset();
    assert.deepEqual([await state('user_alice'), await state('user_bob')], ['active', 'active']);
  },
  async environments_are_apart() {
    const keys = ['sk_env_a', 'sk_env_b'];
    for (const key of keys) await reset(key);
    await use('not_installed', {}, 'sk_env_a');
    await use('expired', {}, 'sk_env_b');
    const seen = [await state('user_alice')];
    for (const key of keys) seen.push(await state('user_alice', undefined, client(key)));
    assert.deepEqual(seen, ['active', 'not_installed', 'expired']);
  },
};

const errors = {
  async error_400_empty_user() {
    assertError(await thrown(token('')), BadRequestException, {
      status: 400, code: 'invalid_request', message: /user_id must not be empty/,
      errors: [{ field: 'user_id', code: 'invalid', message: 'user_id must not be empty' }],
    });
  },
  async error_401_wrong_key() {
    assertError(await thrown(token('user_alice', undefined, client('pk_fake_node'))), UnauthorizedException, { status: 401 });
  },
  async error_403_live_key() {
    const error = await thrown(token('user_alice', undefined, client('sk_live_fake')));
    assertError(error, GenericServerException, { status: 403, code: 'live_key', message: /live key.*pipesfake/ });
  },
  async error_404_no_slug() {
    const error = await thrown(workos.pipes.getAccessToken({ provider: 'no/slug', userId: 'user_alice' }));
    assertError(error, NotFoundException, { status: 404, code: 'entity_not_found', message: /no\/slug/ });
  },
  async error_404_strict() {
    const strict = strictClient();
    assert.equal(await state('user_alice', undefined, strict), 'active');
    const error = await thrown(strict.pipes.getAccessToken({ provider: 'slack', userId: 'user_alice' }));
    assertError(error, NotFoundException, { status: 404, code: 'entity_not_found', message: /slack/ });
  },
  async error_422_api_key() {
    await use({ auth_method: 'api_key' });
    const error = await thrown(token());
    assertError(error, UnprocessableEntityException, { status: 422, code: 'auth_method_mismatch', message: /api_key.*\/credentials/ });
  },
};

const newer = {
  async organization_owned() {
    await use('not_installed', { connection_owner: 'organization' });
    const of = { provider: 'github', userId: 'user_alice', organizationId: 'org_acme' };
    assert.equal((await workos.pipes.getAccessToken({ ...of, connectionOwner: 'organization' })).error, 'not_installed');
    assert.equal((await workos.pipes.getAccessToken({ ...of, connectionOwner: 'user' })).active, true);
  },
  async one_of_several() {
    const of = { provider: 'github', userId: 'user_alice' };
    const account = await workos.pipes.createUserConnectedAccount({ slug: 'github', userId: 'user_alice', accessToken: 'second', connectionIntent: 'add' });
    assert.equal((await workos.pipes.getAccessToken({ ...of, connectedAccountId: account.id })).accessToken.accessToken, 'second');
    const error = await thrown(workos.pipes.getAccessToken({ ...of, supportsMultipleConnections: true }));
    assertError(error, ConflictException, { status: 409, code: 'account_selection_required' });
    assertError(await thrown(workos.pipes.getAccessToken({ ...of, connectedAccountId: 'data_installation_x' })), NotFoundException, { status: 404 });
  },
};

await run('token', { ...states, ...switches, ...newer, ...errors });

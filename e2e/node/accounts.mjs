// Connected accounts and what they authenticate with, through the official Node SDK.
import assert from 'node:assert/strict';
import { ConflictException, UnprocessableEntityException } from '@workos-inc/node';
import { assertError, badRequest, client, everyError, missing, run, thrown, use } from './harness.mjs';

const { pipes } = client();
const github = { slug: 'github', userId: 'user_alice' };
const shared = { slug: 'slack', organizationId: 'org_acme' };
const token = async (of = {}) => pipes.getAccessToken({ provider: 'github', userId: 'user_alice', ...of });

// assertAccount checks an account in every field as the SDK types it.
function assertAccount(account, expected) {
  const { id, createdAt, updatedAt, ...rest } = account;
  assert.match(id, /^data_installation_[0-9A-HJKMNP-TV-Z]{26}$/);
  for (const date of [createdAt, updatedAt]) assert.match(date, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(rest, {
    object: 'connected_account', connectionRole: 'compatibility', accountIdentifier: null, accountDisplayName: null,
    userId: 'user_alice', organizationId: null, scopes: [], authMethod: 'oauth', apiKeyLast4: null, clientId: null,
    clientSecretLast4: null, config: {}, state: 'connected', ...expected,
  });
}

await run('get_connected_account', {
  async active() {
    assertAccount(await pipes.getUserConnectedAccount(github), { scopes: ['repo', 'user:email', 'read:org'] });
  },
  async in_an_organization() {
    const account = await pipes.getUserConnectedAccount({ ...github, organizationId: 'org_acme' });
    assertAccount(account, { organizationId: 'org_acme', scopes: ['repo', 'user:email', 'read:org'] });
  },
  async needs_reauthorization() {
    await use('needs_reauthorization');
    assert.equal((await pipes.getUserConnectedAccount(github)).state, 'needs_reauthorization');
  },
  async not_installed() {
    await use('not_installed');
    await missing(() => pipes.getUserConnectedAccount(github))();
  },
  error_404_unknown_account: missing(() => pipes.getUserConnectedAccount({ ...github, connectedAccountId: 'data_installation_x' })),
  async error_409_which() {
    await pipes.createUserConnectedAccount({ ...github, accessToken: 't', connectionIntent: 'add' });
    const error = await thrown(pipes.getUserConnectedAccount({ ...github, supportsMultipleConnections: true }));
    assertError(error, ConflictException, { status: 409, code: 'account_selection_required' });
  },
  ...everyError((workos) => workos.pipes.getUserConnectedAccount(github)),
});

await run('import_connected_account', {
  async is_what_token_serves() {
    await use('not_installed');
    const expiresAt = new Date(Date.now() + 3_600_000);
    const account = await pipes.createUserConnectedAccount({ ...github, accessToken: 'gho_mine', refreshToken: 'ghr_mine', expiresAt, scopes: ['repo'] });
    assertAccount(account, { scopes: ['repo'] });
    assert.deepEqual(await token(), {
      active: true,
      accessToken: { object: 'access_token', accessToken: 'gho_mine', expiresAt, scopes: ['repo'], missingScopes: ['user:email', 'read:org'] },
    });
  },
  async nothing_needs_reauthorization() {
    await use('not_installed');
    assert.equal((await pipes.createUserConnectedAccount(github)).state, 'needs_reauthorization');
  },
  async another() {
    const account = await pipes.createUserConnectedAccount({ ...github, accessToken: 't', connectionIntent: 'add' });
    assertAccount(account, { connectionRole: 'standard' });
  },
  async error_404_deleted_integration() {
    await pipes.deleteDataIntegration({ slug: 'github' });
    await missing(() => pipes.createUserConnectedAccount(github))();
  },
  async error_409_exists() {
    const error = await thrown(pipes.createUserConnectedAccount({ ...github, accessToken: 't' }));
    assertError(error, ConflictException, { status: 409, code: 'entity_already_exists', message: /switch it to not_installed/ });
  },
  async error_422_no_refresh_token() {
    await use('not_installed');
    const error = await thrown(pipes.createUserConnectedAccount({ ...github, accessToken: 't', expiresAt: new Date() }));
    assertError(error, UnprocessableEntityException, { status: 422, code: 'invalid_token_combination' });
  },
  ...everyError((workos) => workos.pipes.createUserConnectedAccount(github)),
});

await run('update_connected_account', {
  async tokens() {
    assertAccount(await pipes.updateUserConnectedAccount({ ...github, accessToken: 'new', scopes: ['repo'] }), { scopes: ['repo'] });
    assert.equal((await token()).accessToken.accessToken, 'new');
    assert.equal((await token()).accessToken.expiresAt, null);
  },
  async state() {
    assert.equal((await pipes.updateUserConnectedAccount({ ...github, state: 'needs_reauthorization' })).state, 'needs_reauthorization');
    assert.deepEqual(await token(), { active: false, error: 'needs_reauthorization' });
  },
  async exactly_one() {
    const { id } = await pipes.createUserConnectedAccount({ ...github, accessToken: 't', connectionIntent: 'add' });
    const account = await pipes.updateUserConnectedAccount({ ...github, connectedAccountId: id, connectionIntent: 'reauthorize', accessToken: 'again' });
    assert.equal(account.id, id);
    assert.equal((await token({ connectedAccountId: id })).accessToken.accessToken, 'again');
  },
  async error_404() {
    await use('not_installed');
    await missing(() => pipes.updateUserConnectedAccount(github))();
  },
  ...everyError((workos) => workos.pipes.updateUserConnectedAccount(github)),
});

await run('delete_connected_account', {
  async is_gone_everywhere() {
    const { id } = await pipes.getUserConnectedAccount(github);
    assert.equal(await pipes.deleteUserConnectedAccount(github), undefined);
    assert.deepEqual(await token(), { active: false, error: 'not_installed' });
    await missing(() => pipes.getUserConnectedAccount(github))();
    const { data } = await pipes.listUserDataProviders({ userId: 'user_alice' });
    assert.equal(data.find((p) => p.slug === 'github').connectedAccount, null);
    await use('active');
    assert.notEqual((await pipes.getUserConnectedAccount(github)).id, id);
  },
  async error_404() {
    await pipes.deleteUserConnectedAccount(github);
    await missing(() => pipes.deleteUserConnectedAccount(github))();
  },
  ...everyError((workos) => workos.pipes.deleteUserConnectedAccount(github)),
});

await run('credentials', {
  async oauth() {
    const { active, credential } = await pipes.createDataIntegrationCredential(github);
    assert.equal(active, true);
    const { accessToken } = await token();
    assert.deepEqual({ ...credential, expiresAt: new Date(credential.expiresAt) }, {
      object: 'credential', authMethod: 'oauth', value: accessToken.accessToken, expiresAt: accessToken.expiresAt,
      scopes: accessToken.scopes, missingScopes: [], config: {},
    });
  },
  async api_key() {
    await use({ auth_method: 'api_key', access_token: 'key_9876' });
    const { credential } = await pipes.createDataIntegrationCredential(github);
    assert.deepEqual(credential, { object: 'credential', authMethod: 'api_key', value: 'key_9876', config: {} });
  },
  async client_credentials() {
    await use({ auth_method: 'client_credentials' });
    const { credential } = await pipes.createDataIntegrationCredential({ ...github, slug: 'salesforce' });
    assert.equal(credential.authMethod, 'client_credentials');
    assert.match(credential.metadata.instance_url, /^https:/);
  },
  async inactive() {
    for (const error of ['not_installed', 'needs_reauthorization']) {
      await use(error);
      assert.deepEqual(await pipes.createDataIntegrationCredential(github), { active: false, error });
    }
  },
  error_400_no_user: badRequest(() => pipes.createDataIntegrationCredential({ slug: 'github', userId: '' }), 'user_id'),
  error_404_no_slug: missing(() => pipes.createDataIntegrationCredential({ slug: 'no/slug', userId: 'user_alice' })),
  async error_409_which() {
    await pipes.createUserConnectedAccount({ ...github, accessToken: 't', connectionIntent: 'add' });
    const error = await thrown(pipes.createDataIntegrationCredential({ ...github, supportsMultipleConnections: true }));
    assertError(error, ConflictException, { status: 409, code: 'account_selection_required' });
  },
  ...everyError((workos) => workos.pipes.createDataIntegrationCredential(github)),
});

const key = { slug: 'keys', userId: 'user_alice', secret: 'sk-123456cdef' };
await run('upsert_api_key', {
  async connects_and_rotates() {
    await use('not_installed');
    const first = await pipes.updateDataIntegrationApiKey(key);
    assertAccount(first, { authMethod: 'api_key', apiKeyLast4: 'cdef' });
    const second = await pipes.updateDataIntegrationApiKey({ ...key, secret: 'other' });
    assert.deepEqual([second.id, second.apiKeyLast4], [first.id, 'ther']);
    assert.equal((await pipes.createDataIntegrationCredential(key)).credential.value, 'other');
  },
  async organizations() {
    await use('not_installed');
    const account = await pipes.updateDataIntegrationApiKey({ ...key, organizationId: 'org_acme', connectionOwner: 'organization' });
    assertAccount(account, { userId: null, organizationId: 'org_acme', authMethod: 'api_key', apiKeyLast4: 'cdef' });
  },
  error_400_empty: badRequest(() => pipes.updateDataIntegrationApiKey({ ...key, secret: '' }), 'secret'),
  error_404_unknown_account: missing(() => pipes.updateDataIntegrationApiKey({ ...key, connectedAccountId: 'data_installation_x' })),
  async error_422_oauth() {
    const error = await thrown(pipes.updateDataIntegrationApiKey(key));
    assertError(error, UnprocessableEntityException, { status: 422, code: 'auth_method_mismatch' });
  },
  ...everyError((workos) => workos.pipes.updateDataIntegrationApiKey(key)),
});

await run('create_api_key', {
  async adds() {
    await use('not_installed');
    const roles = [];
    for (const secret of ['first', 'second']) {
      roles.push((await pipes.createDataIntegrationApiKey({ ...key, secret, connectionIntent: 'add' })).connectionRole);
    }
    assert.deepEqual(roles, ['compatibility', 'standard']);
  },
  error_400_no_intent: badRequest(() => pipes.createDataIntegrationApiKey(key), 'connection_intent'),
  ...everyError((workos) => workos.pipes.createDataIntegrationApiKey({ ...key, connectionIntent: 'add' })),
});

const app = { slug: 'salesforce', userId: 'user_alice', clientId: '3MVG9', clientSecret: 'shhh-cdef', config: { mydomain: 'acme' } };
await run('upsert_client_credentials', {
  async connects_and_rotates() {
    await use('not_installed');
    const expected = { authMethod: 'client_credentials', scopes: ['api', 'refresh_token'], clientId: '3MVG9', clientSecretLast4: 'cdef', config: { mydomain: 'acme' } };
    const first = await pipes.updateDataIntegrationClientCredentials(app);
    assertAccount(first, expected);
    assert.equal((await pipes.updateDataIntegrationClientCredentials({ ...app, clientSecret: 'other' })).id, first.id);
    assert.equal((await pipes.createDataIntegrationCredential(app)).credential.metadata.instance_url, 'https://acme.my.salesforce.com');
  },
  error_400_empty: badRequest(() => pipes.updateDataIntegrationClientCredentials({ ...app, clientId: '' }), 'client_id'),
  error_404: missing(() => pipes.updateDataIntegrationClientCredentials({ ...app, slug: 'no/slug' })),
  async error_422_oauth() {
    const error = await thrown(pipes.updateDataIntegrationClientCredentials(app));
    assertError(error, UnprocessableEntityException, { status: 422, code: 'auth_method_mismatch' });
  },
  ...everyError((workos) => workos.pipes.updateDataIntegrationClientCredentials(app)),
});

await run('create_client_credentials', {
  async adds() {
    await use('not_installed');
    await pipes.updateDataIntegrationClientCredentials(app);
    const account = await pipes.createDataIntegrationClientCredential({ ...app, connectionIntent: 'add' });
    assert.equal(account.connectionRole, 'standard');
  },
  error_400_no_intent: badRequest(() => pipes.createDataIntegrationClientCredential(app), 'connection_intent'),
  ...everyError((workos) => workos.pipes.createDataIntegrationClientCredential({ ...app, connectionIntent: 'add' })),
});

const of = { ...shared, userId: 'user_admin' };
await run('organization_connected_account', {
  async import_get_update_delete() {
    await use('not_installed');
    assertAccount(await pipes.createOrganizationConnectedAccount({ ...of, accessToken: 'shared' }), { userId: null, organizationId: 'org_acme' });
    const { accessToken } = await token({ provider: 'slack', userId: 'user_bob', organizationId: 'org_acme', connectionOwner: 'organization' });
    assert.equal(accessToken.accessToken, 'shared');
    assert.equal((await pipes.getOrganizationConnectedAccount(shared)).state, 'connected');
    assert.equal((await pipes.updateOrganizationConnectedAccount({ ...of, state: 'needs_reauthorization' })).state, 'needs_reauthorization');
    assert.equal(await pipes.deleteOrganizationConnectedAccount(shared), undefined);
    await missing(() => pipes.getOrganizationConnectedAccount(shared))();
    await missing(() => pipes.updateOrganizationConnectedAccount(of))();
    await missing(() => pipes.deleteOrganizationConnectedAccount(shared))();
  },
  async error_409_exists() {
    assertError(await thrown(pipes.createOrganizationConnectedAccount(of)), ConflictException, { status: 409 });
  },
  async error_422_nobody_acts() {
    assertError(await thrown(pipes.createOrganizationConnectedAccount(shared)), UnprocessableEntityException, { status: 422 });
  },
  ...everyError((workos) => workos.pipes.getOrganizationConnectedAccount(shared)),
});

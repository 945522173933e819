// Data integrations, what owners can connect to, and the way there, through the official Node SDK.
import assert from 'node:assert/strict';
import { ConflictException, GenericServerException, UnprocessableEntityException } from '@workos-inc/node';
import { assertError, badRequest, client, everyError, missing, run, strictClient, thrown, use } from './harness.mjs';

const { pipes } = client();
const credentials = { type: 'custom', clientId: 'Iv1.abc', clientSecret: 'secret_6789' };
const mine = { provider: 'linear', credentials };

// assertIntegration checks an integration in every field as the SDK types it.
function assertIntegration(integration, expected) {
  const { id, redirectUri, createdAt, updatedAt, ...rest } = integration;
  assert.match(id, /^data_integration_[0-9A-HJKMNP-TV-Z]{26}$/);
  for (const date of [createdAt, updatedAt]) assert.ok(date instanceof Date && !Number.isNaN(date.getTime()));
  assert.match(redirectUri, /^$|\/data-integrations\/[^/]+\/dik_[0-9A-Z]{26}\/callback$/);
  assert.deepEqual(rest, {
    object: 'data_integration', slug: 'linear', integrationType: 'linear', ownership: 'user', description: null, enabled: false, state: 'valid',
    scopes: null, authMethods: ['oauth'], credentials: { type: 'custom', clientId: 'Iv1.abc', redactedClientSecret: '6789' },
    installation: null, config: {}, customProvider: null, ...expected,
  });
}

await run('create_data_integration', {
  async built_in() {
    assertIntegration(await pipes.createDataIntegration(mine), {});
  },
  async of_everything() {
    const options = { ...mine, description: 'Ours', enabled: true, scopes: ['read'], config: { team: 'a' }, ownership: 'organization' };
    assertIntegration(await pipes.createDataIntegration(options), { description: 'Ours', enabled: true, scopes: ['read'], config: { team: 'a' }, ownership: 'organization' });
  },
  async organizations_credentials() {
    const integration = await pipes.createDataIntegration({ provider: 'linear', credentials: { type: 'organization' } });
    assertIntegration(integration, { credentials: { type: 'organization', clientId: null, redactedClientSecret: null } });
  },
  async api_key() {
    const integration = await pipes.createDataIntegration({ provider: 'linear', authMethods: ['api_key'], apiKey: { secret: 'key-1234', userId: 'user_alice' } });
    const { id, ...installation } = integration.installation;
    assert.match(id, /^data_installation_/);
    assert.deepEqual(installation, {
      connectionRole: 'compatibility', accountIdentifier: null, accountDisplayName: null, userId: 'user_alice', organizationId: null, apiKeyLast4: '1234',
    });
    assert.equal(integration.redirectUri, '');
    assert.equal(integration.credentials, null);
  },
  async custom() {
    const customProvider = { name: 'My CRM', authorizationUrl: 'https://crm.example.com/authorize', tokenUrl: 'https://crm.example.com/token' };
    const integration = await pipes.createDataIntegration({ provider: 'my-crm', credentials, customProvider });
    assert.deepEqual(integration.customProvider, {
      ...customProvider, refreshTokenUrl: null, pkceEnabled: true, requestScopeSeparator: ' ', scopesRequired: false, clientSecretRequired: true,
      additionalAuthorizationParameters: {}, tokenBodyContentType: 'application/x-www-form-urlencoded', authenticateVia: 'request_body',
    });
  },
  error_400: badRequest(() => pipes.createDataIntegration({ provider: 'linear' }), 'credentials'),
  error_404_strict: missing(() => strictClient().pipes.createDataIntegration({ ...mine, provider: 'nowhere' })),
  async error_409_exists() {
    await pipes.createDataIntegration(mine);
    assertError(await thrown(pipes.createDataIntegration(mine)), ConflictException, { status: 409, code: 'entity_already_exists' });
  },
  async error_422_shadows() {
    const customProvider = { name: 'Slack', authorizationUrl: 'https://a.example.com', tokenUrl: 'https://a.example.com' };
    const error = await thrown(pipes.createDataIntegration({ ...mine, customProvider }));
    assertError(error, UnprocessableEntityException, { status: 422, code: 'slug_reserved' });
  },
  ...everyError((workos) => workos.pipes.createDataIntegration(mine)),
});

await run('list_data_integrations', {
  async pages() {
    const slugs = Array.from({ length: 105 }, (_, i) => `p${i}`);
    for (const provider of slugs) await pipes.createDataIntegration({ provider, credentials });
    const first = await pipes.listDataIntegrations({ limit: 2 });
    assert.deepEqual(first.data.map((i) => i.slug), ['p104', 'p103']);
    assert.deepEqual(first.listMetadata, { before: null, after: first.data[1].id });
    const all = await (await pipes.listDataIntegrations({ order: 'asc' })).autoPagination();
    assert.deepEqual(all.map((i) => i.slug), slugs);
  },
  async deleting_while_listing() {
    for (const i of [1, 2, 3, 4, 5]) await pipes.createDataIntegration({ provider: `p${i}`, credentials });
    let page = await pipes.listDataIntegrations({ limit: 2 });
    for (let pages = 1; page.data.length > 0; pages++) {
      assert.ok(pages <= 3);
      for (const { slug } of page.data) await pipes.deleteDataIntegration({ slug });
      if (!page.listMetadata.after) break;
      page = await pipes.listDataIntegrations({ limit: 2, after: page.listMetadata.after });
    }
    assert.deepEqual((await pipes.listDataIntegrations()).data, []);
  },
  async by_ownership() {
    await pipes.createDataIntegration(mine);
    await pipes.createDataIntegration({ ...mine, ownership: 'organization' });
    assert.equal((await pipes.listDataIntegrations()).data.length, 2);
    assert.deepEqual((await pipes.listDataIntegrations({ ownership: 'organization' })).data.map((i) => i.ownership), ['organization']);
  },
  error_400_limit: badRequest(() => pipes.listDataIntegrations({ limit: 1000 }), 'limit'),
  ...everyError((workos) => workos.pipes.listDataIntegrations()),
});

await run('get_data_integration', {
  async created() {
    const { id } = await pipes.createDataIntegration(mine);
    const found = await pipes.getDataIntegration({ slug: 'linear' });
    assertIntegration(found, {});
    assert.equal(found.id, id);
  },
  async of_the_file() {
    assert.equal((await pipes.getDataIntegration({ slug: 'github' })).credentials, null);
  },
  error_404: missing(() => pipes.getDataIntegration({ slug: 'linear' })),
  ...everyError((workos) => workos.pipes.getDataIntegration({ slug: 'github' })),
});

await run('update_data_integration', {
  async everything() {
    await pipes.createDataIntegration({ ...mine, scopes: ['read'] });
    const updated = await pipes.updateDataIntegration({
      slug: 'linear', description: 'New', enabled: true, scopes: null, credentials: { type: 'custom', clientId: 'Iv2', clientSecret: 'rotated_0000' },
    });
    assertIntegration(updated, { description: 'New', enabled: true, credentials: { type: 'custom', clientId: 'Iv2', redactedClientSecret: '0000' } });
  },
  async error_400_built_in() {
    await pipes.createDataIntegration(mine);
    await badRequest(() => pipes.updateDataIntegration({ slug: 'linear', customProvider: { name: 'x' } }), 'custom_provider')();
  },
  async error_403_shared() {
    const error = await thrown(pipes.updateDataIntegration({ slug: 'github', enabled: false }));
    assertError(error, GenericServerException, { status: 403, code: 'data_integration_shared' });
  },
  error_404: missing(() => pipes.updateDataIntegration({ slug: 'linear', enabled: true })),
  async error_422_method() {
    await pipes.createDataIntegration(mine);
    const error = await thrown(pipes.updateDataIntegration({ slug: 'linear', apiKey: { secret: '12345', userId: 'user_alice' } }));
    assertError(error, UnprocessableEntityException, { status: 422, code: 'auth_method_mismatch' });
  },
  ...everyError((workos) => workos.pipes.updateDataIntegration({ slug: 'linear' })),
});

await run('delete_data_integration', {
  async with_its_connections() {
    await pipes.createDataIntegration(mine);
    const of = { provider: 'linear', userId: 'user_alice' };
    assert.equal((await pipes.getAccessToken(of)).active, true);
    assert.equal(await pipes.deleteDataIntegration({ slug: 'linear' }), undefined);
    await missing(() => pipes.getAccessToken(of))();
    const { data } = await client().events.listEvents({ events: ['pipes.connected_account.disconnected'] });
    assert.deepEqual(data.map((e) => e.data.providerSlug), ['linear']);
    await pipes.createDataIntegration(mine);
    assert.equal((await pipes.getAccessToken(of)).error, 'not_installed');
  },
  error_404: missing(() => pipes.deleteDataIntegration({ slug: 'linear' })),
  ...everyError((workos) => workos.pipes.deleteDataIntegration({ slug: 'linear' })),
});

await run('organization_data_integration', {
  async get_update_delete() {
    await pipes.createDataIntegration({ ...mine, ownership: 'organization' });
    const slug = 'linear';
    assertIntegration(await pipes.getOrganizationDataIntegration({ slug }), { ownership: 'organization' });
    assert.equal((await pipes.updateOrganizationDataIntegration({ slug, enabled: true })).enabled, true);
    await missing(() => pipes.getDataIntegration({ slug }))();
    assert.equal(await pipes.deleteOrganizationDataIntegration({ slug }), undefined);
    await missing(() => pipes.getOrganizationDataIntegration({ slug }))();
    await missing(() => pipes.updateOrganizationDataIntegration({ slug, enabled: true }))();
    await missing(() => pipes.deleteOrganizationDataIntegration({ slug }))();
  },
  ...everyError((workos) => workos.pipes.getOrganizationDataIntegration({ slug: 'github' })),
});

await run('authorize', {
  async url() {
    const { url } = await pipes.authorizeDataIntegration({ slug: 'github', userId: 'user_alice', returnTo: 'https://app.example.com/back?id=1', config: {} });
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/data-integrations\/[A-Za-z0-9]{24}\/authorize-redirect$/);
  },
  error_400_return_to: badRequest(() => pipes.authorizeDataIntegration({ slug: 'github', userId: 'user_alice', returnTo: 'javascript:1' }), 'return_to'),
  async error_403_disabled() {
    await pipes.createDataIntegration(mine);
    const error = await thrown(pipes.authorizeDataIntegration({ slug: 'linear', userId: 'user_alice' }));
    assertError(error, GenericServerException, { status: 403, code: 'data_integration_disabled' });
  },
  error_404: missing(() => strictClient().pipes.authorizeDataIntegration({ slug: 'linear', userId: 'user_alice' })),
  ...everyError((workos) => workos.pipes.authorizeDataIntegration({ slug: 'github', userId: 'user_alice' })),
});

await run('list_data_providers', {
  async every_field() {
    await use('missing_scopes', { provider: 'github' });
    const { object, data } = await pipes.listUserDataProviders({ userId: 'user_alice' });
    assert.equal(object, 'list');
    const { id, createdAt, updatedAt, connectedAccount, connectedAccounts, ...rest } = data.find((p) => p.slug === 'github');
    assert.match(id, /^data_integration_/);
    assert.ok(createdAt && updatedAt);
    assert.deepEqual(rest, {
      object: 'data_provider', name: 'GitHub', description: null, slug: 'github', integrationType: 'github', credentialsType: 'shared',
      scopes: ['repo', 'user:email', 'read:org'], authMethods: ['oauth'], connectionOwner: 'user', ownership: 'userland_user',
    });
    assert.deepEqual(connectedAccounts, [connectedAccount]);
    assert.deepEqual([connectedAccount.state, connectedAccount.scopes, connectedAccount.userlandUserId], ['connected', ['repo', 'user:email'], 'user_alice']);
  },
  async not_connected() {
    await use('not_installed');
    const { data } = await pipes.listUserDataProviders({ userId: 'user_alice', organizationId: 'org_acme' });
    assert.deepEqual(data.map((p) => [p.connectedAccount, p.connectedAccounts]), data.map(() => [null, []]));
  },
  async several() {
    await pipes.createUserConnectedAccount({ slug: 'github', userId: 'user_alice', accessToken: 't', connectionIntent: 'add' });
    const { data } = await pipes.listUserDataProviders({ userId: 'user_alice', supportsMultipleConnections: true });
    assert.deepEqual(data.find((p) => p.slug === 'github').connectedAccounts.map((a) => a.connectionRole), ['compatibility', 'standard']);
  },
  ...everyError((workos) => workos.pipes.listUserDataProviders({ userId: 'user_alice' })),
});

await run('list_organization_data_providers', {
  async owned_ones() {
    await pipes.createDataIntegration({ ...mine, ownership: 'organization' });
    const { data } = await pipes.listOrganizationDataProviders({ organizationId: 'org_acme' });
    assert.deepEqual(data.map((p) => [p.slug, p.connectionOwner, p.ownership, p.connectedAccount.userId]), [['linear', 'organization', 'organization', null]]);
  },
  ...everyError((workos) => workos.pipes.listOrganizationDataProviders({ organizationId: 'org_acme' })),
});

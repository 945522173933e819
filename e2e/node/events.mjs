// Events and webhook endpoints, through the official Node SDK.
import assert from 'node:assert/strict';
import { ConflictException, UnprocessableEntityException } from '@workos-inc/node';
import { assertError, badRequest, client, everyError, missing, run, thrown, use } from './harness.mjs';

const workos = client();
const names = ['connected', 'disconnected', 'reauthorization_needed'].map((name) => `pipes.connected_account.${name}`);
const [connected, disconnected, reauthorizationNeeded] = names;
const token = () => workos.pipes.getAccessToken({ provider: 'github', userId: 'user_alice' });

await run('list_events', {
  async of_switches() {
    await token();
    for (const scenario of ['needs_reauthorization', 'active', 'not_installed']) await use(scenario);
    const { data, listMetadata } = await workos.events.listEvents({ events: names, order: 'asc' });
    assert.deepEqual(data.map((e) => e.event), [reauthorizationNeeded, connected, disconnected]);
    assert.equal(listMetadata.after, null);
    const { id, createdAt, data: account, ...rest } = data[0];
    assert.match(id, /^event_/);
    assert.ok(createdAt);
    assert.deepEqual(rest, { event: reauthorizationNeeded, context: undefined });
    const { id: accountId, dataIntegrationId, createdAt: since, updatedAt, ...what } = account;
    assert.match(accountId, /^data_installation_/);
    assert.match(dataIntegrationId, /^data_integration_/);
    assert.ok(since && updatedAt);
    assert.deepEqual(what, {
      object: 'connected_account', providerSlug: 'github', userId: 'user_alice', organizationId: null,
      scopes: ['repo', 'user:email', 'read:org'], state: 'needs_reauthorization',
    });
  },
  async polling() {
    await token();
    let after;
    const seen = [];
    for (const scenario of ['needs_reauthorization', 'active', 'not_installed']) {
      await use(scenario);
      const { data } = await workos.events.listEvents({ events: names, order: 'asc', after });
      seen.push(...data.map((e) => e.event));
      after = data.at(-1).id;
    }
    assert.deepEqual(seen, [reauthorizationNeeded, connected, disconnected]);
  },
  async of_an_organization() {
    await use('not_installed');
    await workos.pipes.createUserConnectedAccount({ slug: 'github', userId: 'user_alice', organizationId: 'org_acme', accessToken: 't' });
    await workos.pipes.createUserConnectedAccount({ slug: 'github', userId: 'user_alice', accessToken: 't' });
    const { data } = await workos.events.listEvents({ events: names, organizationId: 'org_acme', rangeStart: new Date(0).toISOString() });
    assert.deepEqual(data.map((e) => e.data.organizationId), ['org_acme']);
  },
  error_400_limit: badRequest(() => workos.events.listEvents({ events: names, limit: 0 }), 'limit'),
  async error_422_range() {
    const error = await thrown(workos.events.listEvents({ events: names, rangeStart: '2026-02-01T00:00:00Z', rangeEnd: '2026-01-01T00:00:00Z' }));
    assertError(error, UnprocessableEntityException, { status: 422 });
  },
  ...everyError((other) => other.events.listEvents({ events: names })),
});

const { webhooks } = workos;
const endpoint = { endpointUrl: 'https://app.example.com/webhooks', events: names };

await run('webhook_endpoints', {
  async create_list_update_delete() {
    const made = await webhooks.createWebhookEndpoint(endpoint);
    const { id, secret, createdAt, updatedAt, ...rest } = made;
    assert.match(id, /^we_/);
    assert.match(secret, /^whsec_/);
    assert.ok(createdAt instanceof Date && updatedAt instanceof Date);
    assert.deepEqual(rest, { object: 'webhook_endpoint', status: 'enabled', ...endpoint });
    assert.deepEqual((await webhooks.listWebhookEndpoints()).data, [made]);
    const changed = await webhooks.updateWebhookEndpoint({ id, status: 'disabled', events: [connected] });
    assert.deepEqual([changed.status, changed.events, changed.endpointUrl, changed.secret], ['disabled', [connected], endpoint.endpointUrl, secret]);
    assert.equal(await webhooks.deleteWebhookEndpoint({ id }), undefined);
    assert.deepEqual((await webhooks.listWebhookEndpoints()).data, []);
  },
  async pages() {
    const made = [];
    for (const i of [1, 2, 3]) made.push(await webhooks.createWebhookEndpoint({ ...endpoint, endpointUrl: `https://app.example.com/${i}` }));
    const all = await (await webhooks.listWebhookEndpoints({ limit: 1, order: 'asc' })).autoPagination();
    assert.deepEqual(all[0], made[0]);
  },
  error_404_update: missing(() => webhooks.updateWebhookEndpoint({ id: 'we_x', status: 'enabled' })),
  error_404_delete: missing(() => webhooks.deleteWebhookEndpoint({ id: 'we_x' })),
  async error_409_duplicate() {
    await webhooks.createWebhookEndpoint(endpoint);
    assertError(await thrown(webhooks.createWebhookEndpoint(endpoint)), ConflictException, { status: 409, code: 'duplicate_endpoint' });
  },
  async error_422_url() {
    assertError(await thrown(webhooks.createWebhookEndpoint({ ...endpoint, endpointUrl: 'app' })), UnprocessableEntityException, { status: 422, code: 'invalid_url' });
  },
  async error_422_event() {
    const error = await thrown(webhooks.createWebhookEndpoint({ ...endpoint, events: ['pipes.connected'] }));
    assertError(error, UnprocessableEntityException, { status: 422, code: 'invalid_request_parameters' });
  },
  ...everyError((other) => other.webhooks.listWebhookEndpoints()),
});

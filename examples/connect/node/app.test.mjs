import { once } from 'node:events';
import { createServer } from 'node:http';

import { test as base } from 'pipesfake/vitest';
import { expect } from 'vitest';

import { App } from './app.mjs';

// The application, with a fake in place of WorkOS and GitHub.
const test = base.extend({
  app: async ({ pipesfake }, use) => {
    const { url, apiKey } = pipesfake;
    const app = new App({ workosURL: url, apiKey, githubURL: `${url}/_provider/github`, webhookSecret: 'whsec_test' });
    const receiver = createServer(app.webhooks).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    await pipesfake.call('PUT', '/scenarios', {}, {
      version: 1,
      webhooks: [{ url: `http://127.0.0.1:${receiver.address().port}`, secret: 'whsec_test' }],
      providers: { github: { api: [{ path: '/user', body: { login: 'octocat' } }] } },
    });
    await use(app);
    receiver.close();
  },
});

test.for([
  ['active', 'Connected as octocat'],
  ['not_installed', 'Connect GitHub'],
  ['needs_reauthorization', 'Reconnect GitHub'],
  ['missing_scopes', 'Grant more access'],
  ['expired', 'Reconnect GitHub'],
])('%s: %s', async ([scenario, want], { pipesfake, app }) => {
  await pipesfake.use(scenario, { userId: 'user_alice' });
  expect(await app.button('user_alice')).toBe(want);
});

test('a 503', async ({ pipesfake, app }) => {
  await pipesfake.fault({ operation: 'token', status: 503, retryAfter: 0, times: 1 });
  expect(await app.button('user_alice')).toBe('Connected as octocat');
  await pipesfake.verify({ operation: 'token', count: 2 });
});

test('a webhook', async ({ pipesfake, app }) => {
  expect(await app.button('user_alice')).toBe('Connected as octocat');
  await pipesfake.use('needs_reauthorization', { userId: 'user_alice' });
  await pipesfake.waitFor({ webhook: 'pipes.connected_account.reauthorization_needed' });
  expect(await app.button('user_alice')).toBe('Reconnect GitHub');
});

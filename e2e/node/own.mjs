// What is particular to the official Node SDK: how it goes through pages, and payloads that were parsed already.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { client, run, use } from './harness.mjs';

const workos = client();

await run('list_data_integrations', {
  // It asks for pages of 100, unless the application gives a limit.
  async pages() {
    const credentials = { type: 'custom', clientId: 'Iv1.abc', clientSecret: 'secret_6789' };
    const slugs = Array.from({ length: 105 }, (_, i) => `p${i}`);
    for (const provider of slugs) await workos.pipes.createDataIntegration({ provider, credentials });
    const all = await (await workos.pipes.listDataIntegrations({ order: 'asc' })).autoPagination();
    assert.deepEqual(all.map((i) => i.slug), slugs);
  },
});

await run('webhook', {
  // The SDK writes a parsed payload again before it verifies it.
  async verified_when_parsed() {
    const userId = '<b>&"grüße" \u2028\u2029 \\u2028 日本';
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { secret } = await workos.webhooks.createWebhookEndpoint({
        endpointUrl: `http://127.0.0.1:${server.address().port}/`, events: ['pipes.connected_account.disconnected'],
      });
      await workos.pipes.getAccessToken({ provider: 'github', userId });
      await use('not_installed');
      const [request, response] = await once(server, 'request');
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      response.end();
      const payload = JSON.parse(Buffer.concat(chunks).toString());
      const event = await workos.webhooks.constructEvent({ payload, sigHeader: request.headers['workos-signature'], secret });
      assert.equal(event.data.userId, userId);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },
});

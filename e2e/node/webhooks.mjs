// Webhooks, received and verified as an application does with the official Node SDK.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { SignatureVerificationException } from '@workos-inc/node';
import { client, control, run, thrown, use } from './harness.mjs';

const workos = client();
const names = ['connected', 'disconnected', 'reauthorization_needed', 'connection_failed'].map((name) => `pipes.connected_account.${name}`);

// receive makes a server and an endpoint at it; next is the next webhook, raw.
async function receive() {
  const waiting = [];
  const came = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    came.push({ payload: Buffer.concat(chunks).toString(), sigHeader: request.headers['workos-signature'], environment: request.headers['x-pipesfake-environment'] });
    response.end();
    waiting.shift()?.();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { secret } = await workos.webhooks.createWebhookEndpoint({ endpointUrl: `http://127.0.0.1:${server.address().port}/`, events: names });
  return {
    secret,
    async next() {
      if (came.length === 0) await new Promise((resolve) => waiting.push(resolve));
      return came.shift();
    },
    close() { server.closeAllConnections(); server.close(); },
  };
}

async function withReceiver(test) {
  const receiver = await receive();
  try {
    await test(receiver);
  } finally {
    receiver.close();
  }
}

const ask = (userId) => workos.pipes.getAccessToken({ provider: 'github', userId });

await run('webhook', {
  verified: () => withReceiver(async ({ secret, next }) => {
    await ask('user_alice');
    await use('needs_reauthorization');
    const { payload, sigHeader, environment } = await next();
    assert.equal(environment, 'default');
    const event = await workos.webhooks.constructEvent({ payload, sigHeader, secret });
    assert.equal(event.event, 'pipes.connected_account.reauthorization_needed');
    assert.equal(event.data.userId, 'user_alice');
  }),
  // The SDK writes a parsed payload again before it verifies it.
  verified_with_markup_and_unicode: () => withReceiver(async ({ secret, next }) => {
    await ask('<b>&"grüße" \u2028\u2029 \\u2028 日本');
    await use('not_installed');
    const { payload, sigHeader } = await next();
    for (const form of [payload, JSON.parse(payload)]) {
      const event = await workos.webhooks.constructEvent({ payload: form, sigHeader, secret });
      assert.equal(event.data.userId, '<b>&"grüße" \u2028\u2029 \\u2028 日本');
    }
  }),
  refused_with_another_secret: () => withReceiver(async ({ next }) => {
    await ask('user_alice');
    await use('not_installed');
    const { payload, sigHeader } = await next();
    assert.ok(await thrown(workos.webhooks.constructEvent({ payload, sigHeader, secret: 'whsec_other' })) instanceof SignatureVerificationException);
  }),
  refused_when_made_bad: () => withReceiver(async ({ secret, next }) => {
    await control('POST', 'faults', { bad_signature: true, operation: 'webhook', times: 1 });
    await ask('user_alice');
    await use('not_installed');
    const { payload, sigHeader } = await next();
    assert.ok(await thrown(workos.webhooks.constructEvent({ payload, sigHeader, secret })) instanceof SignatureVerificationException);
  }),
  of_a_denied_consent: () => withReceiver(async ({ secret, next }) => {
    const { url } = await workos.pipes.authorizeDataIntegration({ slug: 'github', userId: 'user_alice', returnTo: 'http://app.test/' });
    await fetch(`${url}?consent=deny`, { redirect: 'manual' });
    const { payload, sigHeader } = await next();
    const event = await workos.webhooks.constructEvent({ payload, sigHeader, secret });
    assert.equal(event.event, 'pipes.connected_account.connection_failed');
    assert.equal(event.data.providerError, 'access_denied');
  }),
});

// What faults, scripts and time do to the official Node SDK: its own retries, timeouts and errors.
import assert from 'node:assert/strict';
import { GenericServerException, OauthException, WorkOS } from '@workos-inc/node';
import { assertError, client, control, run, thrown, use } from './harness.mjs';

// patient retries as it does unless told otherwise; hasty gives up at once.
const patient = client();
const { hostname, port } = new URL(process.env.PIPESFAKE_URL);
const hasty = new WorkOS('sk_fake_node', { apiHostname: hostname, port: Number(port), https: false, maxRetries: 0, timeout: 500 });

const token = (workos = hasty, userId = 'user_alice') => workos.pipes.getAccessToken({ provider: 'github', userId });
const advance = (by) => control('POST', 'clock/advance', { by });
const lay = (fault) => control('POST', 'faults', fault);

// state is a result in a word.
async function state(workos) {
  const result = await token(workos);
  if (!result.active) return result.error;
  return result.accessToken.missingScopes.length > 0 ? 'missing_scopes' : 'active';
}

// took is how long something took, in milliseconds.
async function took(call) {
  const began = Date.now();
  await call;
  return Date.now() - began;
}

// calls is how many the present step of Alice's script has had.
async function step() {
  const { steps } = await control('GET', 'scenario?provider=github&user_id=user_alice');
  return `${steps[0].number} of ${steps[0].of}, ${steps[0].calls} calls`;
}

// ready are the scenarios that scenarios.yaml has ready.
const ready = {
  async rate_limited() {
    await use('rate_limited');
    const ms = await took(token(patient));
    assert.ok(ms >= 2_000 && ms < 8_000, `${ms} ms`); // Retry-After, twice
    assert.equal(await step(), '2 of 2, 1 calls');
  },
  async flaky() {
    await use('flaky');
    const ms = await took(token(patient));
    assert.ok(ms < 400, `${ms} ms`); // Retry-After 0, and not half a second
    assert.equal(await step(), '2 of 2, 1 calls'); // two calls are behind it
  },
  async slow() {
    await use('slow');
    const ms = await took(token(patient));
    assert.ok(ms >= 300 && ms < 3_000, `${ms} ms`);
    await advance('10m');
    assert.equal(await state(), 'active');
  },
};

const retries = {
  async gives_up_after_three() {
    await use({ steps: [{ fault: { status: 503, retry_after: 0 }, times: 4 }, { scenario: 'active' }] });
    assertError(await thrown(token(patient)), GenericServerException, { status: 503 });
    assert.equal(await step(), '2 of 2, 0 calls');
  },
  // docs/getting-started.md: a 429 with Retry-After and no times holds the client for three times as long.
  async waits_three_times_as_long_as_told() {
    await lay({ status: 429, retry_after: 1 });
    const ms = await took(thrown(token(patient)));
    assert.ok(ms >= 3_000 && ms < 8_000, `${ms} ms`);
  },
  async backs_off_by_itself() {
    await lay({ status: 500, times: 1 });
    const ms = await took(token(patient));
    assert.ok(ms >= 200 && ms < 5_000, `${ms} ms`);
  },
  async a_reset_is_tried_again() {
    await lay({ reset: true, times: 1 });
    assert.equal(await state(patient), 'active');
    assert.deepEqual((await control('GET', 'faults')).faults, []); // it struck
  },
};

const broken = {
  async hang_is_ended_by_its_timeout() {
    await lay({ hang: true });
    const error = await thrown(token());
    assert.equal(error.constructor, OauthException); // it takes its own timeout for one
    assert.equal(error.status, 408);
    assert.match(error.message, /timeout/i);
  },
  async reset_is_its_network_error() {
    await lay({ reset: true });
    const error = await thrown(token());
    assert.match(error.message, /fetch failed/);
    assert.equal(error.cause.cause.code, 'ECONNRESET');
  },
  async empty() {
    await lay({ empty: true });
    const error = await thrown(token());
    assert.equal(error.cause.cause.code, 'UND_ERR_SOCKET');
  },
  async truncated() {
    await lay({ truncate: true });
    assert.equal((await thrown(token())).message, 'terminated');
  },
  async malformed() {
    await lay({ malformed: true });
    assert.equal((await thrown(token())).constructor.name, 'ParseError');
  },
  async content_type() {
    await lay({ content_type: 'text/html' });
    assert.equal((await thrown(token())).constructor, TypeError);
  },
  async missing_field() {
    await lay({ off_contract: 'missing_field' });
    assert.equal((await thrown(token())).constructor, TypeError);
  },
};

await run('faults', { ...ready, ...retries, ...broken });

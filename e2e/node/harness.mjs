// What every script of this folder needs: the official client pointed at the fake, the control plane,
// and named cases whose verdicts the Go test reads.
import assert from 'node:assert/strict';
import { WorkOS } from '@workos-inc/node';

// The fake's URLs come from sdk_test.go; the strict one knows the provider github alone.
const urls = { lenient: process.env.PIPESFAKE_URL, strict: process.env.PIPESFAKE_STRICT_URL };
if (!urls.lenient || !urls.strict) throw new Error('PIPESFAKE_URL and PIPESFAKE_STRICT_URL must be set: go test runs this');

// client is what an application makes; of its configuration only host and port differ from production.
export function client(key = 'sk_fake_node', url = urls.lenient) {
  const { hostname, port } = new URL(url);
  return new WorkOS(key, { apiHostname: hostname, port: Number(port), https: false });
}

// control calls the control plane, in the environment of a key.
export async function control(method, path, body, key = 'sk_fake_node') {
  const response = await fetch(`${urls.lenient}/_control/${path}`, {
    method,
    headers: { Authorization: `Bearer ${key}` },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} /_control/${path}: ${response.status} ${answer.message}`);
  return answer;
}

// use is the switch; place narrows it: provider, user_id, organization_id.
export const use = (scenario, place = {}, key) => control('PUT', 'scenario', { scenario, ...place }, key);
const reset = (key) => control('POST', 'reset', undefined, key);

// thrown is what a call rejects with.
export async function thrown(call) {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('the call succeeded; an exception was expected');
}

// assertError checks an exception: its class, its status, and whatever fields are named.
export function assertError(error, type, { status, ...fields }) {
  assert.equal(error.constructor, type, `${error.stack}`);
  assert.equal(error.status, status);
  assert.match(error.requestID, /^req_/);
  for (const [name, value] of Object.entries(fields)) {
    if (value instanceof RegExp) assert.match(error[name], value);
    else assert.deepEqual(error[name], value);
  }
}

// run does the cases of an operation, each from a fresh environment, and exits 1 if one failed.
export async function run(operation, cases) {
  for (const [name, test] of Object.entries(cases)) {
    let verdict = 'pass';
    try {
      await reset();
      await test();
      console.log(`ok ${name}`);
    } catch (error) {
      verdict = 'fail';
      process.exitCode = 1;
      console.log(`not ok ${name}\n${error.stack}`);
    }
    console.log(`RESULT node ${operation} ${name} ${verdict}`);
  }
}

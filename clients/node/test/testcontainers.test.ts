import { request } from 'node:http';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { describe, expect, test } from 'vitest';

import { PipesfakeContainer } from '../src/testcontainers.js';

// clients/containers.sh sets it, and runs these tests.
const image = process.env['PIPESFAKE_IMAGE'] ?? '';

async function file(content: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'pipesfake-')), 'mine.yaml');
  await writeFile(path, content);
  return path;
}

/** Returns the address of a consent page, for an application that calls the server by a name. */
async function authorize(url: string, host: string): Promise<string> {
  const body = JSON.stringify({ user_id: 'user_1' });
  const headers = { Authorization: 'Bearer sk_test', 'Content-Type': 'application/json', Host: host };
  const answer = await new Promise<string>((resolve, reject) => {
    request(`${url}/data-integrations/github/authorize`, { method: 'POST', headers }, (response) => {
      text(response).then(resolve, reject);
    }).end(body);
  });
  return (JSON.parse(answer) as { url: string }).url;
}

describe.skipIf(image === '')('containers', () => {
  test('a container with a scenario file and a token', async () => {
    const began = Date.now();
    const options = { scenarios: await file('version: 1\nstart: not_installed\n'), token: 'secret', args: ['--journal', '5'] };
    const container = await new PipesfakeContainer(image, options).start();
    console.log(`started in ${(Date.now() - began) / 1000} s`);
    try {
      const { state } = await container.environment('a').explain({ provider: 'github', userId: 'user_1' });
      expect(state).toBe('not_installed');
      for (const host of [new URL(container.url).host, 'pipesfake:4101']) {
        const address = await authorize(container.url, host);
        expect(address.startsWith(container.url + '/')).toBe(true);
        expect((await fetch(address)).status).toBe(200);
      }
    } finally {
      await container.stop();
    }
  });

  test('mistakes', async () => {
    const start = (name: string, scenarios?: string) =>
      new PipesfakeContainer(name, scenarios === undefined ? {} : { scenarios }).start();
    await expect(start(image, await file('version: 1\nstrat: expired\n'))).rejects.toThrow(
      'pipesfake has ended: scenarios.yaml:2:1: unknown key "strat"',
    );
    await expect(start(image, 'nowhere.yaml')).rejects.toThrow('the scenario file nowhere.yaml cannot be read');
    await expect(start('pipesfake-nowhere')).rejects.toThrow('the container of pipesfake-nowhere could not be started');
  });
});

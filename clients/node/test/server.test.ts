import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { NotRunningError, Pipesfake, VERSION } from '../src/index.js';
import { environmentName } from '../src/names.js';
import { isAnotherVersion } from '../src/server.js';
import { packageFolder } from './package.js';

/** Writes a scenario file, and returns its path. */
async function file(text: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'pipesfake-')), 'scenarios.yaml');
  await writeFile(path, text);
  return path;
}

/** Reports whether the server at an address ends within ten seconds. */
async function ends(url: string): Promise<boolean> {
  for (let i = 0; i < 200; i++) {
    try {
      await fetch(url + '/health');
    } catch {
      return true;
    }
    await sleep(50);
  }
  return false;
}

test('start and connect', async () => {
  const server = await Pipesfake.start({ scenarios: await file('version: 1\nstart: not_installed\n') });
  const connected = await Pipesfake.connect(server.url + '/');
  expect((await connected.environment('a').explain({ provider: 'github', userId: 'u' })).state).toBe('not_installed');
  await server.stop();
  await server.stop();
  await expect(connected.environment('a').use('active')).rejects.toThrow(`does not answer at ${server.url}`);
});

test('a token and a port of the control plane', async () => {
  const args = ['--control-token', 'secret', '--control-addr', '127.0.0.1:0'];
  // The kit does not know the token of a server that it starts with flags of its own, and says what the server says.
  await expect(Pipesfake.start({ args })).resolves.toBeInstanceOf(Pipesfake);
});

test('a binary that is no server', async () => {
  await expect(Pipesfake.start({ binary: '/bin/echo' })).rejects.toThrow('/bin/echo is not pipesfake: it printed serve --addr');
  await expect(Pipesfake.start({ binary: '/bin/sleep' })).rejects.toThrow(/^pipesfake did not start: .*sleep/s);
});

test('a file with mistakes', async () => {
  const scenarios = await file('version: 1\nstrat: expired\n');
  await expect(Pipesfake.start({ scenarios })).rejects.toThrow(/scenarios.yaml:2:1: unknown key "strat".*did you mean start/s);
});

test('no binary', async () => {
  await expect(Pipesfake.start({ binary: '/nowhere' })).rejects.toThrow(/nowhere could not be started.*PIPESFAKE_BIN/);
  await expect(Pipesfake.start({ binary: '/nowhere' })).rejects.toBeInstanceOf(NotRunningError);
});

test('nobody answers', async () => {
  await expect(Pipesfake.connect('http://127.0.0.1:9', { timeout: 1 })).rejects.toThrow('does not answer at http://127.0.0.1:9');
});

const holder = `import { Pipesfake } from ${JSON.stringify(join(packageFolder, 'dist/esm/index.js'))};
const server = await Pipesfake.start(); console.log(server.url);`;

test('the server ends with a killed parent', async () => {
  const parent = spawn(process.execPath, ['--input-type=module', '-e', holder + 'setInterval(() => {}, 1000);']);
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const url = line.toString().trim();
  expect((await fetch(url + '/health')).ok).toBe(true);
  parent.kill('SIGKILL');
  expect(await ends(url)).toBe(true);
});

test('a started server does not keep the process alive', async () => {
  const parent = spawn(process.execPath, ['--input-type=module', '-e', holder]);
  const [code] = (await once(parent, 'exit')) as [number];
  expect(code).toBe(0);
});

test('the package is loaded by require, too', async () => {
  const script = `const { Pipesfake, VERSION } = require(${JSON.stringify(packageFolder)}); console.log(typeof Pipesfake.start, VERSION)`;
  const child = spawn(process.execPath, ['-e', script]);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  expect(line.toString()).toBe(`function ${VERSION}\n`);
});

test('names of environments', () => {
  expect(environmentName('worker-1')).toBe('worker-1');
  expect(environmentName('a test > of äö')).toMatch(/^a-test-of-[0-9a-f]{8}$/);
  expect(environmentName('')).toMatch(/^test-/);
  const names = Array.from({ length: 1000 }, (_, i) => environmentName('x'.repeat(100) + i));
  expect(new Set(names).size).toBe(1000);
  expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(64);
});

test('versions', () => {
  expect(isAnotherVersion('1.2.0', 'v1.2.9')).toBe(false);
  expect(isAnotherVersion('1.2.0', 'v1.3.0')).toBe(true);
  expect(isAnotherVersion('1.2.0', '(devel)')).toBe(false);
  expect(isAnotherVersion('0.0.0', 'v1.2.0')).toBe(false);
});

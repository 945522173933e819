import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { Pipesfake } from '../src/index.js';
import { packageFolder } from './package.js';

/** Copies a folder of fixtures to where it finds the package, runs a test runner there, and returns its output. */
async function run(folder: string, command: string, args: string[], variables: NodeJS.ProcessEnv = {}) {
  await mkdir('.runs', { recursive: true });
  const dir = await mkdtemp(join(process.cwd(), '.runs/'));
  await cp(join('test/fixtures', folder), dir, { recursive: true });
  await mkdir(join(dir, 'node_modules'));
  await symlink(packageFolder, join(dir, 'node_modules/pipesfake'));
  const env = { ...process.env, ...variables, NO_COLOR: '1', VITEST: '', JEST_WORKER_ID: '' };
  const child = spawn(join(process.cwd(), 'node_modules/.bin', command), args, { cwd: dir, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}

test('vitest: 200 tests in 4 workers on one server', async () => {
  const { code, output } = await run('vitest', 'vitest', ['run', 'apart', '--maxWorkers=4', '--minWorkers=4']);
  expect(output).toContain('200 passed');
  expect(code).toBe(0);
});

test('vitest: a failed test prints the requests', async () => {
  const { code, output } = await run('vitest', 'vitest', ['run', 'fails']);
  expect(output).toMatch(/pipesfake, environment .*fails/);
  expect(output).toContain('200 token github user_9 (active');
  expect(code).toBe(1);
});

test('vitest: a server that is killed', async () => {
  const { code, output } = await run('vitest', 'vitest', ['run', 'killed']);
  expect(output).toContain('NotRunningError: pipesfake does not answer at http://127.0.0.1:');
  expect(code).toBe(1);
});

test('jest: an environment for each test, and the requests of a failed one', async () => {
  const { code, output } = await run('jest', 'jest', []);
  expect(output).toMatch(/pipesfake, environment .*fails/);
  expect(output).toContain('200 token github user_9 (active');
  expect(output).toContain('1 failed, 20 passed');
  expect(code).toBe(1);
});

test('playwright: an environment for each test', async () => {
  const server = await Pipesfake.start();
  const { code, output } = await run('playwright', 'playwright', ['test', '--workers=2'], { PIPESFAKE_URL: server.url });
  await server.stop();
  expect(output).toMatch(/attachment #1: pipesfake, environment .*fails/);
  expect(output).toContain('20 passed');
  expect(output).toContain('1 failed');
  expect(code).toBe(1);
});

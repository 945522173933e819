import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { packageFolder } from './package.js';

const blocks = async () =>
  [...(await readFile('README.md', 'utf8')).matchAll(/^```js\n(.*?)^```/gms)].map((match) => match[1] ?? '');

test('the first example of the README', async () => {
  await mkdir('.runs', { recursive: true });
  const dir = await mkdtemp(join(process.cwd(), '.runs/'));
  await mkdir(join(dir, 'node_modules'));
  await symlink(packageFolder, join(dir, 'node_modules/pipesfake'));
  await writeFile(join(dir, 'example.mjs'), (await blocks())[0] ?? '');
  const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: dir });
  expect(stdout).toMatch(/^needs_reauthorization\n200 token github user_1 \(needs_reauthorization since switch 1/);
});

test('the other examples are JavaScript', async () => {
  for (const block of (await blocks()).slice(1)) {
    const isModule = !block.includes('module.exports');
    const file = join(await mkdtemp(join(process.cwd(), '.runs/')), isModule ? 'a.mjs' : 'a.cjs');
    await writeFile(file, block);
    await promisify(execFile)(process.execPath, ['--check', file]);
  }
});

/** A `test` of vitest with the fixture `pipesfake`: an environment of its own for each test. */
import { test as base } from 'vitest';

import type { Environment } from './environment.js';
import { Pipesfake } from './server.js';

let server: Promise<Pipesfake> | undefined;

/** The `test` of vitest, with an environment. A failed test prints the last requests. */
export const test = base.extend<{ pipesfake: Environment }>({
  pipesfake: async ({ task, onTestFailed }, use) => {
    server ??= Pipesfake.find();
    const environment = (await server).environment(`${task.file.name} ${task.id} ${task.name}`);
    await environment.reset();
    onTestFailed(async () => {
      const tail = await environment.tail().catch(String);
      console.error(`pipesfake, environment ${environment.name}:\n${tail}`);
    });
    await use(environment);
  },
});

export const it = test;

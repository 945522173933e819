/** A `test` of Playwright with the fixture `pipesfake`: an environment of its own for each test. */
import { test as base } from '@playwright/test';

import type { Environment } from './environment.js';
import { Pipesfake } from './server.js';

/** The `test` of Playwright, with an environment. The last requests are attached to a failed test. */
export const test = base.extend<{ pipesfake: Environment }, { pipesfakeServer: Pipesfake }>({
  pipesfakeServer: [
    // eslint-disable-next-line no-empty-pattern -- Playwright wants a pattern here
    async ({}, use) => {
      const server = await Pipesfake.find();
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  pipesfake: async ({ pipesfakeServer }, use, info) => {
    const environment = pipesfakeServer.environment(`${info.testId} ${info.repeatEachIndex} ${info.title}`);
    await environment.reset();
    await use(environment);
    if (info.status !== info.expectedStatus) {
      const body = await environment.tail().catch(String);
      await info.attach(`pipesfake, environment ${environment.name}`, { body, contentType: 'text/plain' });
    }
  },
});

export { expect } from '@playwright/test';

import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test, vi } from 'vitest';

import { PipesfakeContainer } from '../src/testcontainers.js';

// An engine whose containers end at once.
vi.mock('testcontainers', () => {
  class GenericContainer {
    withExposedPorts = () => this;
    withCommand = () => this;
    withEnvironment = () => this;
    withWaitStrategy = () => this;
    async start(): Promise<object> {
      await (this as unknown as { containerCreated(id: string): Promise<void> }).containerCreated('1');
      return {};
    }
  }
  const container = {
    getById: () => ({ remove: () => Promise.resolve() }),
    inspect: () => Promise.resolve({ State: { Status: 'exited' } }),
    logs: () => Promise.resolve(Readable.from(['scenarios.yaml:2:1: unknown key'])),
  };
  const client = { info: { containerRuntime: { host: '127.0.0.1' } }, container };
  return { GenericContainer, getContainerRuntimeClient: () => Promise.resolve(client) };
});

test('a container that has ended is asked no more', async () => {
  const asked = vi.spyOn(globalThis, 'fetch');
  await expect(new PipesfakeContainer('pipesfake').start()).rejects.toThrow('pipesfake has ended: scenarios.yaml:2:1');
  const before = asked.mock.calls.length;
  await sleep(200);
  expect(asked.mock.calls.length).toBe(before);
});

/** A test environment for jest, with `globalThis.pipesfake`: an environment of its own for each test. */
import type { Circus } from '@jest/types';
import { TestEnvironment } from 'jest-environment-node';

import type { Environment } from './environment';
import { Pipesfake } from './server';

let server: Promise<Pipesfake> | undefined;

declare global {
  var pipesfake: Environment;
}

/** The test environment of jest for Node, with an environment. A failed test prints the last requests. */
export default class PipesfakeEnvironment extends TestEnvironment {
  private readonly file: string;

  constructor(...args: ConstructorParameters<typeof TestEnvironment>) {
    super(...args);
    this.file = args[1].testPath;
  }

  async handleTestEvent(event: Circus.AsyncEvent | Circus.SyncEvent): Promise<void> {
    if (event.name === 'test_start') {
      server ??= Pipesfake.find();
      const names = [event.test.name];
      for (let parent = event.test.parent; parent.parent; parent = parent.parent) names.unshift(parent.name);
      this.global.pipesfake = (await server).environment([this.file, ...names].join(' '));
      await this.global.pipesfake.reset();
    }
    if (event.name === 'test_done' && event.test.errors.length > 0) {
      const tail = await this.global.pipesfake.tail().catch(String);
      process.stderr.write(`pipesfake, environment ${this.global.pipesfake.name}:\n${tail}\n`);
    }
  }
}

/** A container with pipesfake for testcontainers, which must be installed: `npm install --save-dev testcontainers`. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ContainerRuntimeClient, GenericContainer, StartedTestContainer, WaitStrategy } from 'testcontainers';

import type { Environment } from './environment.js';
import { NotRunningError } from './errors.js';
import { Pipesfake, VERSION } from './server.js';

/** The image of a container for which none is named. */
export const IMAGE = VERSION === '0.0.0' ? 'pipesfake' : `pipesfake:v${VERSION}`;

type Kit = typeof import('testcontainers');

const PORT = 4101;
const ATTEMPTS = 5; // to find a port of the host that nobody takes in the meantime

/** How a container is started. */
export interface ContainerOptions {
  /** The scenario file, which is copied to /scenarios.yaml. */
  scenarios?: string;
  /** Further flags of `pipesfake serve`. */
  args?: string[];
  /** Variables of the container. */
  env?: Record<string, string>;
  /** The control token. */
  token?: string;
  /** How long the server may take to start, in milliseconds. */
  timeout?: number;
  /** Changes the container before it is started, to give it a network and an alias for example. */
  customize?: (container: GenericContainer) => GenericContainer;
}

/**
 * A container that is not started yet. The port of the host is chosen before the start, so that the addresses of consent
 * pages begin with `url` also if an application in another container calls `http://pipesfake:4101`.
 */
export class PipesfakeContainer {
  constructor(
    private readonly image: string = IMAGE,
    private readonly options: ContainerOptions = {},
  ) {}

  /** Starts the container, and waits until the server answers. */
  async start(): Promise<StartedPipesfakeContainer> {
    const kit = await load();
    const client = await kit.getContainerRuntimeClient().catch((failed: unknown) => {
      throw new NotRunningError(`no Docker engine answers: ${why(failed)}; start Docker, or set DOCKER_HOST`);
    });
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      const url = `http://${client.info.containerRuntime.host}:${port}`;
      const watched = new Watched(client);
      const attempted = new AbortController();
      const container = this.prepare(watched.container(kit, this.image), url, port);
      try {
        return await Promise.race([this.finish(container, url, attempted.signal), watched.ended]);
      } catch (failed) {
        await watched.remove();
        if (/already allocated|already in use/.test(why(failed)) && attempt < ATTEMPTS) continue;
        if (failed instanceof NotRunningError) throw failed;
        throw new NotRunningError(`the container of ${this.image} could not be started: ${why(failed)}`);
      } finally {
        watched.stop();
        attempted.abort();
      }
    }
  }

  private async finish(
    container: GenericContainer,
    url: string,
    signal: AbortSignal,
  ): Promise<StartedPipesfakeContainer> {
    const { token, timeout = 30_000 } = this.options;
    const started = await container.withWaitStrategy(noWait).start();
    const server = await Pipesfake.connect(url, { timeout, signal, ...(token === undefined ? {} : { token }) });
    return new StartedPipesfakeContainer(started, server);
  }

  private prepare(container: GenericContainer, url: string, port: number): GenericContainer {
    const { scenarios, token, args = [], env = {}, customize } = this.options;
    container
      .withExposedPorts({ container: PORT, host: port })
      .withCommand(['serve', ...args])
      .withEnvironment({ PIPESFAKE_EXTERNAL_URL: url, ...(token ? { PIPESFAKE_CONTROL_TOKEN: token } : {}), ...env });
    if (scenarios !== undefined) {
      const target = '/scenarios.yaml';
      container.withCopyContentToContainer([{ content: read(scenarios), target, mode: 0o644 }]);
    }
    return customize ? customize(container) : container;
  }
}

/**
 * Watches a container while it starts. testcontainers waits ten seconds for the ports of one that has ended, and does not
 * tell its whole log.
 */
class Watched {
  readonly ended: Promise<never>;
  private id?: string;
  private isStopped = false;

  constructor(private readonly client: ContainerRuntimeClient) {
    this.ended = this.watch();
    this.ended.catch(() => undefined);
  }

  /** Returns a container that tells its id when it is created. */
  container(kit: Kit, image: string): GenericContainer {
    const created = (id: string) => (this.id = id);
    return new (class extends kit.GenericContainer {
      protected override async containerCreated(id: string): Promise<void> {
        created(id);
      }
    })(image);
  }

  /** Rejects with the log of the container when it has ended. */
  private async watch(): Promise<never> {
    for (; !this.isStopped; await sleep(50)) {
      if (this.id === undefined) continue;
      const container = this.client.container.getById(this.id);
      const { State } = await this.client.container.inspect(container);
      if (State.Status !== 'exited') continue;
      const log = await text(await this.client.container.logs(container));
      throw new NotRunningError(`pipesfake has ended: ${log.trim()}`);
    }
    return await new Promise<never>(() => undefined);
  }

  stop(): void {
    this.isStopped = true;
  }

  async remove(): Promise<void> {
    if (this.id === undefined) return;
    await this.client.container.getById(this.id).remove({ force: true, v: true });
  }
}

/** A container with a server. `url` is where the application and browsers on this machine find it. */
export class StartedPipesfakeContainer {
  constructor(
    /** The container of testcontainers. */
    readonly container: StartedTestContainer,
    private readonly connected: Pipesfake,
  ) {}

  get url(): string {
    return this.connected.url;
  }

  /** A key for the environment `default`. */
  get apiKey(): string {
    return 'sk_env_default';
  }

  /** Returns the server, for control calls. */
  server(): Pipesfake {
    return this.connected;
  }

  /** Returns the environment with a name. */
  environment(name: string): Environment {
    return this.connected.environment(name);
  }

  /** Stops and removes the container. */
  async stop(): Promise<void> {
    await this.container.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

const noWait: WaitStrategy = {
  waitUntilReady: () => Promise.resolve(),
  withStartupTimeout: () => noWait,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
};

async function load(): Promise<Kit> {
  try {
    return await import('testcontainers');
  } catch (failed) {
    throw new NotRunningError(
      `PipesfakeContainer needs testcontainers: npm install --save-dev testcontainers (${why(failed)})`,
    );
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (failed) {
    throw new NotRunningError(`the scenario file ${file} cannot be read: ${why(failed)}`);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new NotRunningError('there is no free port');
  return address.port;
}

function why(failed: unknown): string {
  return failed instanceof Error ? failed.message : String(failed);
}

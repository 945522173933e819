/// <reference lib="esnext.disposable" preserve="true" />
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Coverage, Environment } from './environment.js';
import { NotRunningError } from './errors.js';
import { environmentName } from './names.js';
import { Transport } from './transport.js';

/** The version of this package, which is that of the server it was made for. */
export const VERSION = '0.0.0';

const INSTALL =
  'name the binary with the option binary or the variable PIPESFAKE_BIN, put pipesfake on the PATH, or connect to a ' +
  'running server with PIPESFAKE_URL';

/** How a server is started. */
export interface StartOptions {
  /** The scenario file; without it scenarios.yaml of the working directory, or else a tour of the language. */
  scenarios?: string;
  /** The binary; without it the variable PIPESFAKE_BIN, or else pipesfake on the PATH. */
  binary?: string;
  /** Further flags of `pipesfake serve`. */
  args?: string[];
  /** How long the server may take to start, in milliseconds. */
  timeout?: number;
}

/** How a running server is found. */
export interface ConnectOptions {
  /** The token of `--control-token`. */
  token?: string;
  /** The address of `--control-addr`. */
  controlURL?: string;
  /** How long to wait until the server answers, in milliseconds. */
  timeout?: number;
  /** Ends the wait when it is aborted. */
  signal?: AbortSignal;
}

/** A server. `url` is where the application finds the Pipes API. */
export class Pipesfake {
  private constructor(
    readonly url: string,
    private readonly transport: Transport,
    private readonly process?: ChildProcess,
  ) {}

  /**
   * Starts a server on a free port, and waits until it answers. The server ends with this process, even if this process
   * is killed.
   */
  static async start(options: StartOptions = {}): Promise<Pipesfake> {
    const binary = options.binary ?? (process.env['PIPESFAKE_BIN'] || 'pipesfake');
    const args = ['serve', '--addr', '127.0.0.1:0', '--log', 'json', '--stop-with-stdin'];
    if (options.scenarios !== undefined) args.push('--scenarios', options.scenarios);
    const child = spawn(binary, [...args, ...(options.args ?? [])], { stdio: ['pipe', 'pipe', 'pipe'] });
    const announced = await announcement(child, binary, options.timeout ?? 10_000);
    const server = new Pipesfake(announced.url, new Transport(announced.control_url), child);
    // To ask the server would take longer than its start: the first fetch of a process loads much.
    if (announced.version === undefined) await server.warnOfAnotherVersion();
    else warnIfOther(announced.version);
    return server;
  }

  /** Connects to a running server, and waits until it answers. */
  static async connect(url: string, options: ConnectOptions = {}): Promise<Pipesfake> {
    const base = url.replace(/\/+$/, '');
    const server = new Pipesfake(base, new Transport(options.controlURL ?? base, options.token));
    const timeout = options.timeout ?? 10_000;
    const deadline = Date.now() + timeout;
    for (;;) {
      try {
        await server.warnOfAnotherVersion(options.signal);
        return server;
      } catch (failed) {
        const why = failed instanceof Error ? failed.message : String(failed);
        if (options.signal?.aborted) throw failed;
        if (Date.now() > deadline) throw new NotRunningError(`${why}, for ${timeout / 1000} s`);
        await sleep(50, undefined, options.signal && { signal: options.signal });
      }
    }
  }

  /** Connects to the server at PIPESFAKE_URL, or starts one. */
  static async find(options: StartOptions & ConnectOptions = {}): Promise<Pipesfake> {
    const url = process.env['PIPESFAKE_URL'];
    if (!url) return await Pipesfake.start(options);
    const token = options.token ?? process.env['PIPESFAKE_CONTROL_TOKEN'];
    return await Pipesfake.connect(url, token === undefined ? options : { ...options, token });
  }

  /** Returns the environment with a name. Names of other characters than A-Z, a-z, 0-9, . _ - are adapted. */
  environment(name: string): Environment {
    return new Environment(this.transport, this.url, environmentName(name));
  }

  /** Returns the environments of the server. */
  async environments(): Promise<{ name: string; api_key: string; last_used_at: string }[]> {
    const found = [];
    let next: string | null | undefined;
    do {
      const page = (await this.transport.call('GET', '/_control/environments', { next: next ?? undefined })) as {
        environments: { name: string; api_key: string; last_used_at: string }[];
        next: string | null;
      };
      found.push(...page.environments);
      next = page.next;
    } while (next !== null);
    return found;
  }

  /** Returns which responses were given, by all environments. */
  async coverage(): Promise<Coverage> {
    return (await this.transport.call('GET', '/_control/coverage', { all: true })) as Coverage;
  }

  /** Stops the server, if this process started it. */
  async stop(): Promise<void> {
    const child = this.process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.stdin?.end();
    const late = setTimeout(() => child.kill('SIGKILL'), 6_000);
    await ended;
    clearTimeout(late);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  private async warnOfAnotherVersion(signal?: AbortSignal): Promise<void> {
    const about = (await this.transport.call('GET', '/health', {}, undefined, signal)) as { version?: string };
    warnIfOther(about.version ?? '');
  }
}

/** What a server prints once it listens. Those of before the first release have no version. */
interface Announcement {
  url: string;
  control_url: string;
  version?: string;
}

function warnIfOther(version: string): void {
  if (isAnotherVersion(VERSION, version)) {
    process.emitWarning(`the package pipesfake ${VERSION} talks to a server ${version}`);
  }
}

/** Returns the first line of a server that has started. It does without readline, which takes a while to load. */
async function announcement(
  child: ChildProcess,
  binary: string,
  timeout: number,
): Promise<Announcement> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new NotRunningError(`${binary} has no output`);
  let output = '';
  let errors = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-10_000);
  });
  const late = setTimeout(() => {
    errors += `no answer for ${timeout / 1000} s`;
    child.kill('SIGKILL');
  }, timeout);
  try {
    await new Promise<void>((resolve, reject) => {
      // What follows the first line is read, too, so that the server never waits for a full pipe.
      stdout.setEncoding('utf8').on('data', (text: string) => {
        if (!output.includes('\n')) output += text;
        if (output.includes('\n')) resolve();
      });
      child.on('error', (failed) => reject(new NotRunningError(`${binary} could not be started: ${failed.message}; ${INSTALL}`)));
      child.on('close', () => reject(new NotRunningError('pipesfake did not start: ' + errors.trimEnd())));
    });
  } finally {
    clearTimeout(late);
    child.unref();
    for (const stream of [child.stdin, stdout, stderr]) (stream as unknown as { unref?: () => void }).unref?.();
  }
  const line = output.slice(0, output.indexOf('\n'));
  try {
    return JSON.parse(line) as Announcement;
  } catch {
    child.kill();
    throw new NotRunningError(`${binary} is not pipesfake: it printed ${line}`);
  }
}

/** Reports whether both are released versions, and differ in more than the patch. */
export function isAnotherVersion(own: string, server: string): boolean {
  const released = /^v?(\d+)\.(\d+)\.\d+$/;
  const mine = released.exec(own);
  const other = released.exec(server);
  return own !== '0.0.0' && !!mine && !!other && (mine[1] !== other[1] || mine[2] !== other[2]);
}

/// <reference lib="esnext.disposable" preserve="true" />
import type { components } from './control.js';
import { callersStack, withStack } from './errors.js';
import { type Camel, snake } from './names.js';
import type { Query, Transport } from './transport.js';

type Schemas = components['schemas'];

/** A switch that is in force. */
export type Switch = Schemas['Switch'];
/** The state of a connection, and what decided it. */
export type Connection = Schemas['Connection'];
/** A request that the application made. */
export type Request = Schemas['Request'];
/** A request with its explanation, headers and bodies. */
export type RequestInFull = Schemas['RequestInFull'];
/** The delivery of a webhook, with its attempts. */
export type Delivery = Schemas['Delivery'];
/** A scenario that can be switched to. */
export type Scenario = Schemas['Scenario'];
/** Which responses were given. */
export type Coverage = Schemas['Coverage'];
/** A copy of an environment. */
export type Snapshot = Schemas['Snapshot'];
/** The name of an operation of the Pipes API. */
export type Operation = Schemas['Operation'];
/** What verify and waitFor found. */
export type Verdict = Schemas['Verdict'];

/** Which connections a call is about. What is left out means any; `organizationId: null` means without one. */
export interface Place {
  provider?: string;
  userId?: string;
  organizationId?: string | null;
  connectionOwner?: 'organization';
}

/** A state, written as in a scenario file, with the names of JavaScript: `{ expiresIn: '5m', refresh: 'fails' }`. */
export type State = Camel<Exclude<Schemas['SwitchRequest']['scenario'], string>>;

/** A fault, written as in a scenario file, with the names of JavaScript: `{ status: 503, times: 2 }`. */
export type FaultFields = Camel<Schemas['FaultRequest']>;

/** Which requests are meant. */
export interface Filter extends Place {
  operation?: Operation;
  status?: number | null;
}

/** How many requests are expected, at least one unless said. */
export interface Expectation extends Filter {
  count?: number;
  atLeast?: number;
  atMost?: number;
  order?: Filter[];
}

/** A fault that is active until its `times` are used up, or until it is removed. */
export class Fault {
  constructor(
    private readonly environment: Environment,
    readonly body: Schemas['Fault'],
  ) {}

  get id(): string {
    return this.body.id;
  }

  /** Removes the fault, and never a newer one that has its id since a reset. */
  async remove(): Promise<void> {
    await this.environment.call('DELETE', `/faults/${this.id}`, { serial: this.body.serial });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove();
  }
}

/**
 * An environment: a state of its own, beside those of other tests. `url` and `apiKey` are what the application under
 * test needs.
 */
export class Environment {
  readonly apiKey: string;

  constructor(
    private readonly transport: Transport,
    readonly url: string,
    readonly name: string,
  ) {
    this.apiKey = 'sk_env_' + name;
  }

  /** Makes any control call about this environment. The path is what comes after `/_control`. */
  async call<T = unknown>(method: string, path: string, query: Query = {}, body?: unknown): Promise<T> {
    const stack = callersStack();
    try {
      return (await this.transport.call(method, '/_control' + path, { ...query, environment: this.name }, body)) as T;
    } catch (error) {
      throw withStack(error, stack);
    }
  }

  /** Switches connections to a scenario of the file. */
  async use(scenario: string, place: Place & { ttl?: string } = {}): Promise<Switch> {
    return await this.call('PUT', '/scenario', {}, { scenario, ...(snake(place) as object) });
  }

  /** Switches connections to a state. */
  async useState(state: State, place: Place & { ttl?: string } = {}): Promise<Switch> {
    return await this.call('PUT', '/scenario', {}, { scenario: snake(state), ...(snake(place) as object) });
  }

  /** Takes the last switch back. */
  async takeBack(): Promise<{ taken_back: Switch; remaining: number }> {
    return await this.call('DELETE', '/scenario');
  }

  /** Returns the state of a connection, and what decided it. */
  async explain(place: Place & { provider: string }): Promise<Connection> {
    return await this.call('GET', '/scenario', snake(place) as Query);
  }

  /** Returns the scenarios that can be switched to. */
  async scenarios(): Promise<Scenario[]> {
    return (await this.call<{ scenarios: Scenario[] }>('GET', '/scenarios')).scenarios;
  }

  /** Returns the whole environment. */
  async state(): Promise<Schemas['Whole']> {
    return await this.call('GET', '/state');
  }

  /** Takes everything back to the start of the file. */
  async reset(): Promise<void> {
    await this.call('POST', '/reset');
  }

  /** Returns a scenario file that starts in the present state. */
  async export(): Promise<string> {
    return await this.call('GET', '/export');
  }

  /** Adds a fault: `fault({ status: 503, times: 2, operation: 'token' })`. */
  async fault(fault: FaultFields): Promise<Fault> {
    return new Fault(this, await this.call('POST', '/faults', {}, snake(fault)));
  }

  /** Returns the faults that are active. */
  async faults(): Promise<Fault[]> {
    const active = await this.call<{ faults: Schemas['Fault'][] }>('GET', '/faults');
    return active.faults.map((one) => new Fault(this, one));
  }

  /** Removes all faults. */
  async removeFaults(): Promise<void> {
    await this.call('DELETE', '/faults');
  }

  /** Returns the time of the environment. */
  async now(): Promise<Date> {
    return await this.clock('GET', '/clock');
  }

  /** Moves the clock by a duration such as `1h30m` or `-5m`, and returns the time then. */
  async advance(by: string): Promise<Date> {
    return await this.clock('POST', '/clock/advance', { by });
  }

  /** Sets the clock. */
  async setTime(now: Date): Promise<Date> {
    return await this.clock('PUT', '/clock', { now: now.toISOString() });
  }

  /** Stops the clock, and returns its time. */
  async freeze(): Promise<Date> {
    return await this.clock('PUT', '/clock', { frozen: true });
  }

  /** Lets the clock go on, and returns its time. */
  async unfreeze(): Promise<Date> {
    return await this.clock('PUT', '/clock', { frozen: false });
  }

  private async clock(method: string, path: string, body?: unknown): Promise<Date> {
    return new Date((await this.call<{ now: string }>(method, path, {}, body)).now);
  }

  /** Checks which requests were made. Rejects with a VerificationError that has the near misses. */
  async verify(expected: Expectation): Promise<Verdict> {
    return await this.call('POST', '/verify', {}, snake(expected));
  }

  /** Waits for requests, an event or a delivered webhook. Rejects with a VerificationError after the timeout (10s). */
  async waitFor(
    expected: Omit<Expectation, 'order'> & { event?: string; webhook?: string; timeout?: string },
  ): Promise<Verdict> {
    return await this.call('GET', '/wait', snake(expected) as Query);
  }

  /** Returns the last requests of the application, the oldest first. */
  async requests(filter: Filter & { limit?: number } = {}): Promise<Request[]> {
    return (await this.call<{ requests: Request[] }>('GET', '/requests', snake(filter) as Query)).requests;
  }

  /** Returns one request with its explanation, headers and bodies. */
  async request(id: string): Promise<RequestInFull> {
    return await this.call('GET', `/requests/${encodeURIComponent(id)}`);
  }

  /** Forgets the requests. */
  async clearRequests(): Promise<void> {
    await this.call('DELETE', '/requests');
  }

  /** Returns the last requests as text, a line each with its reason. A failed test prints it. */
  async tail(limit = 10): Promise<string> {
    const lines = (await this.requests({ limit })).map((one) => {
      const what = one.operation ?? `${one.method} ${one.path}`;
      const organization = one.organization_id && `in ${one.organization_id}`;
      const parts = [one.status ?? '---', what, one.provider, one.user_id, organization, one.because && `(${one.because})`];
      return parts.filter((part) => part).join(' ');
    });
    return lines.join('\n') || 'no requests reached this environment: does the application use its url and apiKey?';
  }

  /** Returns the deliveries of webhooks, with their attempts. */
  async webhooks(filter: { state?: Delivery['state']; event?: string } = {}): Promise<Delivery[]> {
    return (await this.call<{ webhooks: Delivery[] }>('GET', '/webhooks', filter)).webhooks;
  }

  /** Delivers a webhook once more. */
  async redeliver(id: string): Promise<Delivery> {
    return await this.call('POST', `/webhooks/${encodeURIComponent(id)}/redeliver`);
  }

  /** Stores a copy of the environment under a name. */
  async snapshot(name: string): Promise<Snapshot> {
    return await this.call('POST', '/snapshots', {}, { name });
  }

  /** Puts a copy back. */
  async restore(name: string): Promise<void> {
    await this.call('POST', `/snapshots/${encodeURIComponent(name)}/restore`);
  }

  /** Returns the names and sizes of the copies. */
  async snapshots(): Promise<Snapshot[]> {
    return (await this.call<{ snapshots: Snapshot[] }>('GET', '/snapshots')).snapshots;
  }

  /** Deletes a copy. */
  async deleteSnapshot(name: string): Promise<void> {
    await this.call('DELETE', `/snapshots/${encodeURIComponent(name)}`);
  }

  /** Returns which responses were given. */
  async coverage(): Promise<Coverage> {
    return await this.call('GET', '/coverage');
  }

  /** Deletes the environment with everything in it. */
  async delete(): Promise<void> {
    await this.transport.call('DELETE', `/_control/environments/${this.name}`);
  }
}

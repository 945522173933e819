import { errorOf, NotRunningError } from './errors.js';

/** The parameters of a query. Null is sent as an empty value, undefined is left out. */
export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Makes control calls at one server. */
export class Transport {
  readonly controlURL: string;

  constructor(
    controlURL: string,
    private readonly token?: string,
  ) {
    this.controlURL = controlURL.replace(/\/+$/, '');
  }

  /** Makes a call, and returns its JSON, or its text if it is not JSON. */
  async call(method: string, path: string, query: Query = {}, body?: unknown, signal?: AbortSignal): Promise<unknown> {
    const url = new URL(this.controlURL + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value ?? ''));
    }
    const headers: Record<string, string> = {};
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (this.token) headers['X-Pipesfake-Token'] = this.token;
    const init: RequestInit = { method, headers };
    if (body !== undefined) init.body = JSON.stringify(body);
    if (signal !== undefined) init.signal = signal;
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, init);
      text = await response.text();
    } catch (failed) {
      const cause = failed instanceof Error && failed.cause instanceof Error ? failed.cause : failed;
      const why = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : String(cause);
      throw new NotRunningError(`pipesfake does not answer at ${this.controlURL}: ${why}`);
    }
    if (!response.ok) throw errorOf(response.status, text);
    const isJSON = response.headers.get('Content-Type')?.startsWith('application/json') ?? false;
    return isJSON ? (JSON.parse(text) as unknown) : text;
  }
}

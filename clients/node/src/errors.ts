/** A call that the server refused. `status` and `code` are those of the response. */
export class PipesfakeError extends Error {
  override name = 'PipesfakeError';

  constructor(
    message: string,
    readonly status = 0,
    readonly code = '',
    readonly body: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** There is no server: it could not be started or reached, or it has ended. */
export class NotRunningError extends PipesfakeError {
  override name = 'NotRunningError';
}

/** The requests were not as expected. The message has the near misses. */
export class VerificationError extends PipesfakeError {
  override name = 'VerificationError';

  /** What came nearest to the expectation. */
  get nearMisses(): string[] {
    return Array.isArray(this.body['near_misses']) ? this.body['near_misses'].map(String) : [];
  }
}

/** Returns the error for a response that is not a success. */
export function errorOf(status: number, text: string): PipesfakeError {
  let body: Record<string, unknown>;
  try {
    body = JSON.parse(text) as Record<string, unknown>;
  } catch {
    body = { message: text.slice(0, 500) };
  }
  const code = String(body['code'] ?? '');
  const message = String(body['message'] || `the server answered ${status}`);
  if (code !== 'verification_failed') {
    return new PipesfakeError(code ? `${message} (${status} ${code})` : message, status, code, body);
  }
  const failed = new VerificationError('', status, code, body);
  failed.message = [message, ...failed.nearMisses.map((miss) => `  near miss: ${miss}`)].join('\n');
  return failed;
}

/** Returns the frames of the stack from where the kit was called. */
export function callersStack(): string {
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  const outside = frames.findIndex((frame) => !/ at (async )?(callersStack|(Environment|Fault)\.\w+) /.test(frame));
  return frames.slice(Math.max(0, outside)).join('\n');
}

/** Lets the stack of an error begin where the kit was called, so that test runners show that line. */
export function withStack(error: unknown, stack: string): unknown {
  if (error instanceof PipesfakeError) {
    error.stack = `${error.name}: ${error.message}\n${stack}`;
  }
  return error;
}

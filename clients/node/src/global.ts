/** A global setup for vitest, jest and Playwright: one server for all workers. */
import { Pipesfake } from './server.js';

/** Starts a server, unless PIPESFAKE_URL names one, and returns what stops it. PIPESFAKE_SCENARIOS is its file. */
export default async function setup(): Promise<() => Promise<void>> {
  const scenarios = process.env['PIPESFAKE_SCENARIOS'];
  const server = await Pipesfake.find(scenarios ? { scenarios } : {});
  process.env['PIPESFAKE_URL'] = server.url;
  return async () => {
    await server.stop();
  };
}

/** Starts and steers pipesfake, a fake of the WorkOS Pipes API, from tests. */
export * from './environment.js';
export { NotRunningError, PipesfakeError, VerificationError } from './errors.js';
export { type ConnectOptions, Pipesfake, type StartOptions, VERSION } from './server.js';

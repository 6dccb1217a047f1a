import { AsyncLocalStorage } from 'node:async_hooks';
import type { Readable, Writable } from 'node:stream';

/** What a run of the command line gets from its process, or from a test. */
export interface Terminal {
  /** A variable that a module reads itself is also set here: config/hsm-settings.ts. */
  readonly environment: NodeJS.ProcessEnv;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

const terminals = new AsyncLocalStorage<Terminal>();

/** Runs `work`, and everything that it begins, at this terminal. */
export function atTerminal<Result>(given: Terminal, work: () => Result): Result {
  return terminals.run(given, work);
}

/** The terminal of the present run. */
export function terminal(): Terminal {
  const given = terminals.getStore();
  if (given === undefined) throw new Error('no command runs');
  return given;
}

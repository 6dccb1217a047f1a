import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { runPinctl } from '../../apps/pinctl/src/run-pinctl.js';
import { MODULE_VARIABLES } from '../support/module-variables.js';
import type { Outcome } from './pinctl-process.js';

/**
 * The command line as the compiled one does it, in this process: with this environment and no other. A ceremony loads the
 * module into it, which reads this process's own environment: KeysKit sees to that.
 *
 * @param input what is typed, or what makes it once something is asked
 */
export async function pinctl(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  input: string | (() => Promise<string>) = '',
): Promise<Outcome> {
  const [stdout, stderr] = [new Written(), new Written()];
  const stdin = new PassThrough();
  const asked = typeof input === 'string' ? Promise.resolve(input) : once(stderr, 'written').then(input);
  const typed = asked.then((line) => stdin.end(line));
  const terminal = {
    environment: { HSM_ENVIRONMENT: MODULE_VARIABLES, ...environment },
    stdin,
    stdout,
    stderr,
  };
  const [code] = await Promise.all([runPinctl(args, terminal), typed]);
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** Keeps what is written, and emits "written" each time. */
class Written extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString('utf8');
    this.emit('written');
    done();
  }
}

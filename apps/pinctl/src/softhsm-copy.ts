import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Refused } from './terminal/refused.js';

/** SoftHSM2's default path of its configuration, if SOFTHSM2_CONF is not set. */
const CONFIGURATION = '/etc/softhsm/softhsm2.conf';
const SUFFIX = '.before-ceremony-';
const UNFINISHED = '.unfinished-copy';

/**
 * Runs a ceremony with a copy of SoftHSM2's token directory beside it. A process that is killed while SoftHSM2 writes
 * an object leaves an empty file; the token can then no longer be opened. The copy is removed when the ceremony has
 * ended, well or with an error. If it did not end, the copy is kept until the next one has.
 *
 * @throws Refused while the token is damaged: a person goes back to the copy
 */
export async function withSoftHsmCopy(
  configuration: string | undefined,
  told: (step: string) => void,
  work: () => Promise<void>,
): Promise<void> {
  const tokens = tokenDirectory(configuration ?? CONFIGURATION);
  if (tokens === null) return await work();
  const [earlier] = copiesOf(tokens);
  if (earlier !== undefined) {
    if (hasEmptyObject(tokens)) throw new Refused(howToGoBack(tokens, earlier));
    told(`a ceremony did not end; what the token was before it stays in ${earlier} until this one has`);
  }
  const copy = earlier ?? copyOf(tokens);
  if (earlier === undefined) told(`copied SoftHSM2's tokens to ${copy} until this has ended`);
  try {
    await work();
  } catch (failure) {
    // A process that can still throw has interrupted no write: this copy is needed only if the token is damaged.
    if (hasEmptyObject(tokens)) told(howToGoBack(tokens, copy));
    else if (earlier === undefined) rmSync(copy, { recursive: true });
    throw failure;
  }
  rmSync(copy, { recursive: true });
}

/** Readable only for their owner, and under their final names only when complete. */
function copyOf(tokens: string): string {
  const copy = `${tokens}${SUFFIX}${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  const unfinished = `${tokens}${UNFINISHED}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  cpSync(tokens, unfinished, { recursive: true, preserveTimestamps: true });
  renameSync(unfinished, copy);
  return copy;
}

/** Copies of ceremonies that did not end. */
function copiesOf(tokens: string): readonly string[] {
  const folder = dirname(tokens);
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${basename(tokens)}${SUFFIX}`))
    .map((name) => join(folder, name))
    .toSorted();
}

/** The trace of a write that was killed. */
function hasEmptyObject(tokens: string): boolean {
  return readdirSync(tokens, { recursive: true, withFileTypes: true }).some(
    ({ name, parentPath }) => name.endsWith('.object') && statSync(join(parentPath, name)).size === 0,
  );
}

function howToGoBack(tokens: string, copy: string): string {
  return [
    'a ceremony did not end, and has left an empty object: the token is damaged.',
    `What the token was before is in ${copy}. To go back to it, with every service and pinctl stopped:`,
    `  mv ${tokens} ${tokens}.damaged && mv ${copy} ${tokens}`,
    'Then run this again: it makes what is missing.',
  ].join('\n');
}

function tokenDirectory(configuration: string): string | null {
  if (!existsSync(configuration)) return null;
  const [, directory] =
    /^\s*directories\.tokendir\s*=\s*(\S.*?)\s*$/m.exec(readFileSync(configuration, 'utf8')) ?? [];
  if (directory === undefined || !existsSync(directory)) return null;
  return directory.replace(/\/+$/, '');
}

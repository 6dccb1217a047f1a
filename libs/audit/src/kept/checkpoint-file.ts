import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from '../checkpoint/verifier-key.js';

/**
 * The newest checkpoint in a file outside the database; a restored backup is compared with it. Next to it,
 * `<file>.keys` holds the verifier keys, one a line, to verify without the HSM.
 */
export class CheckpointFile {
  constructor(private readonly path: string) {}

  /** Null when there is none yet. */
  async read(): Promise<string | null> {
    return await readOrNull(this.path);
  }

  async write(note: string): Promise<void> {
    await replace(this.path, note);
  }

  /** Writes the first one; if another process has written one meanwhile, that one stays. */
  async begin(note: string): Promise<void> {
    const beside = await writeBeside(this.path, note);
    try {
      await link(beside, this.path);
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    } finally {
      await rm(beside, { force: true });
    }
    await flushDirectory(this.path);
  }

  /** Retired keys stay: they signed old checkpoints. */
  async rememberKeys(keys: readonly VerifierKey[]): Promise<void> {
    const known = await this.keyLines();
    const lines = new Set([...known, ...keys.map(formatVerifierKey)]);
    if (lines.size > known.length) await replace(this.keysPath, `${[...lines].join('\n')}\n`);
  }

  /** @throws Error when a line is no verifier key */
  async keys(): Promise<VerifierKey[]> {
    return (await this.keyLines()).map(parseVerifierKey);
  }

  private async keyLines(): Promise<string[]> {
    const text = (await readOrNull(this.keysPath)) ?? '';
    return text.split('\n').filter((line) => line !== '');
  }

  private get keysPath(): string {
    return `${this.path}.keys`;
  }
}

async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** Old or new, never half: written to a second file, flushed, renamed, and the name flushed too. */
async function replace(path: string, content: string): Promise<void> {
  await rename(await writeBeside(path, content), path);
  await flushDirectory(path);
}

/** Its name is unique even among machines that share the disk. If writing fails, the file is removed. */
async function writeBeside(path: string, content: string): Promise<string> {
  const beside = `${path}.${randomUUID()}.new`;
  const file = await open(beside, 'wx', 0o644);
  try {
    await file.writeFile(content);
    await file.sync();
  } catch (fault) {
    await rm(beside, { force: true });
    throw fault;
  } finally {
    await file.close();
  }
  return beside;
}

async function flushDirectory(path: string): Promise<void> {
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

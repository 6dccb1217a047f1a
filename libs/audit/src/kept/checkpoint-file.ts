import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from '../checkpoint/verifier-key.js';

/**
 * The newest checkpoint in a file outside the database: what a restored backup is compared with. Beside it, in
 * `<file>.keys`, stand the verifier keys, one a line, for whoever verifies without the HSM.
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

  /** Keys that are retired by now stay: old checkpoints were signed with them. */
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
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Old or new, never half: written beside, flushed, renamed, and the name flushed too. */
async function replace(path: string, content: string): Promise<void> {
  const beside = `${path}.${process.pid}.new`;
  const file = await open(beside, 'w', 0o644);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

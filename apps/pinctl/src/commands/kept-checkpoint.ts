import { readFileSync } from 'node:fs';
import { CheckpointFile, parseVerifierKey, type VerifierKey } from '#libs/audit';
import { loadSettings } from '../config/settings.js';
import { Refused } from '../terminal/refused.js';

export interface KeptCheckpoint {
  readonly origin: string;
  readonly note: string | null;
  readonly keys: readonly VerifierKey[];
  readonly file: CheckpointFile;
}

/** @throws Refused when there are no verifier keys: without them no head can be trusted */
export async function keptCheckpoint(options: {
  readonly checkpoint?: string;
  readonly keys?: string;
}): Promise<KeptCheckpoint> {
  const { audit } = loadSettings();
  const path = options.checkpoint ?? audit.checkpointFile;
  if (path === null) throw new Refused('name the kept checkpoint: --checkpoint or AUDIT_CHECKPOINT_FILE');
  const file = new CheckpointFile(path);
  const keys = options.keys === undefined ? await file.keys() : keysIn(options.keys);
  if (keys.length === 0) throw new Refused(`no verifier keys in ${options.keys ?? `${path}.keys`}`);
  return { origin: audit.origin, note: await file.read(), keys, file };
}

/** Verifier keys, one a line. @throws Refused */
export function keysIn(path: string): VerifierKey[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map(parseVerifierKey);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'it cannot be read';
    throw new Refused(`${path} gives no verifier keys: ${reason}`, { cause });
  }
}

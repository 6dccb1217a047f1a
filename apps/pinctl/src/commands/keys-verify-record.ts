import { existsSync } from 'node:fs';
import { CheckpointFile, type VerifierKey } from '#libs/audit';
import { jwkThumbprint } from '#libs/hsm';
import { readRegisteredKeys } from '#libs/keys';
import { keysBeside, openRecord } from '../ceremony-record.js';
import { loadSettings } from '../config/settings.js';
import { withDatabase } from '../database.js';
import { printText } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { told } from '../terminal/told.js';
import { keysIn } from './kept-checkpoint.js';

/** Exit code 0: the record is as the HSM signed it. */
export async function verifyRecordCommand(file: string, { keys }: { readonly keys?: string }): Promise<void> {
  const known = keys === undefined ? await verifierKeysFor(file) : keysIn(keys);
  printText(JSON.stringify(openRecord(file, known), null, 2));
}

/**
 * The keys beside the kept checkpoints, once a service has run. Before that, and after a rotation that no service has
 * seen: the key beside the record, if the database has its thumbprint. A forger of a record can put a key beside it
 * too.
 *
 * @throws Refused when there is none to trust
 */
async function verifierKeysFor(file: string): Promise<readonly VerifierKey[]> {
  const { audit, databaseUrl } = loadSettings();
  const kept = audit.checkpointFile === null ? [] : await new CheckpointFile(audit.checkpointFile).keys();
  const beside = existsSync(keysBeside(file)) ? keysIn(keysBeside(file)) : [];
  const isKept = (key: VerifierKey) => kept.some(({ publicKey }) => publicKey.equals(key.publicKey));
  if (beside.every(isKept)) return refuseNone(kept, file);
  const registered: VerifierKey[] = [];
  await withDatabase(databaseUrl, async (dataSource) => {
    const signers = (await readRegisteredKeys(dataSource)).filter(({ kind }) => kind === 'audit-signing');
    const isRegistered = (thumbprint: Buffer) =>
      signers.some(({ fingerprint }) => fingerprint.equals(thumbprint));
    registered.push(...beside.filter((key) => isRegistered(thumbprintOf(key))));
  });
  if (registered.length > 0)
    told(`checked with the key of ${keysBeside(file)}, which the database has registered`);
  return refuseNone([...kept, ...registered], file);
}

function thumbprintOf({ publicKey }: VerifierKey): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return jwkThumbprint({ x, y });
}

function refuseNone(keys: readonly VerifierKey[], file: string): readonly VerifierKey[] {
  if (keys.length > 0) return keys;
  throw new Refused(
    `there is no verifier key to believe: --keys FILE, AUDIT_CHECKPOINT_FILE, or ${keysBeside(file)} with a key that the database has registered`,
  );
}

import { readFileSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import {
  adoptTrail,
  AuditTree,
  CheckpointFile,
  consistencyProof,
  verifierKeys,
  Witness,
  type StoredHead,
  type VerifierKey,
} from '#libs/audit';
import { loadSettings, type AuditSettings } from '../config/settings.js';
import { withOwner } from '../database.js';
import { localActor } from '../request-context.js';
import { confirm } from '../terminal/confirm.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { keysIn } from './kept-checkpoint.js';
import { withHsmIfAny } from './with-hsm.js';

interface Options {
  readonly reason: string;
  readonly checkpoint?: string;
  readonly keys?: string;
  readonly yes?: true;
  readonly json?: true;
}

const QUESTION =
  'This says that nothing was restored: tries that an older database has forgotten are forgotten for good, and its ' +
  'locked cards, revoked clients and replaced secrets work again. After a restore use pinctl audit reconcile.';

/** A person's statement in place of a lost checkpoint. */
export async function adoptAudit(options: Options): Promise<void> {
  const { audit } = loadSettings();
  const path = options.checkpoint ?? audit.checkpointFile;
  if (path === null && audit.witness === null)
    throw new Refused(
      'say where the checkpoint is kept: AUDIT_CHECKPOINT_FILE, --checkpoint or AUDIT_WITNESS_URL',
    );
  const file = path === null ? null : new CheckpointFile(path);
  if (file !== null && (await file.read()) !== null)
    throw new Refused(`a checkpoint is kept in ${path}: pinctl audit verify compares the database with it`);
  if (options.yes !== true) await confirm(QUESTION, 'adopt');
  await withOwner(async (owner) => {
    const keys = await knownKeys(owner, options, file, audit.origin);
    const { origin } = audit;
    const head = await adoptTrail(owner, {
      origin,
      keys,
      reason: options.reason,
      actor: localActor(),
    }).catch((fault: unknown) => {
      throw new Refused(fault instanceof Error ? fault.message : 'it cannot be adopted', { cause: fault });
    });
    await file?.rememberKeys(keys);
    await file?.begin(head.note);
    if (audit.witness !== null) await beginWitness(owner, audit.witness, head);
    print(
      options.json,
      { size: head.size },
      `The trail of ${head.size} events is the one that is kept from now on.`,
    );
  });
}

/** From outside the database, or from the HSM itself. */
async function knownKeys(
  owner: DataSource,
  options: Options,
  file: CheckpointFile | null,
  origin: string,
): Promise<readonly VerifierKey[]> {
  const keys = options.keys === undefined ? await file?.keys() : keysIn(options.keys);
  if (keys !== undefined && keys.length > 0) return keys;
  return await withHsmIfAny(owner, {}, async (hsm) => {
    if (hsm === null)
      throw new Refused('name the verifier keys (--keys), or give the HSM settings of the service');
    return verifierKeys(hsm, origin);
  });
}

async function beginWitness(
  owner: DataSource,
  { url, caFile }: NonNullable<AuditSettings['witness']>,
  head: StoredHead,
): Promise<void> {
  const ca = caFile === undefined ? undefined : readFileSync(caFile, 'utf8');
  const tree = new AuditTree(owner.manager);
  const proofFrom = (size: number) => consistencyProof(tree.range, size, head.size);
  const { outcome } = await new Witness(url, ca).submit(head, proofFrom, true);
  if (outcome !== 'kept') throw new Refused('the witness has seen another trail, or a longer one');
}

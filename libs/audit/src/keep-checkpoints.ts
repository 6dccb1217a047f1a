import type { DataSource } from 'typeorm';
import type { PinHsm } from '#libs/hsm';
import { openNote } from './checkpoint/checkpoint.js';
import type { CheckpointFile } from './kept/checkpoint-file.js';
import { compareWithKept, type Comparison } from './kept/compare.js';
import type { Witness, WitnessVerdict } from './kept/witness.js';
import { AuditTree } from './persistence/audit-tree.js';
import { isOwnCluster } from './persistence/cluster.js';
import { newestHead, type StoredHead } from './persistence/heads.js';
import { SealTrail } from './seal-trail.js';
import { verifierKeys } from './signing.js';
import { consistencyProof } from './tree/proofs.js';

export interface KeepCheckpointsParts {
  readonly dataSource: DataSource;
  readonly hsm: PinHsm;
  readonly origin: string;
  readonly file: CheckpointFile | null;
  readonly witness: Witness | null;
}

/** Why the trail in the database is not the one that was kept, in words for an operator. */
export type TrailTrouble = string;

/**
 * Seals the trail and keeps its checkpoints outside the database. Before anything is added, the trail is compared with
 * the checkpoint that was kept: while they disagree nothing is sealed, and `trouble` says why. A restored backup forgets
 * tries, so no PIN may be evaluated on it until somebody has reconciled it.
 *
 * A fault on the way (database, file, HSM) says nothing about the trail: the verdict before stays until they can be
 * compared again.
 */
export class KeepCheckpoints {
  readonly #seal: SealTrail;
  #begun = false;
  #compared = false;
  #trouble: TrailTrouble | null =
    'the audit trail could not be compared with the kept checkpoint since the start';
  /** Stays until the witness takes a head again. */
  #witnessTrouble: TrailTrouble | null = null;
  #sealedAt: Date | null = null;

  constructor(private readonly parts: KeepCheckpointsParts) {
    this.#seal = new SealTrail(parts);
  }

  get trouble(): TrailTrouble | null {
    return this.#trouble ?? this.#witnessTrouble;
  }

  /** Whether the last comparison came to an end; while it does not, `trouble` is what the one before said. */
  get compared(): boolean {
    return this.#compared;
  }

  /** When the newest head was signed; null before the first. */
  get sealedAt(): Date | null {
    return this.#sealedAt;
  }

  /** @throws what database, file and HSM say */
  async compare(): Promise<TrailTrouble | null> {
    try {
      this.#trouble = await this.judge();
      this.#compared = true;
    } catch (fault) {
      this.#compared = false;
      throw fault;
    }
    return this.#trouble;
  }

  private async judge(): Promise<TrailTrouble | null> {
    const { dataSource, hsm, origin, file } = this.parts;
    const note = (await file?.read()) ?? null;
    const comparison: Comparison =
      note === null
        ? { outcome: 'consistent' }
        : await compareWithKept(dataSource.manager, { note, origin, keys: verifierKeys(hsm, origin) });
    return (await isOwnCluster(dataSource.manager))
      ? troubleOf(comparison)
      : 'the database was restored into another cluster';
  }

  /**
   * For the start, before anything is served: compares, and asks the witness where there is no file to compare with.
   *
   * @throws what database, file, HSM and witness say; `trouble` stays until they have answered
   */
  async begin(): Promise<void> {
    const { file, witness, dataSource } = this.parts;
    const trouble = await this.compare();
    const head = file === null && witness !== null ? await newestHead(dataSource.manager) : null;
    if (head !== null) this.#witnessTrouble = 'the witness has not answered since the start';
    this.#begun = true;
    if (trouble === null && head !== null) await this.showWitness(head);
  }

  /** @throws HsmFault, or what database, file and witness say; what was done stays done */
  async execute(): Promise<void> {
    const { file, hsm, origin, dataSource } = this.parts;
    if (!this.#begun) await this.begin();
    if ((await this.compare()) !== null) return;
    const head = await (this.#witnessTrouble === null
      ? this.#seal.execute()
      : newestHead(dataSource.manager));
    if (head === null) return;
    this.#sealedAt = head.signedAt;
    await file?.rememberKeys(verifierKeys(hsm, origin));
    await this.keepInFile(head);
    await this.showWitness(head);
  }

  /** Another process may have kept a newer one in the same file. */
  private async keepInFile(head: StoredHead): Promise<void> {
    const { file, hsm, origin } = this.parts;
    const kept = await file?.read();
    if (file === null || kept === undefined || kept === head.note) return;
    const size = kept === null ? -1 : openNote(kept, origin, verifierKeys(hsm, origin)).size;
    if (size < head.size) await file.write(head.note);
  }

  private async showWitness(head: StoredHead): Promise<void> {
    const { witness, dataSource } = this.parts;
    if (witness === null) return;
    const tree = new AuditTree(dataSource.manager);
    const verdict = await witness.submit(head, (size) => consistencyProof(tree.range, size, head.size));
    this.#witnessTrouble = witnessTrouble(verdict, await tree.size());
  }
}

function witnessTrouble(verdict: WitnessVerdict, size: number): TrailTrouble | null {
  switch (verdict.outcome) {
    case 'kept':
      return null;
    case 'refused':
      return `the witness refuses the audit trail (${verdict.status}): it is not the one it has seen`;
    case 'ahead':
      // A newer head of another process may have reached it first.
      return verdict.size <= size
        ? null
        : `the witness has seen ${verdict.size} lines of the audit trail, the database holds ${size}`;
  }
}

function troubleOf(comparison: Comparison): TrailTrouble | null {
  switch (comparison.outcome) {
    case 'consistent':
      return null;
    case 'truncated':
      return `the database holds ${comparison.size} lines of the audit trail, the kept checkpoint ${comparison.keptSize}: an older backup was restored, or lines were cut off`;
    case 'forked':
      return `the first ${comparison.keptSize} lines of the audit trail are not those of the kept checkpoint`;
    case 'unreadable':
      return `the kept checkpoint cannot be used: ${comparison.reason}`;
  }
}

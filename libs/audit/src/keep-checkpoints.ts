import type { DataSource } from 'typeorm';
import type { PinHsm } from '#libs/hsm';
import { openNote } from './checkpoint/checkpoint.js';
import type { CheckpointFile } from './kept/checkpoint-file.js';
import { compareWithKept, type Comparison } from './kept/compare.js';
import { KeptState } from './kept/kept-state.js';
import type { Witness, WitnessVerdict } from './kept/witness.js';
import { AuditTree } from './persistence/audit-tree.js';
import { isOwnCluster, newestHead, type StoredHead } from './persistence/heads.js';
import { SealTrail } from './seal-trail.js';
import { signCheckpoint, verifierKeys } from './signing.js';
import { EMPTY_ROOT } from './tree/hashes.js';
import { consistencyProof } from './tree/proofs.js';

export interface KeepCheckpointsParts {
  readonly dataSource: DataSource;
  readonly hsm: PinHsm;
  readonly origin: string;
  /** Without file and witness no checkpoint is kept, so none can be compared: for development and tests only. */
  readonly file: CheckpointFile | null;
  readonly witness: Witness | null;
  readonly now?: () => number;
  /** Sends the sealed lines to receivers outside; waits for a limited time, and throws nothing. */
  readonly stream?: () => Promise<void>;
}

/** Why the stored trail differs from the kept checkpoint, in words for an operator. */
export type TrailTrouble = string;

/**
 * Seals the trail and keeps its checkpoints outside the database. Before anything is added, the trail is compared with
 * the kept checkpoint. While they disagree nothing is sealed, and `trouble` says why. A restored backup has lost tries,
 * so no PIN may be evaluated on it until an operator has reconciled it.
 *
 * A missing checkpoint is no agreement: an operator who restores a database may have lost it as well. Only a database
 * without a signed head begins by itself. Its first checkpoint, of no lines, is kept before the first line is sealed.
 *
 * A fault on the way (database, file, HSM) says nothing about the trail: the last verdict stays until they can be
 * compared again.
 */
export class KeepCheckpoints {
  readonly #seal: SealTrail;
  readonly #kept: KeptState;
  #begun = false;
  #compared = false;
  #trouble: TrailTrouble | null =
    'the audit trail could not be compared with the kept checkpoint since the start';
  /** Stays until the witness takes a head again; at the start, until another source confirms the trail. */
  #witnessTrouble: TrailTrouble | null;
  #sealedAt: Date | null = null;
  #witnessedAt = -Infinity;
  /**
   * The newest note that this process has read or kept. It replaces a file that is gone, and confirms the trail to a
   * witness.
   */
  #known: string | null = null;

  constructor(private readonly parts: KeepCheckpointsParts) {
    this.#seal = new SealTrail(parts);
    this.#witnessTrouble = parts.witness === null ? null : NOT_ASKED;
    this.#kept = new KeptState(parts.now ?? Date.now, { inFile: parts.file !== null });
  }

  get trouble(): TrailTrouble | null {
    return this.#trouble ?? this.#witnessTrouble;
  }

  /** Whether the last comparison was finished; if not, `trouble` is from the one before. */
  get compared(): boolean {
    return this.#compared;
  }

  /** Why the newest checkpoint is nowhere outside the database; null while it is. */
  get unkept(): string | null {
    return this.#kept.cause;
  }

  /** Why the witness does not take checkpoints now; null while it does, and when there is none. */
  get unwitnessed(): string | null {
    return this.#kept.witnessCause;
  }

  /** When the newest head was signed; null before the first. */
  get sealedAt(): Date | null {
    return this.#sealedAt;
  }

  /** Since the witness took a checkpoint: Infinity before the first, 0 where there is no witness. */
  get witnessAgeSeconds(): number {
    return this.parts.witness === null ? 0 : (this.now() - this.#witnessedAt) / 1_000;
  }

  private now(): number {
    return this.parts.now?.() ?? Date.now();
  }

  /** @throws errors of database, file and HSM */
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
    const { manager } = this.parts.dataSource;
    const trouble = troubleOf(await this.compareWithNewest());
    return (await isOwnCluster(manager)) ? trouble : 'the database was restored into another cluster';
  }

  private async compareWithNewest(): Promise<Comparison> {
    const { dataSource, hsm, origin, file, witness } = this.parts;
    if (file === null && witness === null) return { outcome: 'consistent' };
    const note = (await this.#kept.reading(async () => await file?.read())) ?? this.#known;
    if (note === null) return await this.withoutNote();
    const keys = verifierKeys(hsm, origin);
    const comparison = await compareWithKept(dataSource.manager, { note, origin, keys });
    if (comparison.outcome === 'consistent') this.vouch(note);
    return comparison;
  }

  /** `begin` asks a witness. Without one, nothing outside the database can show that it is an older one. */
  private async withoutNote(): Promise<Comparison> {
    const { dataSource, hsm, origin, file, witness } = this.parts;
    const head = await newestHead(dataSource.manager);
    if (head !== null && witness !== null) return { outcome: 'consistent' };
    // Lines get no place before a checkpoint is in the file: a database that has lost its heads is not a new one.
    const size = await new AuditTree(dataSource.manager).size();
    if (head !== null || (file !== null && size > 0)) return { outcome: 'nothing-kept', size };
    const note = await signCheckpoint(hsm, { origin, size: 0, root: EMPTY_ROOT });
    await this.#kept.inFile(async () => {
      await file?.rememberKeys(verifierKeys(hsm, origin));
      await file?.begin(note);
    });
    this.vouch(note);
    return { outcome: 'consistent' };
  }

  /**
   * For the start, before any request is served: compares, and asks the witness if there is no file to compare with.
   *
   * @throws errors of database, file, HSM and witness; `trouble` stays until they have answered
   */
  async begin(): Promise<void> {
    const trouble = await this.compare();
    this.#begun = true;
    if (trouble !== null || this.#witnessTrouble === null) return;
    const head = await newestHead(this.parts.dataSource.manager);
    if (head !== null) await this.showWitness(head);
  }

  /** @throws HsmFault, or errors of database, file and witness; completed steps stay */
  async execute(): Promise<void> {
    const { dataSource } = this.parts;
    if (!this.#begun) await this.begin();
    if ((await this.compare()) !== null) return;
    const head = await (this.#witnessTrouble === null
      ? this.#seal.execute()
      : newestHead(dataSource.manager));
    if (head === null) return;
    this.#sealedAt = head.signedAt;
    // A checkpoint that the witness has not confirmed is not kept while nothing else confirms it.
    if (this.#witnessTrouble === null) {
      // Lines first: after a fail-over, the lines under a kept checkpoint are the ones to look for.
      await this.parts.stream?.();
      await this.#kept.inFile(() => this.keepInFile(head));
    }
    await this.showWitness(head);
  }

  /** Another process may have kept a newer one in this file. */
  private async keepInFile(head: StoredHead): Promise<void> {
    const { file, hsm, origin } = this.parts;
    if (file === null) return;
    await file.rememberKeys(verifierKeys(hsm, origin));
    const kept = await file.read();
    const size = kept === null ? -1 : openNote(kept, origin, verifierKeys(hsm, origin)).size;
    if (size < head.size) await file.write(head.note);
    this.vouch(head.note);
  }

  private vouch(note: string): void {
    this.#known = note;
    if (this.#witnessTrouble === NOT_ASKED) this.#witnessTrouble = null;
  }

  private async showWitness(head: StoredHead): Promise<void> {
    const { witness, dataSource } = this.parts;
    if (witness === null) return;
    const tree = new AuditTree(dataSource.manager);
    const proofFrom = (size: number) => consistencyProof(tree.range, size, head.size);
    const mayBegin = this.#known !== null;
    const verdict = await this.#kept.byWitness(() => witness.submit(head, proofFrom, mayBegin));
    this.#witnessTrouble = witnessTrouble(verdict, await tree.size());
    if (verdict.outcome !== 'kept') return;
    this.#witnessedAt = this.now();
    this.vouch(head.note);
  }
}

const NOT_ASKED = 'the witness has not answered since the start';

/** Only a person can know this. */
const SAY_WHY =
  'pinctl audit adopt where the checkpoint alone was lost, pinctl audit reconcile where the database was restored';

function witnessTrouble(verdict: WitnessVerdict, size: number): TrailTrouble | null {
  switch (verdict.outcome) {
    case 'kept':
      return null;
    case 'nothing-seen':
      return `the witness has seen no audit trail, the database holds a signed one: nobody kept a checkpoint of it; ${SAY_WHY}`;
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
    case 'nothing-kept':
      return `no checkpoint is kept of the ${comparison.size} sealed lines that the database holds: it may be an older backup; ${SAY_WHY}`;
    case 'truncated':
      return `the database holds ${comparison.size} lines of the audit trail, the kept checkpoint ${comparison.keptSize}: an older backup was restored, or lines were cut off`;
    case 'forked':
      return `the first ${comparison.keptSize} lines of the audit trail are not those of the kept checkpoint`;
    case 'unreadable':
      return `the kept checkpoint cannot be used: ${comparison.reason}`;
  }
}

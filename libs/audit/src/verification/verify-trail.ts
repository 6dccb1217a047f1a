import type { DataSource, EntityManager } from 'typeorm';
import { readNote, type Checkpoint } from '../checkpoint/checkpoint.js';
import type { VerifierKey } from '../checkpoint/verifier-key.js';
import { AUDIT_ROW_COLUMNS, leafEntry, type AuditRow } from '../leaf.js';
import { headsAfter, type StoredHead } from '../persistence/heads.js';
import { HAS_LEAF, LINE_OF_LEAF } from '../persistence/sql.js';
import { GrowingTree } from '../tree/growing-tree.js';
import { leafHash } from '../tree/hashes.js';
import { attestationEpoch } from './attestation-epoch.js';
import type { AttestationChecker, AttestationReport } from './attestation-parts.js';
import { AttestedLines } from './attested-lines.js';
import { ExpiredMonths } from './expired-months.js';
import type { Finding } from './findings.js';

const LEAVES_AT_A_TIME = 5_000;
const HEADS_AT_A_TIME = 500;

export interface VerifyTrailRequest {
  readonly origin: string;
  /** From outside the database: an attacker who can write there could forge them. */
  readonly keys: readonly VerifierKey[];
  /** The newest checkpoint kept outside; without one, a missing tail cannot be detected. */
  readonly keptNote: string | null;
  /** Checks the HSM host's word for verdicts and verifiers; without one the report says that it was not checked. */
  readonly hsm?: AttestationChecker | null;
  readonly onProgress?: (leaves: number) => void;
}

export interface TrailReport {
  readonly size: number;
  readonly heads: number;
  /** In the order of the trail; the first is the first bad line. Empty when nothing was changed. */
  readonly findings: readonly Finding[];
  readonly attestation: AttestationReport;
}

interface LeafRow {
  leaf_no: string;
  leaf_hash: Buffer;
  leaf_audit_id: string;
  month: string;
  row: AuditRow | null;
}

/**
 * Recomputes the whole tree from the lines, in one snapshot of the database, and compares it with every signed head.
 */
export async function verifyTrail(dataSource: DataSource, request: VerifyTrailRequest): Promise<TrailReport> {
  return await dataSource.transaction('REPEATABLE READ', async (manager) => {
    await manager.query('SET TRANSACTION READ ONLY');
    const { hsm = null } = request;
    const attested = new AttestedLines(await attestationEpoch(manager, hsm), hsm);
    return await new Verification(manager, request, attested).run();
  });
}

class Verification {
  readonly #tree = new GrowingTree();
  readonly #findings: Finding[] = [];
  readonly #expired = new ExpiredMonths();
  #heads: StoredHead[] = [];
  #headsSeen = 0;
  #lastHeadSize = 0;
  /** Where the ids last fell since the last head: a set of lines is sealed in the order of their ids. */
  #descent: { readonly leaf: number; readonly auditId: string } | null = null;
  #lastAuditId = -1n;
  #broken = false;
  /** The next leaf to read; it differs from the size of the tree once a place is missing. */
  #next = 0;
  readonly #kept: Checkpoint | null;

  constructor(
    private readonly manager: EntityManager,
    private readonly request: VerifyTrailRequest,
    private readonly attested: AttestedLines,
  ) {
    this.#kept = this.readKept();
  }

  async run(): Promise<TrailReport> {
    for (;;) {
      const leaves = await this.leavesFrom(this.#next);
      for (const leaf of leaves) {
        await this.add(leaf);
        if (leaf.row !== null) await this.attested.note(leaf.row);
      }
      if (leaves.length < LEAVES_AT_A_TIME) break;
      this.request.onProgress?.(this.#tree.size);
    }
    for (const { leaf, auditId } of this.#expired.deleted())
      this.#findings.push({ kind: 'deleted', leaf, auditId });
    const size = this.#next;
    const kept = this.#kept;
    if (kept !== null && kept.size > size)
      this.#findings.push({ kind: 'truncated', size, keptSize: kept.size });
    this.#findings.push(...(await this.insertedLines()));
    const attestation = await this.attested.report();
    const findings = [...this.#findings, ...this.attested.findings];
    return { size, heads: this.#headsSeen, findings, attestation };
  }

  private async add(leaf: LeafRow): Promise<void> {
    const leafNo = Number(leaf.leaf_no);
    const auditId = leaf.leaf_audit_id;
    this.#next = leafNo + 1;
    if (leafNo !== this.#tree.size && !this.#broken) {
      this.#findings.push({ kind: 'leaf-missing', leaf: this.#tree.size });
      this.#broken = true;
    }
    const hash = this.hashOf(leaf, leafNo);
    if (BigInt(auditId) < this.#lastAuditId) this.#descent ??= { leaf: leafNo, auditId };
    this.#lastAuditId = BigInt(auditId);
    this.#tree.add(hash);
    if (this.#kept?.size === this.#tree.size) this.compareWithKept(this.#kept);
    await this.compareWithHead();
  }

  /** Hashes the line as it is, so that the heads show a change even if the stored hash was changed too. */
  private hashOf({ row, leaf_hash: stored, leaf_audit_id: auditId, month }: LeafRow, leaf: number): Buffer {
    if (row === null) {
      this.#expired.miss({ leaf, auditId, month });
      return stored;
    }
    this.#expired.note(row);
    const hash = leafHash(leafEntry(row));
    if (!hash.equals(stored)) {
      this.#findings.push({ kind: 'edited', leaf, auditId });
      this.#broken = true;
    }
    return hash;
  }

  private compareWithKept({ size, root }: Checkpoint): void {
    if (this.#tree.root().equals(root) || this.#broken) return;
    this.#findings.push({ kind: 'forked', keptSize: size });
  }

  private async compareWithHead(): Promise<void> {
    const size = this.#tree.size;
    if (this.#heads.length === 0)
      this.#heads = await headsAfter(this.manager, this.#lastHeadSize, HEADS_AT_A_TIME);
    const [head] = this.#heads;
    if (head === undefined || head.size > size) return;
    this.#heads.shift();
    this.#headsSeen += 1;
    const { origin, keys } = this.request;
    const signed = readNote(head.note, origin, keys);
    if (signed instanceof Error || signed.size !== head.size)
      this.#findings.push({ kind: 'head-forged', treeSize: head.size });
    else if (!this.#tree.root().equals(signed.root) && !this.#broken) {
      // Later heads differ as well; the first one shows where.
      this.#broken = true;
      const { leaf, auditId } = this.#descent ?? { leaf: null, auditId: '' };
      this.#findings.push(
        leaf === null
          ? { kind: 'rewritten', fromLeaf: this.#lastHeadSize, toLeaf: size - 1 }
          : { kind: 'reordered', leaf, auditId },
      );
    }
    this.#lastHeadSize = head.size;
    this.#descent = null;
  }

  private readKept(): Checkpoint | null {
    const { keptNote, origin, keys } = this.request;
    if (keptNote === null) return null;
    const kept = readNote(keptNote, origin, keys);
    if (!(kept instanceof Error)) return kept;
    this.#findings.push({ kind: 'checkpoint-unusable', reason: kept.message });
    return null;
  }

  private async leavesFrom(from: number): Promise<LeafRow[]> {
    const rows = await this.manager.query<(LeafRow & AuditRow & { audit_id: string | null })[]>(
      `SELECT l.leaf_no, l.hash::bytea AS leaf_hash, l.audit_id AS leaf_audit_id,
              to_char(l.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, ${AUDIT_ROW_COLUMNS}
         FROM audit_leaves l
         LEFT JOIN audit_events e ON ${LINE_OF_LEAF}
        WHERE l.leaf_no >= $1 ORDER BY l.leaf_no LIMIT ${LEAVES_AT_A_TIME}`,
      [from],
    );
    return rows.map((row) => ({ ...row, row: row.audit_id === null ? null : row }));
  }

  /** Lines that the last pass must have seen, but that have no place. */
  private async insertedLines(): Promise<Finding[]> {
    // Reads both tables whole, once: without an index, a nested loop over a million lines would never end.
    await this.manager.query('SET LOCAL enable_nestloop = off');
    const rows = await this.manager.query<{ audit_id: string }[]>(
      `SELECT e.audit_id::text FROM audit_events e, audit_sealing s
        WHERE pg_visible_in_snapshot(e.xid, s.snapshot)
          AND NOT ${HAS_LEAF}
        ORDER BY e.audit_id LIMIT 10`,
    );
    return rows.map(({ audit_id: auditId }) => ({ kind: 'inserted', auditId }));
  }
}

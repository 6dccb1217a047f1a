import type { EntityManager } from 'typeorm';
import type { RangeHash } from '../tree/proofs.js';
import { HASH_BYTES, nodeHash, rootOf, splitOf } from '../tree/hashes.js';

/** Complete subtrees are stored from this level up; a block is a complete subtree of this level. */
const BLOCK_LEVEL = 8;
const BLOCK = 2 ** BLOCK_LEVEL;
const BLOCKS_AT_A_TIME = 64;

interface Subtree {
  readonly level: number;
  /** Its number among those of its level. */
  readonly number: number;
  readonly hash: Buffer;
}

/** The database says that leaves of the range are missing: the query itself did not fail. */
export class LeavesMissing extends Error {
  override readonly name = 'LeavesMissing';

  constructor() {
    super('leaves of the audit trail are missing');
  }
}

/** Hashes of the stored tree, from complete subtrees and, below 256 leaves, from the leaves. */
export class AuditTree {
  constructor(private readonly manager: EntityManager) {}

  /** The number of leaves that have a place. */
  async size(): Promise<number> {
    const [row] = await this.manager.query<{ tree_size: string }[]>('SELECT tree_size FROM audit_sealing');
    return Number(row?.tree_size ?? 0);
  }

  /** MTH(D[from:to]) of a range from RFC 9162's splitting. @throws LeavesMissing */
  readonly range: RangeHash = async (from, to) => {
    const length = to - from;
    if (length <= BLOCK) return rootOf(await this.leaves(from, to));
    const level = Math.log2(length);
    if (Number.isInteger(level)) {
      const kept = await this.subtree(level, from / length);
      if (kept !== null) return kept;
    }
    const middle = from + splitOf(length);
    return nodeHash(await this.range(from, middle), await this.range(middle, to));
  };

  /** Stores the subtrees that have become complete. */
  async keepSubtrees(size: number): Promise<void> {
    const blocks = Math.floor(size / BLOCK);
    for (let next = await this.blocksKept(); next < blocks; next += BLOCKS_AT_A_TIME) {
      const end = Math.min(blocks, next + BLOCKS_AT_A_TIME);
      const leaves = await this.leaves(next * BLOCK, end * BLOCK);
      const made: Subtree[] = [];
      for (let block = next; block < end; block += 1) {
        const from = (block - next) * BLOCK;
        made.push({ level: BLOCK_LEVEL, number: block, hash: rootOf(leaves.slice(from, from + BLOCK)) });
        await this.completeAbove(made);
      }
      await this.keep(made);
    }
  }

  /** A right subtree completes the one above it, which may be a right one too. */
  private async completeAbove(made: Subtree[]): Promise<void> {
    for (let last = made.at(-1); last !== undefined && last.number % 2 === 1; last = made.at(-1)) {
      const { level, number, hash } = last;
      const left =
        made.find((subtree) => subtree.level === level && subtree.number === number - 1)?.hash ??
        (await this.subtree(level, number - 1));
      if (left === null) throw new Error('a subtree of the audit trail is missing');
      made.push({ level: level + 1, number: (number - 1) / 2, hash: nodeHash(left, hash) });
    }
  }

  private async keep(subtrees: readonly Subtree[]): Promise<void> {
    await this.manager.query(
      `INSERT INTO audit_subtrees (level, number, hash)
       SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])`,
      [
        subtrees.map(({ level }) => level),
        subtrees.map(({ number }) => number),
        subtrees.map(({ hash }) => hash),
      ],
    );
  }

  private async blocksKept(): Promise<number> {
    const [row] = await this.manager.query<{ next: string | null }[]>(
      'SELECT max(number) + 1 AS next FROM audit_subtrees WHERE level = $1',
      [BLOCK_LEVEL],
    );
    return Number(row?.next ?? 0);
  }

  private async subtree(level: number, number: number): Promise<Buffer | null> {
    const [row] = await this.manager.query<{ hash: Buffer }[]>(
      'SELECT hash::bytea FROM audit_subtrees WHERE level = $1 AND number = $2',
      [level, number],
    );
    return row?.hash ?? null;
  }

  private async leaves(from: number, to: number): Promise<Buffer[]> {
    const [row] = await this.manager.query<{ hashes: Buffer | null }[]>(
      `SELECT string_agg(hash::bytea, ''::bytea ORDER BY leaf_no) AS hashes
         FROM audit_leaves WHERE leaf_no >= $1 AND leaf_no < $2`,
      [from, to],
    );
    const hashes = row?.hashes ?? Buffer.alloc(0);
    if (hashes.length !== (to - from) * HASH_BYTES) throw new LeavesMissing();
    return Array.from({ length: to - from }, (_, index) =>
      hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES),
    );
  }
}

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  AuditTree,
  consistencyProof,
  formatVerifierKey,
  inclusionProof,
  leafHash,
  linesOf,
  newestHead,
  verifierKeys,
  type SealedLine,
  type StoredHead,
} from '#libs/audit';
import { isUuid, outsideTransaction } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { PinHsm } from '#libs/hsm';
import type { ConsistencyQuery, InclusionQuery, ListEventsQuery } from './audit-schemas.js';

/** What readers of the audit trail get: lines of their own tenant, and proofs, which are the same for all. */
@Injectable()
export class TrailReader {
  constructor(
    private readonly dataSource: DataSource,
    private readonly hsm: PinHsm,
    private readonly origin: string,
  ) {}

  async events(tenantId: string, { cardId, cursor = 0, limit }: ListEventsQuery) {
    if (cardId !== undefined && !isUuid(cardId)) return { items: [], nextCursor: null };
    const filter = { tenantId, cardId, from: cursor, limit: limit + 1 };
    const found = await outsideTransaction(() => linesOf(this.dataSource.manager, filter));
    const next = found[limit];
    return {
      items: found.slice(0, limit).map(lineView),
      nextCursor: next === undefined ? null : String(next.leaf),
    };
  }

  async checkpoint() {
    const { size, root, note } = await this.head();
    const keys = verifierKeys(this.hsm, this.origin).map(formatVerifierKey);
    return { checkpoint: note, treeSize: size, rootHash: root.toString('base64'), verifierKeys: keys };
  }

  /** @throws PinwardError AUDIT_EVENT_NOT_FOUND, also for another tenant's line */
  async inclusion(tenantId: string, { leafIndex, treeSize }: InclusionQuery) {
    const head = await this.head();
    const size = sizeWithin(treeSize, head, '/treeSize');
    const [line] = await outsideTransaction(() =>
      linesOf(this.dataSource.manager, { tenantId, from: leafIndex, limit: 1 }),
    );
    if (line?.leaf !== leafIndex || leafIndex >= size) throw new PinwardError('AUDIT_EVENT_NOT_FOUND');
    const proof = await outsideTransaction(() => inclusionProof(this.tree.range, leafIndex, size));
    const { leafHash: hash } = lineView(line);
    return { leafIndex, treeSize: size, entry: line.entry, leafHash: hash, proof: proof.map(base64) };
  }

  async consistency({ from, to }: ConsistencyQuery) {
    const second = sizeWithin(to, await this.head(), '/to');
    const first = sizeWithin(from, { size: second }, '/from');
    const proof = await outsideTransaction(() => consistencyProof(this.tree.range, first, second));
    return { from: first, to: second, proof: proof.map(base64) };
  }

  private get tree(): AuditTree {
    return new AuditTree(this.dataSource.manager);
  }

  /** @throws PinwardError AUDIT_EVENT_NOT_FOUND before the first head, seconds after the first start */
  private async head(): Promise<StoredHead> {
    const head = await outsideTransaction(() => newestHead(this.dataSource.manager));
    if (head === null) throw new PinwardError('AUDIT_EVENT_NOT_FOUND');
    return head;
  }
}

function lineView({ leaf, entry }: SealedLine) {
  return { leafIndex: leaf, leafHash: base64(leafHash(entry)), event: JSON.parse(entry) as unknown };
}

function sizeWithin(asked: number | undefined, { size }: Pick<StoredHead, 'size'>, pointer: string): number {
  if (asked === undefined) return size;
  if (asked <= size) return asked;
  throw new PinwardError('REQUEST_INVALID', {
    errors: [{ pointer, detail: `must not be above ${size}, the size of the signed tree` }],
  });
}

function base64(hash: Buffer): string {
  return hash.toString('base64');
}

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  AuditTree,
  consistencyProof,
  formatVerifierKey,
  inclusionProof,
  leafHash,
  lineAt,
  newestHead,
  searchTrail,
  verifierKeys,
  type SealedLine,
  type StoredHead,
  type TrailFilter,
} from '#libs/audit';
import { isUuid, outsideTransaction } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { PinHsm } from '#libs/hsm';
import type { ConsistencyQuery, InclusionQuery } from './audit-schemas.js';
import type { ListEventsQuery } from './search-schemas.js';

/** What readers of the audit trail get: lines of their own tenant, and proofs, which are the same for all. */
@Injectable()
export class TrailReader {
  constructor(
    private readonly dataSource: DataSource,
    private readonly hsm: PinHsm,
    private readonly origin: string,
  ) {}

  async events(tenantId: string, { cursor = 0, limit, ...filter }: ListEventsQuery) {
    if (!canMatch(filter)) return { items: [], nextCursor: null, searchedTo: null };
    const search = { tenantId, filter, cursor, limit };
    const { lines, next, searchedTo } = await outsideTransaction(() =>
      searchTrail(this.dataSource.manager, search),
    );
    return { items: lines.map(lineView), nextCursor: next === null ? null : String(next), searchedTo };
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
    const line = await outsideTransaction(() => lineAt(this.dataSource.manager, tenantId, leafIndex));
    if (line === null || leafIndex >= size) throw new PinwardError('AUDIT_EVENT_NOT_FOUND');
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

/** Ids of cards are opaque to callers: another text is that of no card. */
export function canMatch({ cardId }: TrailFilter): boolean {
  return cardId === undefined || isUuid(cardId);
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

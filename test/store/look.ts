import type { DataSource } from 'typeorm';
import {
  AuditEventEntity,
  CardEntity,
  IdempotencyRecordEntity,
  OutboxEventEntity,
  PinEnvelopeEntity,
  PinHistoryEntity,
} from '#libs/database';

/** What the tables hold, read past the store. */
export async function cardRow(owner: DataSource, cardId: string): Promise<CardEntity> {
  return await owner.manager.findOneByOrFail(CardEntity, { cardId });
}

/** `action phase result`, in the order of the card's events. */
export async function auditOf(owner: DataSource, cardId: string): Promise<string[]> {
  const lines = await auditLines(owner, cardId);
  return lines.map(({ action, phase, result }) => [action, phase, result].filter(Boolean).join(' '));
}

export async function auditLines(owner: DataSource, cardId: string): Promise<AuditEventEntity[]> {
  return await owner.manager.find(AuditEventEntity, { where: { cardId }, order: { auditId: 'ASC' } });
}

export async function eventsOf(owner: DataSource, cardId: string): Promise<string[]> {
  const events = await eventRows(owner, cardId);
  return events.map(({ type }) => type);
}

export async function eventRows(owner: DataSource, cardId: string): Promise<OutboxEventEntity[]> {
  return await owner.manager.find(OutboxEventEntity, { where: { cardId }, order: { id: 'ASC' } });
}

export async function envelopeCount(owner: DataSource, digest: Buffer): Promise<number> {
  return await owner.manager.countBy(PinEnvelopeEntity, { digest });
}

/** A digest of everything a request could write: equal before and after means that nothing was. */
export async function contents(owner: DataSource): Promise<string> {
  const entities = [
    CardEntity,
    PinHistoryEntity,
    IdempotencyRecordEntity,
    PinEnvelopeEntity,
    AuditEventEntity,
    OutboxEventEntity,
  ];
  const digests = entities.map(async (entity) => {
    const table = owner.getMetadata(entity).tableName;
    const [row] = await owner.query<{ digest: string }[]>(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') AS digest
         FROM ${table} AS t`,
    );
    return `${table} ${row?.digest}`;
  });
  return (await Promise.all(digests)).join('\n');
}

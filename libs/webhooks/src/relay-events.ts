import { randomBytes } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { inTransaction } from '#libs/database';
import type { DeliveryJobs, NewDeliveryJob } from './delivery-jobs.js';
import { type Lane, SECRET_EVENT } from './event-types.js';

const EVENTS_AT_A_TIME = 200;

/** As text: each matches a partial index of the events that are still to be relayed. */
const OF_LANE: Readonly<Record<Lane, string>> = {
  codes: `type = '${SECRET_EVENT}'`,
  events: `type <> '${SECRET_EVENT}'`,
};

/**
 * The previous version has one relay for all events and holds its lock exclusively. Our relays share that lock, and
 * each also holds its own.
 */
const LOCKS: Readonly<Record<Lane, string>> = {
  codes: locks('codes'),
  events: locks('events'),
};

interface EventRow {
  tenant_id: string;
  id: string;
  type: string;
  card_id: string | null;
}

interface SubscriberRow {
  tenant_id: string;
  id: string;
  endpoint_id: string;
}

export interface Relayed {
  readonly relayed: number;
  readonly more: boolean;
  /** The tenant of each one-time password that no endpoint takes: its cardholder waits in vain. */
  readonly unclaimed: readonly string[];
}

const NOTHING: Relayed = { relayed: 0, more: false, unclaimed: [] };

/**
 * Makes the deliveries of committed events, one for each endpoint that wants the event, each with its job. In each lane
 * one process works at a time, in the order of the events; events of a card were numbered under its row's lock.
 */
export class RelayEvents {
  /** @param codesElsewhere one-time passwords go another way (the development outbox) */
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: DeliveryJobs,
    private readonly codesElsewhere: boolean,
  ) {}

  /** @returns how many events; if it is the limit, there may be more */
  async execute(lane: Lane): Promise<Relayed> {
    return await inTransaction(this.dataSource, async (manager) => {
      const [{ free } = { free: false }] = await manager.query<{ free: boolean }[]>(LOCKS[lane]);
      if (!free) return NOTHING;
      const events = await manager.query<EventRow[]>(
        `SELECT tenant_id, id, type, card_id FROM outbox_events
          WHERE relayed_at IS NULL AND ${OF_LANE[lane]} ORDER BY id LIMIT ${EVENTS_AT_A_TIME}`,
      );
      if (events.length === 0) return NOTHING;
      const unclaimed = await this.deliver(manager, lane, events);
      await manager.query(
        'UPDATE outbox_events SET relayed_at = clock_timestamp() WHERE relayed_at IS NULL AND id = ANY ($1::bigint[])',
        [events.map(({ id }) => id)],
      );
      return { relayed: events.length, more: events.length === EVENTS_AT_A_TIME, unclaimed };
    });
  }

  /** @returns tenants of codes that no endpoint takes */
  private async deliver(
    manager: EntityManager,
    lane: Lane,
    events: readonly EventRow[],
  ): Promise<readonly string[]> {
    const subscribers = await manager.query<SubscriberRow[]>(
      `SELECT e.tenant_id, e.id, w.endpoint_id
         FROM outbox_events e
         JOIN webhook_endpoints w ON w.tenant_id = e.tenant_id AND w.deleted_at IS NULL
        WHERE e.id = ANY ($1::bigint[]) AND e.relayed_at IS NULL AND w.created_at <= e.occurred_at
          AND CASE WHEN w.events IS NULL THEN e.type <> $2 ELSE e.type = ANY (w.events) END
          AND NOT (e.type = $2 AND $3)
        ORDER BY e.id, w.endpoint_id`,
      [events.map(({ id }) => id), SECRET_EVENT, this.codesElsewhere],
    );
    const byId = new Map(events.map((event) => [event.id, event]));
    const jobs = subscribers.flatMap(({ id, endpoint_id: endpointId }) => {
      const event = byId.get(id);
      return event === undefined ? [] : [{ ...jobOf(event, endpointId), event }];
    });
    const claimed = new Set(subscribers.map(({ id }) => id));
    const unclaimed =
      lane === 'events' || this.codesElsewhere ? [] : events.filter(({ id }) => !claimed.has(id));
    const tenants = unclaimed.map(({ tenant_id: tenantId }) => tenantId);
    if (jobs.length === 0) return tenants;
    await manager.query(
      `INSERT INTO webhook_deliveries (tenant_id, delivery_id, endpoint_id, event_id, type)
       SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[])`,
      [
        jobs.map(({ tenantId }) => tenantId),
        jobs.map(({ deliveryId }) => deliveryId),
        jobs.map(({ endpointId }) => endpointId),
        jobs.map(({ event }) => event.id),
        jobs.map(({ event }) => event.type),
      ],
    );
    await this.jobs.add(manager, lane, jobs);
    return tenants;
  }
}

function jobOf({ tenant_id: tenantId, id, card_id: cardId }: EventRow, endpointId: string): NewDeliveryJob {
  return {
    tenantId,
    endpointId,
    deliveryId: newDeliveryId(id),
    key: deliveryKey(endpointId, cardId),
  };
}

/** In order per card; in the lane of codes no order is kept. */
export function deliveryKey(endpointId: string, cardId: string | null): string {
  return `${endpointId} ${cardId ?? 'no card'}`;
}

function locks(lane: Lane): string {
  return `SELECT pg_try_advisory_xact_lock_shared(hashtext('pinward webhook relay'))
             AND pg_try_advisory_xact_lock(hashtext('pinward webhook relay of ${lane}')) AS free`;
}

/**
 * A UUID of version 8 (RFC 9562, section 5.8) that begins with the event's number. Deliveries of one key from one
 * transaction are taken in the order of their ids.
 */
export function newDeliveryId(eventId: string): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Number(eventId), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

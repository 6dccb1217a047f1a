import type { EntityManager } from 'typeorm';
import { isAddressRange } from '#libs/api-clients';
import { PinwardError } from '#libs/errors';
import type { IncidentFilter } from './incident.js';

const DAY_MS = 86_400_000;
const WINDOW_DAYS = 7;

/** The widest ranges that still say where something came from. */
const SHORTEST_PREFIX = { ipv4: 8, ipv6: 16 };

/** A card locks when its last try is settled, or closed as abandoned: soon after the try. */
const LOCKS_LATER_MS = 5 * 60_000;

export interface Windows {
  readonly triedFrom: Date;
  readonly triedTo: Date;
  readonly lockedFrom: Date;
  readonly lockedTo: Date;
}

export function windowsOf(filter: IncidentFilter): Windows {
  const triedFrom = new Date(filter.triedFrom);
  const triedTo = new Date(filter.triedTo);
  return {
    triedFrom,
    triedTo,
    lockedFrom: filter.lockedFrom === undefined ? triedFrom : new Date(filter.lockedFrom),
    lockedTo:
      filter.lockedTo === undefined
        ? new Date(triedTo.getTime() + LOCKS_LATER_MS)
        : new Date(filter.lockedTo),
  };
}

/**
 * A filter by time alone would take in whatever was guessed in that time, so it names a client or addresses.
 *
 * @throws PinwardError REQUEST_INVALID
 */
export async function checkFilter(manager: EntityManager, filter: IncidentFilter): Promise<Windows> {
  const windows = windowsOf(filter);
  const { triedFrom, triedTo, lockedFrom, lockedTo } = windows;
  if (filter.clientId === undefined && filter.sourceAddresses === undefined)
    throw wrong('', 'must name a client or source addresses: by time alone it takes in every guess');
  for (const [index, range] of (filter.sourceAddresses ?? []).entries()) {
    const fault = rangeFault(range);
    if (fault !== null) throw wrong(`/sourceAddresses/${index}`, fault);
  }
  if (triedFrom >= triedTo) throw wrong('/triedTo', 'must be after triedFrom');
  if (triedTo.getTime() - triedFrom.getTime() > WINDOW_DAYS * DAY_MS)
    throw wrong('/triedTo', `must be ${WINDOW_DAYS} days after triedFrom at most`);
  if (lockedFrom >= lockedTo) throw wrong('/lockedTo', 'must be after lockedFrom');
  if (lockedTo.getTime() - lockedFrom.getTime() > (WINDOW_DAYS + 1) * DAY_MS)
    throw wrong('/lockedTo', `must be ${WINDOW_DAYS} days after lockedFrom at most`);
  const [{ past } = { past: false }] = await manager.query<{ past: boolean }[]>(
    'SELECT $1::timestamptz <= clock_timestamp() AS past',
    [triedTo],
  );
  if (!past)
    throw wrong('/triedTo', 'must be past: a window that is open takes in tries that are still to come');
  return windows;
}

function rangeFault(range: string): string | null {
  if (!isAddressRange(range)) return 'is not an IPv4 or IPv6 range in CIDR notation';
  const bits = Number(range.split('/')[1] ?? Infinity);
  const least = SHORTEST_PREFIX[range.includes(':') ? 'ipv6' : 'ipv4'];
  return bits < least ? `must have a prefix length of ${least} at least` : null;
}

function wrong(member: string, detail: string): PinwardError {
  return new PinwardError('REQUEST_INVALID', { errors: [{ pointer: `/filter${member}`, detail }] });
}

import type { Schemas } from '../../api/client.js';
import { given } from '../../search.js';

/** What is typed: local times as of `<input type="datetime-local">`, ranges one a line. */
interface IncidentFields {
  readonly triedFrom: string;
  readonly triedTo: string;
  readonly lockedFrom: string;
  readonly lockedTo: string;
  readonly clientId: string;
  readonly sourceAddresses: string;
}

type IncidentFaults = { readonly [Name in keyof IncidentFields]?: string };
type Filter = Schemas['OpenIncident']['filter'];

const WINDOW_DAYS = 7;
const DAY_MS = 86_400_000;
const RANGES_AT_MOST = 16;

/**
 * The filter as it is sent, or what is wrong with which field. The service checks the same again, and the ranges (docs/incidents.md).
 *
 * @param now milliseconds
 */
export function filterOf(
  fields: IncidentFields,
  now: number,
): { readonly filter: Filter } | { readonly faults: IncidentFaults } {
  const [triedFrom, triedTo] = [Date.parse(fields.triedFrom), Date.parse(fields.triedTo)];
  const [lockedFrom, lockedTo] = [Date.parse(fields.lockedFrom), Date.parse(fields.lockedTo)];
  const ranges = linesOf(fields.sourceAddresses);
  const clientId = fields.clientId.trim();
  const faults = given({
    triedFrom: Number.isNaN(triedFrom) ? 'Say from when on.' : undefined,
    triedTo: faultOfEnd(triedFrom, triedTo, now),
    lockedTo: lockedTo <= lockedFrom ? 'This must be later than its begin.' : undefined,
    clientId: faultOfClient(clientId, ranges),
    sourceAddresses: ranges.length > RANGES_AT_MOST ? `No more than ${RANGES_AT_MOST} ranges.` : undefined,
  });
  if (Object.keys(faults).length > 0) return { faults };
  return {
    filter: {
      triedFrom: new Date(triedFrom).toISOString(),
      triedTo: new Date(triedTo).toISOString(),
      ...given({
        lockedFrom: isoOf(lockedFrom),
        lockedTo: isoOf(lockedTo),
        clientId,
        sourceAddresses: ranges.length === 0 ? undefined : ranges,
      }),
    },
  };
}

/** Lines that say something. */
export function linesOf(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function faultOfEnd(from: number, to: number, now: number): string | undefined {
  if (Number.isNaN(to)) return 'Say until when.';
  if (to > now) return 'This must be past: an open window takes in tries that are still to come.';
  if (to <= from) return 'This must be later than the begin.';
  return to - from > WINDOW_DAYS * DAY_MS ? `No more than ${WINDOW_DAYS} days after the begin.` : undefined;
}

function faultOfClient(clientId: string, ranges: readonly string[]): string | undefined {
  if (clientId === '' && ranges.length === 0)
    return 'Name a client, or addresses: by time alone the filter takes in every guess.';
  return clientId === '' || /^[\x21-\x7e]{1,200}$/.test(clientId) ? undefined : 'An id has no blanks.';
}

function isoOf(time: number): string | undefined {
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

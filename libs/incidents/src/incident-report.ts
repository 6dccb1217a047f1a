import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { PinwardError } from '#libs/errors';
import { countCards, findIncidentCards, readIncident, type Key } from './find-incidents.js';
import type { IncidentCard } from './incident.js';

/** First line of every report, so that a signed note of another kind is refused. */
const TITLE = 'pinward incident report v1';
const PAGE = 1_000;

/**
 * What is signed: the title and JSON. It says what was asked for, by which persons, and what became of how many cards;
 * the cards themselves are in it by their hash (reportLine), so that its length does not grow with them.
 *
 * @throws PinwardError INCIDENT_NOT_FOUND, INCIDENT_NOT_READY before its end
 */
export async function reportText(manager: EntityManager, key: Key): Promise<string> {
  const incident = await readIncident(manager, key);
  const { searchedUntil: _, searchEnd: __, waitsFor: ___, requestedThrough: ____, ...told } = incident;
  if (incident.endedAt === null) throw new PinwardError('INCIDENT_NOT_READY', {}, { retryAfterSeconds: 5 });
  const hash = createHash('sha256');
  let count = 0;
  for await (const card of allCards(manager, key)) {
    hash.update(reportLine(card));
    count += 1;
  }
  const cards = { count, sha256: hash.digest('hex') };
  const report = {
    ...told,
    counts: await countCards(manager, key),
    cards,
  };
  return `${TITLE}\n${JSON.stringify(report, null, 2)}\n`;
}

/** Every card of the incident, in the order of their ids. */
export async function* allCards(manager: EntityManager, key: Key): AsyncGenerator<IncidentCard> {
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await findIncidentCards(manager, key, { limit: PAGE, cursor: cursor ?? undefined });
    yield* page.items;
    cursor = page.nextCursor;
  }
}

/** A card as the report's hash has it. */
export function reportLine({
  cardId,
  outcome,
  cause,
  eventNo,
  failures,
  failuresTakenBack,
}: IncidentCard): string {
  return `${[cardId, outcome, cause ?? '-', eventNo, failures, failuresTakenBack].join(' ')}\n`;
}

export interface IncidentReport {
  readonly incidentId: string;
  readonly cards: { readonly count: number; readonly sha256: string };
}

/** @throws Error for the text of another kind */
export function parseReport(text: string): IncidentReport {
  const [title, ...rest] = text.split('\n');
  if (title !== TITLE) throw new Error('this is no report of an incident');
  return JSON.parse(rest.join('\n')) as IncidentReport;
}

import type { Preview } from '#libs/incidents';
import { table } from '../terminal/table.js';

/** An incident for the person at the terminal. */
export function incidentWords({ incident, counts, sample }: Preview): string {
  const { filter } = incident;
  const span = (from: string | undefined, to: string | undefined) =>
    from === undefined && to === undefined ? null : `${from ?? ''} to ${to ?? ''}`;
  const taken = `${counts.restored}, with ${counts.failuresTakenBack} failures taken back`;
  const lines: readonly (readonly [string, string | null | undefined])[] = [
    ['Incident', incident.incidentId],
    ['State', incident.waitsFor === null ? incident.state : `${incident.state}, waits: ${incident.waitsFor}`],
    ['Reason', incident.reason],
    ['Wrong tries', span(filter.triedFrom, filter.triedTo)],
    ['Locked', span(filter.lockedFrom, filter.lockedTo)],
    ['Client', filter.clientId],
    ['From', filter.sourceAddresses?.join(', ')],
    ['Opened', `${incident.openedAt.toISOString()} by ${incident.openedBy}`],
    ['Asked for by', incident.requestedBy],
    ['Approved by', incident.approvedBy],
    ['Ended', incident.endedAt?.toISOString()],
    ['Because', incident.endReason],
    ['To restore', String(counts.planned)],
    ['Restored', taken],
    ['Kept out', String(counts.keptOut)],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  const head = lines
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  const causes = Object.entries(counts.causes).map(([cause, cards]) => [cause, String(cards)]);
  const cards = sample.map((card) => [card.cardId, card.cardRef, card.maskedPan ?? '', card.outcome]);
  return [
    head.join('\n'),
    ...(causes.length === 0 ? [] : [table(['KEPT OUT BECAUSE', 'CARDS'], causes)]),
    ...(cards.length === 0 ? [] : [table(['CARD', 'REFERENCE', 'PAN', 'OUTCOME'], cards)]),
  ].join('\n\n');
}

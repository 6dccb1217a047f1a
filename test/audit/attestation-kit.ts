import { randomUUID } from 'node:crypto';
import {
  attestVerdicts,
  SealTrail,
  verifierKeys,
  verifyCards,
  verifyTrail,
  type AttestationChecker,
  type CardsReport,
  type TrailReport,
} from '#libs/audit';
import { NO_TENANT } from '#libs/requests';
import type { PinKit } from '../pin/pin-kit.js';
import { ORIGIN } from './audit-kit.js';

export const ACTOR = {
  tenantId: NO_TENANT,
  clientId: 'pinward',
  subject: 'a service',
  sourceAddress: null,
};

/** From here on verdicts are attested. @returns whether it was said */
export async function begin({ dataSource, hsm }: PinKit): Promise<boolean> {
  return await attestVerdicts(dataSource, hsm, { ...ACTOR, requestId: randomUUID() });
}

/** What `pinctl audit verify` finds, once everything is sealed. */
export async function trailOf(kit: PinKit, hsm: AttestationChecker | null = kit.hsm): Promise<TrailReport> {
  const { owner, dataSource } = kit;
  await new SealTrail({ dataSource, hsm: kit.hsm, origin: ORIGIN }).execute();
  const request = { origin: ORIGIN, keys: verifierKeys(kit.hsm, ORIGIN), keptNote: null, hsm };
  return await verifyTrail(owner, request);
}

/** What `pinctl cards verify` finds. */
export async function cardsOf(kit: PinKit, hsm: AttestationChecker | null = kit.hsm): Promise<CardsReport> {
  return await verifyCards(kit.owner, hsm);
}

/** Kinds only, each once. */
export async function found(kit: PinKit): Promise<{ trail: string[]; cards: string[] }> {
  const kinds = (findings: readonly { kind: string }[]) =>
    [...new Set(findings.map(({ kind }) => kind))].toSorted();
  return { trail: kinds((await trailOf(kit)).findings), cards: kinds((await cardsOf(kit)).findings) };
}

/** As an attacker with the service's own role: ends an evaluation at will, in a line that fits. */
export async function settleAsService(
  { dataSource }: PinKit,
  { cardId, evaluationId }: { readonly cardId: string; readonly evaluationId: string },
  { verdict = 'matched', verdictMac = null as string | null, old = false } = {},
): Promise<void> {
  const rest = old ? [] : [[verdictMac], [null], [null]];
  const values = [
    true,
    3,
    4,
    ['default'],
    [cardId],
    [evaluationId],
    ['pin.validate'],
    [verdict],
    [null],
    [null],
    [null],
    [false],
    [null],
    ['{"body":{}}'],
    [null],
    ['forged'],
    ['a'],
    ['b'],
    ['c'],
    ...rest,
  ];
  const name = old ? 'pinward_settle' : 'pinward_settle_attested';
  const settled = await dataSource.query<unknown[]>(
    `SELECT * FROM ${name}(${values.map((_, index) => `$${index + 1}`).join(', ')})`,
    values,
  );
  if (settled.length !== 1) throw new Error('it was not settled');
}

/** As the same: a line of the card with its state as it is now, and its event number. */
export async function lineAsService(
  { dataSource }: PinKit,
  cardId: string,
  line: { readonly action: string; readonly result: string; readonly details?: object },
): Promise<void> {
  await dataSource.query(
    `SELECT pinward_append_audit(ARRAY['default'], ARRAY['a'], ARRAY['b'], ARRAY['c'], ARRAY['forged'], ARRAY[$2], ARRAY[$3],
            ARRAY[c.card_id], ARRAY[c.event_no], ARRAY[$4]) FROM cards c WHERE c.card_id = $1`,
    [cardId, line.action, line.result, line.details === undefined ? null : JSON.stringify(line.details)],
  );
}

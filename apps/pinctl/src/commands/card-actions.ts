import type { DataSource } from 'typeorm';
import {
  CardStore,
  findPendingUnlock,
  knownCard,
  UnlockPin,
  type Card,
  type PinPolicy,
  type UnlockApproval,
} from '#libs/pin';
import { loadSettings } from '../config/settings.js';
import { withDatabase } from '../database.js';
import { policyOf } from '../policy.js';
import { requestContext } from '../request-context.js';
import { confirm } from '../terminal/confirm.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';

interface Options {
  readonly tenant: string;
  readonly json?: true;
}

/** Of a policy only what unlocking looks at; no PIN is evaluated here. */
const NO_EVALUATIONS = { historyLength: 1, evaluationWindowMs: 0 };

export async function showCard(cardId: string, { tenant, json }: Options): Promise<void> {
  await withDatabase(loadSettings().databaseUrl, async (dataSource) => {
    const policy = await unlockPolicy(dataSource);
    const card = knownCard(await new CardStore(dataSource, policy).findCard(tenant, cardId));
    const pending = await findPendingUnlock(dataSource, tenant, cardId);
    // The PIN account is not the operator's to know.
    const { pinAccount: _, ...shown } = card;
    print(json, { ...shown, pendingApproval: pending }, cardWords(card, pending));
  });
}

export async function unlockCard(
  cardId: string,
  { tenant, json, reason, yes }: Options & { readonly reason: string; readonly yes?: true },
): Promise<void> {
  await withDatabase(loadSettings().databaseUrl, async (dataSource) => {
    const cards = new CardStore(dataSource, await policyForOne(dataSource, cardId));
    const { cardRef } = knownCard(await cards.findCard(tenant, cardId));
    if (yes !== true) await confirm(`Unlocking grants ${cardRef} more guesses.`, cardId);
    // A service with a stricter policy may have started while the question waited.
    const unlockPin = new UnlockPin(dataSource, await policyForOne(dataSource, cardId));
    const { body } = await unlockPin.execute({ context: requestContext(tenant), cardId, reason });
    print(json, body, `Card ${cardId} is unlocked.`);
  });
}

/**
 * The policy, where one person may unlock. A login of this machine cannot be compared with the person of a token, so
 * two persons are told apart over REST alone.
 *
 * @throws Refused under dual control
 */
async function policyForOne(dataSource: DataSource, cardId: string): Promise<PinPolicy> {
  const policy = await unlockPolicy(dataSource);
  if (policy.approvals === 1) return policy;
  throw new Refused(
    'an unlock takes two persons here (APPROVALS of the policy), told apart by their access tokens: one asks ' +
      `with POST /v1/admin/cards/${cardId}/unlock, another approves with POST /v1/admin/approvals/{approvalId}/approve`,
  );
}

/** The services', whatever this environment says. @throws Refused before one has started */
async function unlockPolicy(dataSource: DataSource): Promise<PinPolicy & { readonly approvals: number }> {
  const recorded = await policyOf(dataSource);
  if (recorded === null)
    throw new Refused('no service has recorded its PIN policy in this database: start the service first');
  const {
    approvals,
    pinMaxTries: maxTries,
    pinMaxFailuresWithoutSuccess: maxFailuresWithoutSuccess,
  } = recorded;
  return { ...NO_EVALUATIONS, approvals, maxTries, maxFailuresWithoutSuccess };
}

function cardWords(card: Card, pending: UnlockApproval | null): string {
  const unlock = card.lastUnlock;
  const lines: readonly (readonly [string, string | null | undefined])[] = [
    ['Card', card.cardId],
    ['Reference', card.cardRef],
    ['PAN', card.maskedPan],
    ['PIN', card.pinStatus],
    ['Tries left', String(card.triesRemaining)],
    ['Failures in a row', String(card.failuresWithoutSuccess)],
    ['PIN set', card.pinSetAt?.toISOString()],
    ['Locked', card.lockedAt?.toISOString()],
    ['Last unlock', unlock === null ? null : JSON.stringify(unlock)],
    ['Pending approval', pending?.approvalId],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name.padEnd(width)}  ${value}`)
    .join('\n');
}

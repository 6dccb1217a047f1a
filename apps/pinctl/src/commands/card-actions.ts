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
import { policyForOne, recordedPolicy, type Known } from '../policy.js';
import { requestContext } from '../request-context.js';
import { confirm } from '../terminal/confirm.js';
import { print } from '../terminal/print.js';

interface Options {
  readonly tenant: string;
  readonly json?: true;
}

/** Unlocking reads only a part of the policy; no PIN is evaluated here. */
const NO_EVALUATIONS = { historyLength: 1, evaluationWindowMs: 0 };

export async function showCard(cardId: string, { tenant, json }: Options): Promise<void> {
  await withDatabase(loadSettings().databaseUrl, async (dataSource) => {
    const policy = pinPolicy(await recordedPolicy(dataSource));
    const card = knownCard(await new CardStore(dataSource, policy).findCard(tenant, cardId));
    const pending = await findPendingUnlock(dataSource, tenant, cardId);
    // Operators do not need the PIN account.
    const { pinAccount: _, ...shown } = card;
    print(json, { ...shown, pendingApproval: pending }, cardWords(card, pending));
  });
}

export async function unlockCard(
  cardId: string,
  { tenant, json, reason, yes }: Options & { readonly reason: string; readonly yes?: true },
): Promise<void> {
  await withDatabase(loadSettings().databaseUrl, async (dataSource) => {
    const cards = new CardStore(dataSource, await policyToUnlock(dataSource, cardId));
    const { cardRef } = knownCard(await cards.findCard(tenant, cardId));
    if (yes !== true) await confirm(`Unlocking grants ${cardRef} more guesses.`, cardId);
    // A service with a stricter policy may have started while this waited for the answer.
    const unlockPin = new UnlockPin(dataSource, await policyToUnlock(dataSource, cardId));
    const { body } = await unlockPin.execute({ context: requestContext(tenant), cardId, reason });
    print(json, body, `Card ${cardId} is unlocked.`);
  });
}

async function policyToUnlock(dataSource: DataSource, cardId: string): Promise<PinPolicy> {
  return pinPolicy(await policyForOne(dataSource, 'an unlock', `/v1/admin/cards/${cardId}/unlock`));
}

/** The services' policy, whatever this environment says. */
function pinPolicy(recorded: Known): PinPolicy {
  const { pinMaxTries: maxTries, pinMaxFailuresWithoutSuccess: maxFailuresWithoutSuccess } = recorded;
  return { ...NO_EVALUATIONS, maxTries, maxFailuresWithoutSuccess };
}

/** What an issuer script is to tell the chip still. */
function chipWords({ pendingCommands }: Card): string {
  const waiting = pendingCommands.map(({ command, createdAt }) => `${command} since ${createdAt}`);
  return waiting.length === 0 ? 'knows its PIN' : `does not know yet: ${waiting.join(', ')}`;
}

function cardWords(card: Card, pending: UnlockApproval | null): string {
  const unlock = card.lastUnlock;
  const lines: readonly (readonly [string, string | null | undefined])[] = [
    ['Card', card.cardId],
    ['Reference', card.cardRef],
    ['PAN', card.maskedPan],
    ['PIN', card.pinStatus],
    ['Chip', card.chip ? chipWords(card) : null],
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

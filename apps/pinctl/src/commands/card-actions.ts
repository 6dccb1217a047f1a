import type { DataSource } from 'typeorm';
import {
  knownCard,
  PostgresApprovalStore,
  PostgresPinStore,
  RequestUnlock,
  UnlockPin,
  type Card,
  type PinPolicy,
  type UnlockApproval,
} from '#libs/pin';
import { loadSettings } from '../config/settings.js';
import { withDatabase } from '../database.js';
import { requestContext } from '../request-context.js';
import { confirm } from '../terminal/confirm.js';
import { print } from '../terminal/print.js';

interface Options {
  readonly tenant: string;
  readonly json?: true;
}

/** Of a policy only what unlocking looks at; no PIN is evaluated here. */
const NO_EVALUATIONS = { historyLength: 1, evaluationWindowMs: 0 };

export async function showCard(cardId: string, { tenant, json }: Options): Promise<void> {
  await withStores(async ({ cards, approvals }) => {
    const card = knownCard(await cards.findCard(tenant, cardId));
    const pending = await approvals.findPending(tenant, cardId);
    // The PIN account is not the operator's to know.
    const { pinAccount: _, ...shown } = card;
    print(json, { ...shown, pendingApproval: pending }, cardWords(card, pending));
  });
}

export async function unlockCard(
  cardId: string,
  { tenant, json, reason, yes }: Options & { readonly reason: string; readonly yes?: true },
): Promise<void> {
  const { approvals: persons } = loadSettings().unlocking;
  await withStores(async ({ cards, approvals }) => {
    const card = knownCard(await cards.findCard(tenant, cardId));
    if (yes !== true) await confirm(`Unlocking grants ${card.cardRef} more guesses.`, cardId);
    const request = { context: requestContext(tenant), cardId, reason };
    if (persons === 1) {
      const { body } = await new UnlockPin(cards).execute(request);
      return print(json, body, `Card ${cardId} is unlocked.`);
    }
    const { body } = await new RequestUnlock(approvals).execute(request);
    const { approvalId, expiresAt } = body;
    const next = `A second person approves it: POST /v1/admin/approvals/${approvalId}/approve, until ${expiresAt}.`;
    print(json, body, `The unlock of ${cardId} has been asked for.\n${next}`);
  });
}

interface Stores {
  readonly cards: PostgresPinStore;
  readonly approvals: PostgresApprovalStore;
}

async function withStores(work: (stores: Stores) => Promise<void>): Promise<void> {
  const { databaseUrl, unlocking } = loadSettings();
  const { maxTries, maxFailuresWithoutSuccess } = unlocking;
  const policy: PinPolicy = { maxTries, maxFailuresWithoutSuccess, ...NO_EVALUATIONS };
  await withDatabase(databaseUrl, (dataSource) => work(storesOf(dataSource, policy)));
}

function storesOf(dataSource: DataSource, policy: PinPolicy): Stores {
  return {
    cards: new PostgresPinStore(dataSource, policy),
    approvals: new PostgresApprovalStore(dataSource, policy),
  };
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

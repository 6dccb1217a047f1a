import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { PinwardError } from '#libs/errors';
import type { CardStore, SpendRequest, Verdict } from '#libs/pin';
import { AuditEventEntity } from '#libs/database';
import { auditLines, cardRow, envelopeCount } from './look.js';
import {
  newCardWithPin,
  newOtp,
  newVerifier,
  openStore,
  POLICY,
  settleOf,
  spendOf,
  unlockOf,
  type StoreUnderTest,
} from './store-kit.js';

const CARDS = 6;
const WORKERS = 12;
const OPERATIONS = 1_500;
/** One connection is cut in this many operations. */
const CUT_EVERY = 20;

const VERDICTS = ['matched', 'not-matched', 'not-matched', 'unreadable', 'given-back', 'abandoned'] as const;

let rig: StoreUnderTest;
let superuser: DataSource;
beforeAll(async () => {
  rig = await openStore({ poolSize: WORKERS });
  superuser = await rig.database.open({ url: rig.database.superuserUrl, poolSize: 1 });
});
afterAll(() => rig[Symbol.asyncDispose]());

interface Told {
  readonly request: SpendRequest;
  /** What the caller believes the evaluation came to; undefined when it crashed or was told 503. */
  verdict?: Verdict;
}

it('holds every invariant under a random mix with crashes and cut connections', async () => {
  // An overdue evaluation is one whose service has crashed: its window is over at once.
  const crashing = rig.withPolicy({ evaluationWindowMs: 0, maxFailuresWithoutSuccess: 100_000 });
  const lenient = rig.withPolicy({ maxFailuresWithoutSuccess: 100_000 });
  const cards = await Promise.all(Array.from({ length: CARDS }, () => newCardWithPin(rig.store)));
  const told: Told[] = [];
  let operations = 0;
  const worker = async (): Promise<void> => {
    while (operations < OPERATIONS) {
      operations += 1;
      if (operations % CUT_EVERY === 0) await cutOne();
      const cardId = pick(cards);
      const dice = randomInt(20);
      if (dice === 0) await orUnavailable(lenient.closeAbandoned(50));
      else if (dice <= 3) await orUnavailable(lenient.unlock(unlockOf(cardId)));
      else await evaluateOnce(dice <= 6 ? crashing : lenient, { cardId, crashes: dice <= 6 }, told);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));

  expect(told.length).toBeGreaterThan(OPERATIONS / 20);
  for (const cardId of cards) await expectCounterToAddUp(cardId);
  for (const { request, verdict } of told) await expectToBeTrue(request, verdict);
  // What crashed is swept to the last one, and then nothing is in flight any more.
  await lenient.closeAbandoned(1_000);
  for (const cardId of cards) expect(await cardRow(rig.owner, cardId)).toMatchObject({ evaluationId: null });
});

async function evaluateOnce(
  store: CardStore,
  { cardId, crashes }: { readonly cardId: string; readonly crashes: boolean },
  told: Told[],
): Promise<void> {
  const request = spendOf(cardId, { operation: randomInt(3) === 0 ? 'change' : 'validate' });
  const spent = await orUnavailable(store.spend(request));
  if (spent?.outcome !== 'granted') return;
  const entry: Told = { request };
  told.push(entry);
  if (crashes) return;
  const verdict = pick(VERDICTS);
  const changes = verdict === 'matched' && request.operation === 'change';
  const change = async () => ({
    effect: { kind: 'changed', verifier: newVerifier() } as const,
    otpId: await newOtp(rig.owner, cardId),
  });
  const settle = settleOf(request, verdict, changes ? await change() : {});
  const settled = await orUnavailable(store.settle(settle));
  if (settled?.outcome === 'settled') entry.verdict = verdict;
}

/** Replays the card's audit trail: what it says must be lawful, complete, and what the counter holds. */
async function expectCounterToAddUp(cardId: string): Promise<void> {
  const row = await cardRow(rig.owner, cardId);
  const lines = (await auditLines(rig.owner, cardId)).toSorted(
    (a, b) => Number(a.eventNo) - Number(b.eventNo),
  );
  expect(lines.map(({ eventNo }) => Number(eventNo))).toEqual(lines.map((_, index) => index + 1));
  expect(Number(row.eventNo)).toBe(lines.length);
  let tries = 0;
  let open: string | null = null;
  for (const { phase, result, evaluationId } of lines) {
    if (phase === 'intent') {
      expect(open).toBeNull();
      tries += 1;
      open = evaluationId;
    } else if (evaluationId !== null) {
      expect(evaluationId).toBe(open);
      open = null;
      if (result === 'matched') tries = 0;
      if (result === 'given-back') tries -= 1;
    } else if (result === 'unlocked') {
      tries = 0;
    }
    expect(tries).toBeLessThanOrEqual(POLICY.maxTries);
  }
  expect(row.triesSpent).toBe(tries);
  expect(row.evaluationId).toBe(open);
  if (open === null) expect(row.pinStatus).toBe(tries === POLICY.maxTries ? 'locked' : 'active');
}

/** What a caller was told holds: a grant has its intent and its envelope, a settled verdict is the one recorded. */
async function expectToBeTrue({ evaluationId, envelopes }: SpendRequest, verdict?: Verdict): Promise<void> {
  const lines = await rig.owner.manager.find(AuditEventEntity, {
    where: { evaluationId },
    order: { auditId: 'ASC' },
  });
  expect(lines[0]?.phase).toBe('intent');
  expect(lines.length).toBeLessThanOrEqual(2);
  const recorded = lines[1]?.result;
  if (verdict !== undefined) expect(recorded).toBe(verdict);
  for (const { digest } of envelopes) {
    expect(await envelopeCount(rig.owner, digest)).toBe(recorded === 'given-back' ? 0 : 1);
  }
}

async function cutOne(): Promise<void> {
  await superuser.query(
    `SELECT pg_terminate_backend(pid) FROM (
       SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND usename = 'pinward_service' AND state = 'active'
        ORDER BY random() LIMIT 1) AS victim`,
  );
}

/** Undefined when the outcome is unknown to the caller; any other fault fails the test. */
async function orUnavailable<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (fault) {
    if (fault instanceof PinwardError && fault.code === 'DATABASE_UNAVAILABLE') return undefined;
    throw fault;
  }
}

function pick<T>(from: readonly T[]): T {
  const chosen = from[randomInt(from.length)];
  if (chosen === undefined) throw new Error('nothing to pick from');
  return chosen;
}

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { DatabaseSettings } from '#libs/database';
import { PinVerifier } from '#libs/hsm';
import { registerKeys } from '#libs/keys';
import type {
  CardStore,
  EnvelopeId,
  PinPolicy,
  MatchEffect,
  SetRecord,
  SettleRequest,
  SpendRequest,
  UnlockPinRequest,
  Verdict,
} from '#libs/pin';
import type { RequestContext, StoredAnswer } from '#libs/requests';
import { createTestDatabase, type TestCluster, type TestDatabase } from '../rigs/postgres.js';
import { TestedStore } from './tested-store.js';

export const TENANT = 'default';
const KID = 'pin-transport-1';
export const OTHER_KID = 'pin-transport-2';

export const POLICY: PinPolicy = {
  maxTries: 3,
  maxFailuresWithoutSuccess: 9,
  historyLength: 4,
  evaluationWindowMs: 10_000,
};

/** An evaluation that is past its deadline as soon as it has been granted. */
export const OVERDUE: PinPolicy = { ...POLICY, evaluationWindowMs: 0 };

export interface StoreUnderTest extends AsyncDisposable {
  readonly database: TestDatabase;
  /** The service role's. */
  readonly dataSource: DataSource;
  /** The schema owner's, for looking at what the service may not see changed. */
  readonly owner: DataSource;
  readonly store: TestedStore;
  /** Another process, as far as the database can tell: a store with its own policy. */
  withPolicy(policy: Partial<PinPolicy>): TestedStore;
}

export async function openStore(
  settings: DatabaseSettings & { readonly policy?: PinPolicy; readonly cluster?: TestCluster } = {},
): Promise<StoreUnderTest> {
  const { policy = POLICY, cluster, ...connection } = settings;
  const database = await createTestDatabase(cluster);
  const owner = await database.open({ url: database.ownerUrl, poolSize: 2 });
  await registerKeys(
    owner,
    [1, 2].map((generation) => ({
      kind: 'pin-transport',
      generation,
      state: generation === 2 ? 'current' : 'accepted',
      fingerprint: randomBytes(32),
      expiresAt: null,
    })),
  );
  const dataSource = await database.open({ poolSize: 8, ...connection });
  return {
    database,
    dataSource,
    owner,
    store: new TestedStore(dataSource, policy),
    withPolicy: (changed) => new TestedStore(dataSource, { ...policy, ...changed }),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** The same id, path and body give the same claim; a generated id has no fingerprint. */
export function contextOf(
  request: { readonly requestId?: string; readonly path?: string; readonly body?: string | null } = {},
): RequestContext {
  const { requestId = randomUUID(), path = '/v1/cards', body = 'body' } = request;
  return {
    tenantId: TENANT,
    clientId: 'card-app',
    subject: 'someone',
    sourceAddress: '192.0.2.1',
    requestId,
    claim: { key: sha256(`${path} ${requestId}`), fingerprint: body === null ? null : sha256(body) },
  };
}

export function newEnvelope(kid = KID): EnvelopeId {
  return { kid, digest: randomBytes(32) };
}

export function newVerifier(generation = 1): PinVerifier {
  return new PinVerifier(generation, randomBytes(16), randomBytes(32));
}

export function spendOf(cardId: string, changed: Partial<SpendRequest> = {}): SpendRequest {
  return {
    context: contextOf({ path: cardId }),
    cardId,
    evaluationId: randomUUID(),
    operation: 'validate',
    envelopes: [newEnvelope()],
    ...changed,
  };
}

/** What a settle has besides its verdict. */
export interface SettleOptions {
  readonly operation?: SettleRequest['operation'];
  readonly verdictMac?: SettleRequest['verdictMac'];
  /** Of `matched` alone. */
  readonly effect?: MatchEffect;
  readonly otpId?: string | null;
  readonly answer?: StoredAnswer;
}

export function settleOf(
  spend: SpendRequest,
  verdict: Verdict,
  { effect = { kind: 'none' }, ...options }: SettleOptions = {},
): SettleRequest {
  const call = { ...spend, verdictMac: null, otpId: null, answer: { body: { verdict } }, ...options };
  return verdict === 'matched' ? { ...call, verdict, effect } : { ...call, verdict };
}

export function enrolmentOf(
  cardId: string,
  changed: Partial<SetRecord> = {},
): SetRecord & { readonly result: { readonly outcome: 'enrolled' | 'refused' } } {
  return {
    context: contextOf({ path: cardId }),
    cardId,
    envelope: newEnvelope(),
    expectedEventNo: '1',
    result: { outcome: 'enrolled', verifier: newVerifier() },
    answer: { body: { pinStatus: 'active' } },
    otpId: null,
    ...changed,
  };
}

export function unlockOf(cardId: string, changed: Partial<UnlockPinRequest> = {}): UnlockPinRequest {
  return {
    context: contextOf({ path: cardId }),
    cardId,
    reason: 'cardholder called',
    ...changed,
  };
}

export async function newCard(store: TestedStore, { chip = false } = {}): Promise<string> {
  const { outcome, body } = await store.register(contextOf(), `ref-${randomUUID()}`, chip);
  if (body === undefined) throw new Error(`the card was not registered: ${outcome}`);
  return body.cardId;
}

export async function newCardWithPin(store: TestedStore, { chip = false } = {}): Promise<string> {
  const cardId = await newCard(store, { chip });
  const { outcome } = await store.set(enrolmentOf(cardId));
  if (outcome !== 'done') throw new Error(`the PIN was not set: ${outcome}`);
  return cardId;
}

/** A one-time password of the card, as the database knows it; without a code that could be told. */
export async function newOtp(
  owner: DataSource,
  cardId: string,
  { purpose = 'pin-change', seconds = 300 } = {},
): Promise<string> {
  const otpId = randomUUID();
  await owner.query(
    `UPDATE one_time_passwords SET status = 'superseded' WHERE card_id = $1 AND purpose = $2 AND status = 'live'`,
    [cardId, purpose],
  );
  await owner.query(
    `INSERT INTO one_time_passwords (tenant_id, otp_id, card_id, purpose, mac, mac_generation, expires_at)
     VALUES ($1, $2, $3, $4, $5, 1, clock_timestamp() + $6 * interval '1 second')`,
    [TENANT, otpId, cardId, purpose, randomBytes(32), seconds],
  );
  return otpId;
}

/** One evaluation from spend to settle. */
export async function evaluate(
  store: CardStore,
  cardId: string,
  verdict: Verdict,
  changed: SettleOptions = {},
): Promise<SpendRequest> {
  const request = spendOf(cardId, changed.operation === undefined ? {} : { operation: changed.operation });
  const { outcome } = await store.spend(request);
  if (outcome !== 'granted') throw new Error(`not granted: ${outcome}`);
  await store.settle(settleOf(request, verdict, changed));
  return request;
}

export async function lockCard(store: CardStore, cardId: string): Promise<void> {
  for (let tries = POLICY.maxTries; tries > 0; tries -= 1) await evaluate(store, cardId, 'not-matched');
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

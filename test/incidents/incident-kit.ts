import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import {
  IncidentWork,
  OpenIncident,
  findIncidentCards,
  readPreview,
  startRestoration,
  type IncidentFilter,
  type KeptOutCause,
  type Preview,
} from '#libs/incidents';
import { inTransaction, recordDeploymentPolicy } from '#libs/database';
import type { Verdict } from '#libs/pin';
import type { RequestContext } from '#libs/requests';
import {
  contextOf,
  newCardWithPin,
  openStore,
  POLICY,
  settleOf,
  spendOf,
  TENANT,
  unlockOf,
  type StoreUnderTest,
} from '../store/store-kit.js';

export const LIMITS = { maxTries: POLICY.maxTries, maxFailures: POLICY.maxFailuresWithoutSuccess };
/** As contextOf has them. */
export const CLIENT = 'card-app';
export const ADDRESS = '192.0.2.1';
export const REASON = 'Release 7.3 sent the PINs of other cards';

export const operator = (name = 'Ada Lovelace'): RequestContext => ({
  ...contextOf({ path: '/v1/admin/incidents' }),
  clientId: 'console',
  subject: name,
});

/** Where and by whom a try is made. */
export interface Origin {
  readonly clientId?: string;
  readonly sourceAddress?: string;
}

/** Incidents on a real database, as the service's role; the trail is sealed as the sealer does it. */
export class IncidentKit implements AsyncDisposable {
  readonly work: IncidentWork;
  readonly opening: OpenIncident;
  isTrailInDoubt = false;

  private constructor(
    readonly rig: StoreUnderTest,
    /** From here on all tries of the test are made. */
    readonly since: string,
  ) {
    this.work = new IncidentWork(
      rig.dataSource,
      () => LIMITS,
      () => this.isTrailInDoubt,
    );
    this.opening = new OpenIncident(rig.dataSource);
  }

  static async make(poolSize = 8): Promise<IncidentKit> {
    const rig = await openStore({ poolSize });
    await recordDeploymentPolicy(rig.owner.manager, {
      approvals: 2,
      maxTries: POLICY.maxTries,
      maxFailuresWithoutSuccess: POLICY.maxFailuresWithoutSuccess,
    });
    return new IncidentKit(rig, await clockOf(rig.owner));
  }

  get owner(): DataSource {
    return this.rig.owner;
  }

  async now(): Promise<string> {
    return await clockOf(this.owner);
  }

  /** A moment after all tries so far. */
  async passed(): Promise<string> {
    await this.pass();
    return await this.now();
  }

  /** Until the clock of the database shows another millisecond. */
  async pass(): Promise<void> {
    const before = await this.now();
    while ((await this.now()) === before);
  }

  async cardWithPin(): Promise<string> {
    return await newCardWithPin(this.rig.store);
  }

  /** Another process, as far as the database can tell. */
  withLimits(limits: typeof LIMITS): IncidentWork {
    return new IncidentWork(
      this.rig.dataSource,
      () => limits,
      () => false,
    );
  }

  /** Whose host died: past its deadline, closed by the sweeper. */
  async abandon(cardId: string): Promise<void> {
    await this.rig.store.spend(spendOf(cardId));
    await this.owner.query('UPDATE cards SET evaluation_deadline = clock_timestamp() WHERE card_id = $1', [
      cardId,
    ]);
    await this.rig.store.closeAbandoned(100);
  }

  /** One evaluation that a device fault has undone. */
  async giveBack(cardId: string): Promise<void> {
    const spend = spendOf(cardId);
    await this.rig.store.spend(spend);
    await this.rig.store.settle(settleOf(spend, 'given-back'));
  }

  /** One evaluation. */
  async try(cardId: string, verdict: Verdict = 'not-matched', origin: Origin = {}): Promise<void> {
    const spend = spendOf(cardId, { context: { ...contextOf({ path: cardId }), ...origin } });
    const { outcome } = await this.rig.store.spend(spend);
    if (outcome !== 'granted') throw new Error(`not granted: ${outcome}`);
    await this.rig.store.settle(settleOf(spend, verdict));
  }

  async lock(cardId: string, origin: Origin = {}, tries = POLICY.maxTries): Promise<void> {
    for (let left = tries; left > 0; left -= 1) await this.try(cardId, 'not-matched', origin);
  }

  async lockedCard(origin: Origin = {}): Promise<string> {
    const cardId = await this.cardWithPin();
    await this.lock(cardId, origin);
    return cardId;
  }

  async unlock(cardId: string): Promise<string> {
    return (await this.rig.store.unlock(unlockOf(cardId))).outcome;
  }

  async seal(): Promise<void> {
    await this.owner.query('SELECT pinward_seal_events()');
  }

  /** Over all tries so far, unless the filter says otherwise. */
  async open(filter: Partial<IncidentFilter> = { clientId: CLIENT }) {
    await this.seal();
    await this.pass();
    const asked = { triedFrom: this.since, triedTo: await this.now(), ...filter };
    return await this.opening.execute({ context: operator(), filter: asked, reason: REASON });
  }

  /** The same, searched to the end. */
  async preview(filter?: Partial<IncidentFilter>): Promise<Preview> {
    const { body } = await this.open(filter);
    return await this.searched(body.incidentId);
  }

  async searched(incidentId: string): Promise<Preview> {
    await this.work.searchUntil({ tenantId: TENANT, incidentId }, () => false);
    return await this.read(incidentId);
  }

  async read(incidentId: string): Promise<Preview> {
    return await readPreview(this.rig.dataSource.manager, { tenantId: TENANT, incidentId });
  }

  /** Decided on by two persons, as the approval does it. */
  async start({ incident: { incidentId, cardsHash } }: Preview): Promise<void> {
    const decided = {
      requestedBy: 'Ada Lovelace',
      requestedThrough: 'console',
      approvedBy: 'Grace Hopper',
      approvalId: randomUUID(),
      cardsHash,
    };
    await inTransaction(this.rig.dataSource, (manager) =>
      startRestoration(manager, operator('Grace Hopper'), { tenantId: TENANT, incidentId }, decided),
    );
  }

  /** Every step, without the pauses between them. */
  async finish(incidentId: string): Promise<Preview> {
    for (;;) {
      await this.step();
      const preview = await this.read(incidentId);
      if (preview.incident.state !== 'running') return preview;
    }
  }

  /** One step of whatever has a turn, without the pause before it. */
  async step(): Promise<boolean> {
    await this.skipPause();
    return await this.work.step();
  }

  /** So that incidents of earlier tests count for none of the bounds. */
  async endAll(): Promise<void> {
    await this.owner.query(
      `UPDATE incidents SET state = 'cancelled', ended_at = clock_timestamp() WHERE ended_at IS NULL`,
    );
  }

  /** The same for all others. */
  async endAllBut({ incident: { incidentId } }: Preview): Promise<void> {
    await this.owner.query(
      `UPDATE incidents SET state = 'cancelled', ended_at = clock_timestamp() WHERE ended_at IS NULL AND incident_id <> $1`,
      [incidentId],
    );
  }

  async skipPause(): Promise<void> {
    await this.owner.query('UPDATE incidents SET next_step_at = clock_timestamp()');
  }

  async restored(filter?: Partial<IncidentFilter>): Promise<Preview> {
    const preview = await this.preview(filter);
    await this.start(preview);
    return await this.finish(preview.incident.incidentId);
  }

  /** What became of one card; null where the incident does not concern it. */
  async fateOf(
    { incident: { incidentId } }: Preview,
    cardId: string,
  ): Promise<'planned' | 'restored' | KeptOutCause | null> {
    const key = { tenantId: TENANT, incidentId };
    const { items } = await findIncidentCards(this.owner.manager, key, { limit: 1_000 });
    const card = items.find((found) => found.cardId === cardId);
    if (card === undefined) return null;
    return card.outcome === 'kept-out' ? card.cause : card.outcome;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rig[Symbol.asyncDispose]();
  }
}

/** In milliseconds, as callers have it; the next one, so that all until now is before it. */
async function clockOf(owner: DataSource): Promise<string> {
  const [{ now } = { now: new Date(NaN) }] = await owner.query<{ now: Date }[]>(
    'SELECT clock_timestamp() AS now',
  );
  return now.toISOString();
}

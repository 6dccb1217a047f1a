import type { DataSource } from 'typeorm';
import { inTransaction, outsideTransaction, PreparedQueries, type PreparedQuery } from '#libs/database';
import type { ClaimLookup, Page, RequestContext } from '#libs/requests';
import type { PinPolicy } from '../policy.js';
import type { Card, CardForEnrolment } from '../ports/card.js';
import {
  PinStore,
  type CardFilter,
  type CloseCardRequest,
  type CloseCardResult,
  type EnrolmentRecord,
  type EnrolmentResult,
  type RegisterCardRequest,
  type RegisterCardResult,
  type ResetRecord,
  type ResetResult,
  type SettleRequest,
  type SettleResult,
  type SpendRequest,
  type SpendResult,
  type UnlockRequest,
  type UnlockResult,
} from '../ports/pin-store.js';
import { untilAnswered } from './answered-calls.js';
import { findCards } from './card-pages.js';
import { closeCard } from './close-card.js';
import { findCard, findEvaluation, readForEnrolment } from './cards.js';
import { lookUpClaim } from './claims.js';
import { recordEnrolment } from './enrolment.js';
import { registerCard } from './register-card.js';
import { recordReset } from './reset.js';
import { Settles } from './settles.js';
import { Spends } from './spends.js';
import { unlock } from './unlock.js';

const CLOSE_ABANDONED: PreparedQuery = {
  name: 'pinward_close_abandoned',
  text: 'SELECT pinward_close_abandoned($1, $2) AS closed',
};

/**
 * The store in PostgreSQL. Spend and settle are prepared calls of functions that work on sets (libs/database, migrations);
 * everything else is a TypeORM transaction that compares a card's event_no before it writes it.
 */
export class PostgresPinStore extends PinStore {
  private readonly queries: PreparedQueries;
  private readonly spends: Spends;
  private readonly settles: Settles;

  /** @param dataSource initialised, logged in as the service's role */
  constructor(
    private readonly dataSource: DataSource,
    private readonly policy: PinPolicy,
  ) {
    super();
    this.queries = new PreparedQueries(dataSource);
    this.spends = new Spends(this.queries, policy);
    this.settles = new Settles(this.queries, policy);
  }

  spend(request: SpendRequest): Promise<SpendResult> {
    return this.spends.spend(request);
  }

  settle(request: SettleRequest): Promise<SettleResult> {
    return this.settles.settle(request);
  }

  async closeAbandoned(limit: number): Promise<number> {
    const values = [limit, this.policy.maxTries];
    const { answer } = await untilAnswered(() =>
      this.queries.run<{ closed: number }>(CLOSE_ABANDONED, values),
    );
    return answer[0]?.closed ?? 0;
  }

  lookUpClaim(context: RequestContext): Promise<ClaimLookup> {
    return outsideTransaction(() => lookUpClaim(this.dataSource.manager, this.policy, context));
  }

  findEvaluation(tenantId: string, cardId: string): Promise<{ readonly retryAfterSeconds: number } | null> {
    return outsideTransaction(() => findEvaluation(this.dataSource.manager, { tenantId, cardId }));
  }

  readForEnrolment(tenantId: string, cardId: string): Promise<CardForEnrolment | null> {
    return outsideTransaction(() =>
      readForEnrolment(this.dataSource.manager, this.policy, { tenantId, cardId }),
    );
  }

  recordEnrolment(record: EnrolmentRecord): Promise<EnrolmentResult> {
    return inTransaction(this.dataSource, (manager) => recordEnrolment(manager, this.policy, record));
  }

  recordReset(record: ResetRecord): Promise<ResetResult> {
    return inTransaction(this.dataSource, (manager) => recordReset(manager, this.policy, record));
  }

  closeCard(request: CloseCardRequest): Promise<CloseCardResult> {
    return inTransaction(this.dataSource, (manager) => closeCard(manager, this.policy, request));
  }

  unlock(request: UnlockRequest): Promise<UnlockResult> {
    return inTransaction(this.dataSource, (manager) => unlock(manager, this.policy, request));
  }

  registerCard(request: RegisterCardRequest): Promise<RegisterCardResult> {
    return inTransaction(this.dataSource, (manager) => registerCard(manager, this.policy, request));
  }

  findCard(tenantId: string, cardId: string): Promise<Card | null> {
    return outsideTransaction(() => findCard(this.dataSource.manager, this.policy, { tenantId, cardId }));
  }

  findCards(tenantId: string, filter: CardFilter): Promise<Page<Card>> {
    return outsideTransaction(() => findCards(this.dataSource.manager, this.policy, { tenantId, ...filter }));
  }
}

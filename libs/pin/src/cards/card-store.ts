import type { DataSource } from 'typeorm';
import { outsideTransaction, PreparedQueries, type PreparedQuery } from '#libs/database';
import type { ClaimLookup, Page, RequestContext } from '#libs/requests';
import { lookUpClaim } from '../pins/try-counter/claims.js';
import type {
  SettleRequest,
  SettleResult,
  SpendRequest,
  SpendResult,
} from '../pins/try-counter/evaluation.js';
import { Settles } from '../pins/try-counter/settles.js';
import { Spends } from '../pins/try-counter/spends.js';
import type { PinPolicy } from '../policy.js';
import type { Card, CardForEnrolment } from './card.js';
import { findCards, type CardFilter } from './card-pages.js';
import { findCard, findEvaluation, readForEnrolment } from './card-rows.js';
import { untilAnswered } from '../pins/try-counter/statements.js';

const CLOSE_ABANDONED: PreparedQuery = {
  name: 'pinward_close_abandoned',
  text: 'SELECT pinward_close_abandoned($1, $2) AS closed',
};

/**
 * What use cases read and write of cards and their try counters. Spend and settle are prepared calls of functions that
 * work on sets (libs/database, functions). All deadlines use the database's clock.
 *
 * Each call rejects with DATABASE_UNAVAILABLE (PinwardError) when its outcome is unknown or the database is away; the
 * same call may then be repeated.
 */
export class CardStore {
  private readonly queries: PreparedQueries;
  private readonly spends: Spends;
  private readonly settles: Settles;

  /** @param dataSource initialised, logged in with the service's role */
  constructor(
    private readonly dataSource: DataSource,
    private readonly policy: PinPolicy,
  ) {
    this.queries = new PreparedQueries(dataSource);
    this.spends = new Spends(this.queries, policy);
    this.settles = new Settles(this.queries, policy);
  }

  /** One round trip, one durable commit (docs/try-counter.md, step 1). */
  spend(request: SpendRequest): Promise<SpendResult> {
    return this.spends.spend(request);
  }

  /** One round trip, one durable commit, fenced by the evaluation id (step 3). */
  settle(request: SettleRequest): Promise<SettleResult> {
    return this.settles.settle(request);
  }

  /** Closes up to `limit` evaluations past their deadline, and returns how many. */
  async closeAbandoned(limit: number): Promise<number> {
    const values = [limit, this.policy.maxTries];
    const { answer } = await untilAnswered(() =>
      this.queries.query<{ closed: number }>(CLOSE_ABANDONED, values),
    );
    return answer[0]?.closed ?? 0;
  }

  /** The stored claim of a request that may have an evaluation. */
  lookUpClaim(context: RequestContext): Promise<ClaimLookup> {
    return outsideTransaction(() => lookUpClaim(this.dataSource.manager, this.policy, context));
  }

  /** The card's evaluation that still has time; null when there is none, or when it is late. */
  findEvaluation(tenantId: string, cardId: string): Promise<{ readonly retryAfterSeconds: number } | null> {
    return outsideTransaction(() => findEvaluation(this.dataSource.manager, { tenantId, cardId }));
  }

  /** The card and the last N verifiers; null for an unknown or foreign card. */
  readForEnrolment(tenantId: string, cardId: string): Promise<CardForEnrolment | null> {
    return outsideTransaction(() =>
      readForEnrolment(this.dataSource.manager, this.policy, { tenantId, cardId }),
    );
  }

  findCard(tenantId: string, cardId: string): Promise<Card | null> {
    return outsideTransaction(() => findCard(this.dataSource.manager, this.policy, { tenantId, cardId }));
  }

  findCards(tenantId: string, filter: CardFilter): Promise<Page<Card>> {
    return outsideTransaction(() => findCards(this.dataSource.manager, this.policy, { tenantId, ...filter }));
  }
}

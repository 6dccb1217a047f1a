import type { EntityManager } from 'typeorm';
import type { ApprovalEntity } from '#libs/database';
import type { RequestContext } from '#libs/requests';

export type Content = Readonly<Record<string, unknown>>;

/** A request as it is carried out. */
export interface Granted {
  readonly tenantId: string;
  readonly approvalId: string;
  readonly requestedBy: string;
  readonly decidedBy: string | null;
  readonly content: Content;
  readonly reason: string | null;
}

/**
 * One kind of change that takes two persons. Its changes to the database belong to the transaction that it gets; the
 * HSM's work comes before that.
 *
 * A new secret is shown to the requester, never to the approver. So a kind with a secret is carried out in two steps:
 * at the approval, without a secret that any person knows, and when the requester collects it. Other kinds have nothing
 * to collect.
 */
export interface Power<Prepared = unknown> {
  readonly kind: ApprovalEntity['kind'];
  /**
   * Refuses what could not be carried out now, so that no person is asked in vain.
   *
   * @returns the content as the approver sees it
   * @throws PinwardError
   */
  check(manager: EntityManager, context: RequestContext, content: Content): Promise<Content>;
  prepareApproval?(granted: Granted): Promise<Prepared>;
  /** @throws PinwardError where it can no longer be carried out: then nothing has been decided */
  carryOut(
    manager: EntityManager,
    context: RequestContext,
    granted: Granted,
    prepared: Prepared | undefined,
  ): Promise<void>;
  prepareCollection?(granted: Granted): Promise<Prepared>;
  /** @returns the answer, which shows the secret and is not stored */
  collect?(
    manager: EntityManager,
    context: RequestContext,
    granted: Granted,
    prepared: Prepared,
  ): Promise<object>;
}

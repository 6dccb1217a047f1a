import type { EntityManager } from 'typeorm';
import type { Content, Granted, Power } from '#libs/approvals';
import { PinwardError } from '#libs/errors';
import type { RegisteredKey } from '#libs/hsm';
import {
  makeSuccessors,
  registerAbandonment,
  takeSuccessorsBack,
  type AbandonPlan,
  type Ceremony,
  type TokenRole,
} from '#libs/key-ceremony';
import { COMMAND_LINE, type RequestContext } from '#libs/requests';

export interface AbandonmentParts {
  readonly ceremony: Ceremony;
  readonly plan: AbandonPlan;
  readonly reason: string;
  readonly roles: readonly TokenRole[];
  readonly transportBits: number;
}

/** Giving keys up: one person asks for it and another approves. There is no secret to collect. */
export class KeyAbandonment implements Power<readonly RegisteredKey[]> {
  readonly kind = 'key-abandon';
  #successors: readonly RegisteredKey[] = [];

  /** @param parts null at the request, before the approval */
  constructor(private readonly parts: AbandonmentParts | null) {}

  get successors(): readonly RegisteredKey[] {
    return this.#successors;
  }

  async check(_manager: EntityManager, _context: RequestContext, content: Content): Promise<Content> {
    return await Promise.resolve(content);
  }

  async prepareApproval(): Promise<readonly RegisteredKey[]> {
    const { ceremony, plan, ...others } = this.given();
    this.#successors = await makeSuccessors(ceremony, plan, others);
    return this.#successors;
  }

  async carryOut(
    manager: EntityManager,
    _context: RequestContext,
    { requestedBy, decidedBy }: Granted,
    successors: readonly RegisteredKey[] = [],
  ): Promise<void> {
    const { plan, reason } = this.given();
    const registrar = { clientId: COMMAND_LINE, subject: `${requestedBy}, ${decidedBy ?? ''}` };
    await registerAbandonment(manager, plan, successors, { registrar, reason });
  }

  /** Removes keys that were made for a refused decision. */
  takeBack(): void {
    takeSuccessorsBack(this.given().ceremony, this.#successors);
  }

  async prepareCollection(): Promise<never> {
    return await Promise.reject(new PinwardError('NOTHING_TO_COLLECT'));
  }

  async collect(): Promise<never> {
    return await Promise.reject(new PinwardError('NOTHING_TO_COLLECT'));
  }

  private given(): AbandonmentParts {
    if (this.parts === null) throw new Error('it is only asked for here');
    return this.parts;
  }
}

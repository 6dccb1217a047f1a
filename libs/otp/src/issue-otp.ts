import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { unavailableIfHsmFault, type PinHsm } from '#libs/hsm';
import { once, type Answered, type RequestContext } from '#libs/requests';
import { newCode, otpMac, codeAssociatedData, type MakeCode, type OtpPurpose } from './one-time-code.js';
import { issueOtp } from './persistence/issue.js';
import type { OtpPolicy } from './policy.js';

export interface IssueOtpRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  readonly purpose: OtpPurpose;
}

export interface OtpIssued {
  readonly otpId: string;
  /** RFC 3339, UTC. */
  readonly expiresAt: string;
}

/**
 * Makes a one-time password and puts its code, sealed, into the outbox: the caller never sees the code. A new one ends
 * the earlier one of the same card and purpose.
 */
export class IssueOtp {
  constructor(
    private readonly hsm: PinHsm,
    private readonly dataSource: DataSource,
    private readonly policy: OtpPolicy,
    private readonly makeCode: MakeCode = newCode,
  ) {}

  async execute({ context, cardId, purpose }: IssueOtpRequest): Promise<Answered<OtpIssued>> {
    // 1. The code, and what is stored of it: an HMAC to check it, a seal for the message gateway.
    const { tenantId } = context;
    const binding = { tenantId, cardId, purpose, otpId: randomUUID() };
    const code = await this.makeCode(binding);
    const [mac, sealed] = await Promise.all([
      otpMac(this.hsm, binding, code),
      this.hsm.seal('secrets', Buffer.from(code.reveal(), 'ascii'), codeAssociatedData(binding)),
    ]).catch(unavailableIfHsmFault);
    // 2. In one transaction: card, limit, one-time password, event, audit line, answer.
    const call = { action: 'otp.issue', cardId, stoppedAs: 'otp.issue' } as const;
    return await once<OtpIssued>(this.dataSource, context, call, (manager) =>
      issueOtp(manager, this.policy, { context, binding, mac, sealed }),
    );
  }
}

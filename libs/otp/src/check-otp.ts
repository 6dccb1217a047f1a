import type { DataSource } from 'typeorm';
import { inTransaction, outsideTransaction } from '#libs/database';
import { unavailableIfHsmFault, type PinHsm } from '#libs/hsm';
import { answered, refused, type RequestContext } from '#libs/requests';
import type { SecretText } from '#libs/secret-text';
import { otpMac, type OtpBinding, type OtpPurpose } from './one-time-code.js';
import { judgeOtp, macGenerationOf, type JudgedOtp } from './persistence/check.js';

/** A one-time password as a caller presents it. */
export interface GivenOtp {
  readonly otpId: string;
  readonly code: SecretText;
}

/**
 * Bounds the wrong codes of a client (docs/rate-limits.md): sets one wrong code aside, runs the check, and gives it
 * back unless the check says that it was spent.
 *
 * @throws PinwardError OPERATION_RATE_LIMITED, with nothing compared
 */
export type WrongCodeLimit = (
  context: RequestContext,
  check: () => Promise<JudgedOtp>,
  wasWrong: (judged: JudgedOtp) => boolean,
) => Promise<JudgedOtp>;

const UNLIMITED: WrongCodeLimit = async (_context, check) => await check();

export interface CheckOtpRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  readonly purpose: OtpPurpose;
  readonly otp: GivenOtp;
}

/**
 * Checks whether the code is right. A wrong code is counted, and its answer is final. The right code stays as it is:
 * the operation that it allows uses it up in its own transaction (useOtp), so it serves one success and no failure.
 */
export class CheckOtp {
  constructor(
    private readonly hsm: PinHsm,
    private readonly dataSource: DataSource,
    private readonly limit: WrongCodeLimit = UNLIMITED,
  ) {}

  /**
   * Wrong card, purpose or tenant, expired, used, superseded, unknown: the answer is the same, and so is the work
   * before it.
   *
   * @throws PinwardError OTP_REJECTED with `attemptsRemaining`, 0 unless a live one for this card and purpose was meant
   */
  async execute({ context, cardId, purpose, otp }: CheckOtpRequest): Promise<void> {
    const binding = { tenantId: context.tenantId, cardId, purpose, otpId: otp.otpId };
    const judged = await this.limit(context, () => this.judge(context, binding, otp.code), wasWrong);
    switch (judged.outcome) {
      case 'right':
        return;
      case 'under-way':
        // The code was compared before. The caller itself finds the answer of the request, by the request id.
        return;
      case 'rejected':
        answered(judged.answer, { replayed: false });
        return;
      case 'answered':
        // A refusal is answered here again. After a success the caller finds that answer itself, by the same request
        // id.
        answered(judged.answer);
        return;
      default:
        throw refused(judged);
    }
  }

  private async judge(context: RequestContext, binding: OtpBinding, code: SecretText): Promise<JudgedOtp> {
    const generation = await outsideTransaction(() => macGenerationOf(this.dataSource.manager, binding));
    const mac = await otpMac(this.hsm, binding, code, generation).catch(unavailableIfHsmFault);
    return await inTransaction(this.dataSource, (manager) => judgeOtp(manager, { context, binding, mac }));
  }
}

function wasWrong(judged: JudgedOtp): boolean {
  return judged.outcome === 'rejected' && judged.compared;
}

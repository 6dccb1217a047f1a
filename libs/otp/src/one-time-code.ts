import { randomInt } from 'node:crypto';
import { lengthPrefixed, type Mac, type PinHsm } from '#libs/hsm';
import { SecretText } from '#libs/secret-text';

/** What a one-time password is good for, and for nothing else. */
export const OTP_PURPOSES = ['pin-change', 'pin-reset', 'card-reveal'] as const;
export type OtpPurpose = (typeof OTP_PURPOSES)[number];

const OTP_DIGITS = 6;

/** Everything a code is bound to. */
export interface OtpBinding {
  readonly tenantId: string;
  readonly cardId: string;
  readonly purpose: OtpPurpose;
  readonly otpId: string;
}

/** Six digits from the system's generator, each of the million alike. */
export function newCode(): SecretText {
  return new SecretText(String(randomInt(10 ** OTP_DIGITS)).padStart(OTP_DIGITS, '0'));
}

/**
 * What is kept of a code. A million codes are tried in a second, so that only a key in the HSM protects it.
 *
 * @param generation of the key that made the stored one; the current one when absent
 */
export async function otpMac(
  hsm: PinHsm,
  { tenantId, cardId, purpose, otpId }: OtpBinding,
  code: SecretText,
  generation?: number,
): Promise<Mac> {
  const input = lengthPrefixed('pinward:otp:v1', tenantId, cardId, purpose, otpId, code.reveal());
  try {
    return await hsm.mac('otp', input, generation);
  } finally {
    input.fill(0);
  }
}

/** Where the sealed code of an outbox event belongs. */
export function codeAssociatedData({ tenantId, otpId }: Pick<OtpBinding, 'tenantId' | 'otpId'>): string[] {
  return ['outbox_events.sealed', tenantId, otpId];
}

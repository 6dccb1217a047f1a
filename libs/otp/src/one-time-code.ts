import { randomInt } from 'node:crypto';
import { lengthPrefixed, type Mac, type PinHsm } from '#libs/hsm';
import { SecretText } from '#libs/secret-text';

/** The purposes of a one-time password; each serves one of them alone. */
export const OTP_PURPOSES = ['pin-set', 'pin-change', 'pin-reset', 'card-reveal'] as const;
export type OtpPurpose = (typeof OTP_PURPOSES)[number];

const OTP_DIGITS = 6;

/** Everything a code is bound to. */
export interface OtpBinding {
  readonly tenantId: string;
  readonly cardId: string;
  readonly purpose: OtpPurpose;
  readonly otpId: string;
}

/** Where codes come from; each for one binding. */
export type MakeCode = (binding: OtpBinding) => SecretText | Promise<SecretText>;

/** Six digits from the system's generator; each of the million codes is equally likely. */
export function newCode(): SecretText {
  return new SecretText(String(randomInt(10 ** OTP_DIGITS)).padStart(OTP_DIGITS, '0'));
}

/**
 * What is stored of a code. A million codes are tried in a second, so only a key inside the HSM protects it.
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

/** The place of the sealed code of an outbox event. */
export function codeAssociatedData({ tenantId, otpId }: Pick<OtpBinding, 'tenantId' | 'otpId'>): string[] {
  return ['outbox_events.sealed', tenantId, otpId];
}

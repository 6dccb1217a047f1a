import { z } from 'zod';
import { pinStatus, tries } from '../cards/card-view.js';
import { otpSchema } from '../otp/otp-schemas.js';

/** An envelope (docs/pin-envelope.md); kid and ciphertext are judged against the published keys later. */
const encryptedPinSchema = z.strictObject({
  kid: z.string().min(1).max(128),
  alg: z.enum(['RSA-OAEP', 'RSA-OAEP-256']),
  /** base64url; 8,192 bits at the most. */
  ciphertext: z.string().min(1).max(1_366),
});

/** Of a set and of a validate. */
export const onePinSchema = z.strictObject({ encryptedPin: encryptedPinSchema });

export const changePinSchema = z.strictObject({
  currentPin: encryptedPinSchema,
  newPin: encryptedPinSchema,
  otp: otpSchema,
});
export const resetPinSchema = z.strictObject({ newPin: encryptedPinSchema, otp: otpSchema });

export type OnePinBody = z.infer<typeof onePinSchema>;
export type ResetPinBody = z.infer<typeof resetPinSchema>;
export type ChangePinBody = z.infer<typeof changePinSchema>;

export const pinActive = z.object({ pinStatus: z.literal('active') });
export const pinValidated = z.object({ verified: z.boolean(), triesRemaining: tries, pinStatus });
export const pinChanged = z.union([
  z.object({ changed: z.literal(true), pinStatus }),
  z.object({
    changed: z.literal(false),
    reason: z.literal('WRONG_PIN'),
    triesRemaining: tries,
    pinStatus,
  }),
]);

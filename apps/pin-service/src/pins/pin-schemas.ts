import { z } from 'zod';
import { SecretText } from '#libs/secret-text';

/** An envelope (docs/pin-envelope.md); kid and ciphertext are judged against the published keys later. */
export const encryptedPinSchema = z.strictObject({
  kid: z.string().min(1).max(128),
  alg: z.enum(['RSA-OAEP', 'RSA-OAEP-256']),
  /** base64url; 8,192 bits at the most. */
  ciphertext: z.string().min(1).max(1_366),
});

export const setPinSchema = z.strictObject({ encryptedPin: encryptedPinSchema });
export const validatePinSchema = setPinSchema;

/** A one-time password as the cardholder typed it. What cannot be an id is an unknown one, not an invalid request. */
export const otpSchema = z.strictObject({
  otpId: z.string().min(1).max(128),
  code: z
    .string()
    .regex(/^[0-9]{6}$/, 'must be 6 digits')
    .transform((code) => new SecretText(code)),
});

export const changePinSchema = z.strictObject({
  currentPin: encryptedPinSchema,
  newPin: encryptedPinSchema,
  otp: otpSchema,
});
export const resetPinSchema = z.strictObject({ newPin: encryptedPinSchema, otp: otpSchema });

export type SetPinBody = z.infer<typeof setPinSchema>;
export type ResetPinBody = z.infer<typeof resetPinSchema>;
export type ChangePinBody = z.infer<typeof changePinSchema>;

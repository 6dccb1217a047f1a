import { z } from 'zod';
import { lastTry, pinStatus, tries } from '../cards/card-view.js';
import { otpSchema } from '../otp/otp-schemas.js';

const EXAMPLE = {
  kid: 'pin-transport-1',
  alg: 'RSA-OAEP',
  ciphertext: Buffer.alloc(256, 'example of a ciphertext ').toString('base64url'),
} as const;
const EXAMPLE_OTP = { otpId: '9c5b94b1-35ad-49bb-b118-8e8fc24abf80', code: '123456' };

/** An envelope (docs/pin-envelope.md); kid and ciphertext are judged against the published keys later. */
const encryptedPinSchema = z
  .strictObject({
    kid: z.string().min(1).max(128).describe('Of a key from GET /v1/pin-keys'),
    alg: z.enum(['RSA-OAEP', 'RSA-OAEP-256']),
    /** 8,192 bits at the most. */
    ciphertext: z.string().min(1).max(1_366).describe('base64url'),
  })
  .describe('What `encryptPin` makes: docs/pin-envelope.md. A new one for every request')
  .meta({ id: 'EncryptedPin', examples: [EXAMPLE] });

export const setPinSchema = z
  .strictObject({
    encryptedPin: encryptedPinSchema,
    otp: otpSchema
      .optional()
      .describe(
        'For `pin-set`. Needed where the policy or the tenant asks for it; one that is given always counts',
      ),
  })
  .meta({ id: 'SetPin', examples: [{ encryptedPin: EXAMPLE }, { encryptedPin: EXAMPLE, otp: EXAMPLE_OTP }] });

export const onePinSchema = z
  .strictObject({ encryptedPin: encryptedPinSchema })
  .meta({ id: 'OnePin', examples: [{ encryptedPin: EXAMPLE }] });

export const changePinSchema = z
  .strictObject({
    currentPin: encryptedPinSchema,
    newPin: encryptedPinSchema,
    otp: otpSchema,
  })
  .meta({ id: 'ChangePin', examples: [{ currentPin: EXAMPLE, newPin: EXAMPLE, otp: EXAMPLE_OTP }] });
export const resetPinSchema = z
  .strictObject({ newPin: encryptedPinSchema, otp: otpSchema })
  .meta({ id: 'ResetPin', examples: [{ newPin: EXAMPLE, otp: EXAMPLE_OTP }] });

export type SetPinBody = z.infer<typeof setPinSchema>;
export type OnePinBody = z.infer<typeof onePinSchema>;
export type ResetPinBody = z.infer<typeof resetPinSchema>;
export type ChangePinBody = z.infer<typeof changePinSchema>;

export const pinActive = z.object({ pinStatus: z.literal('active') }).meta({ id: 'PinActive' });
export const pinValidated = z
  .object({
    verified: z.boolean().describe('Whether the PIN was right'),
    triesRemaining: tries,
    pinStatus,
    lastTry,
  })
  .meta({ id: 'PinValidated' });
const changed = z.object({ changed: z.literal(true), pinStatus }).meta({ id: 'PinChanged' });
const notChanged = z
  .object({
    changed: z.literal(false),
    reason: z.literal('WRONG_PIN'),
    triesRemaining: tries,
    pinStatus,
    lastTry,
  })
  .meta({ id: 'PinNotChanged' });
export const pinChanged = z.union([changed, notChanged]);

const ENVELOPE = ['PIN_ENVELOPE_UNREADABLE', 'PIN_ENVELOPE_REPLAYED', 'PIN_KEY_RETIRED'] as const;
const NEW_PIN = ['PIN_TOO_WEAK', ...ENVELOPE, 'CARD_CLOSED'] as const;
const EVALUATED = ['PIN_NOT_SET', 'PIN_LOCKED', 'PIN_RESET_REQUIRED', 'PIN_EVALUATION_IN_PROGRESS'] as const;

/** Of each call, for the API document. */
export const setting = {
  problems: [...NEW_PIN, 'PIN_ALREADY_SET', 'OTP_REJECTED'],
  description:
    'Where a first PIN takes a one-time password, a body without `otp` is refused: 400 `REQUEST_INVALID` with the pointer `/otp`.',
} as const;
export const validating = {
  problems: [...ENVELOPE, ...EVALUATED, 'CARD_CLOSED', 'EVALUATION_ABANDONED'],
  description:
    '**200 does not mean that the PIN was right**: look at `verified`. A wrong PIN is an answer, not an error.',
} as const;
export const changing = {
  problems: [...NEW_PIN, ...EVALUATED, 'PIN_REUSED', 'OTP_REJECTED', 'EVALUATION_ABANDONED'],
  description: '200 also for a wrong current PIN: look at `changed`.',
} as const;
export const resetting = {
  problems: [...NEW_PIN, 'PIN_NOT_SET', 'PIN_REUSED', 'OTP_REJECTED', 'PIN_EVALUATION_IN_PROGRESS'],
  description: 'All tries are back, and a lock is lifted.',
} as const;

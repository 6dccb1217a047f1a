import { z } from 'zod';
import { OTP_PURPOSES } from '#libs/otp';
import { SecretText } from '#libs/secret-text';

/** A one-time password as the cardholder typed it. What cannot be an id is an unknown one, not an invalid request. */
export const otpSchema = z
  .strictObject({
    otpId: z.string().min(1).max(128),
    code: z
      .string()
      .regex(/^[0-9]{6}$/, 'must be 6 digits')
      .transform((code) => new SecretText(code)),
  })
  .meta({
    id: 'OneTimePassword',
    examples: [{ otpId: '9c5b94b1-35ad-49bb-b118-8e8fc24abf80', code: '123456' }],
  });

export const issueOtpSchema = z
  .strictObject({ purpose: z.enum(OTP_PURPOSES) })
  .meta({ id: 'IssueOtp', examples: [{ purpose: 'pin-change' }] });
export type IssueOtpBody = z.infer<typeof issueOtpSchema>;

import { z } from 'zod';
import { soundCardRef } from '#libs/sent-json';
import { HUMAN_TEXT_FAULT, isHumanText } from '#libs/requests';
import { holdsSecret, maskPanLike } from '#libs/pan-mask';
import { pageLimit } from '../edge/requests/schema-parts.js';

export const findCardSchema = z.strictObject({ cardRef: soundCardRef });
export type FindCardQuery = z.infer<typeof findCardSchema>;

export const listCardsSchema = z.strictObject({
  pinStatus: z.enum(['unset', 'active', 'locked', 'closed']).optional(),
  cardRef: soundCardRef.optional(),
  last4: z
    .string()
    .regex(/^[0-9]{4}$/, 'must be 4 digits')
    .optional(),
  cursor: z.string().min(1).max(512).optional(),
  limit: pageLimit,
});
export type ListCardsQuery = z.infer<typeof listCardsSchema>;

export const listApprovalsSchema = z.strictObject({
  status: z.enum(['pending', 'approved', 'rejected', 'lapsed']).optional(),
  cursor: z.string().min(1).max(512).optional(),
  limit: pageLimit,
});
export type ListApprovalsQuery = z.infer<typeof listApprovalsSchema>;

/** Counted in characters as a person counts them; an auditor sees every one of them. */
export const unlockSchema = z
  .strictObject({
    reason: z
      .string()
      .trim()
      .refine(isHumanText, HUMAN_TEXT_FAULT)
      .refine(
        (reason) => [...reason].length >= 5 && [...reason].length <= 200,
        'must have 5 to 200 characters',
      )
      // Digits that look like a PAN are masked before they are stored; what hides one cannot be.
      .refine(
        (reason) => reason.split(/\s+/).every((word) => maskPanLike(word) !== word || !holdsSecret(word)),
        'must not hold an encoded card number or a credential',
      )
      .describe('5 to 200 visible characters'),
  })
  .meta({ id: 'Unlock', examples: [{ reason: 'Cardholder identified at the branch' }] });
export type UnlockBody = z.infer<typeof unlockSchema>;

/** Of each call, for the API document. */
export const registering = {
  problems: ['CARD_REF_IN_USE', 'CARD_CLOSED', 'HSM_UNAVAILABLE'],
  description:
    '200 where the reference is that of a card without data, and none are given: the same card again.',
} as const;
export const closing = { problems: ['CARD_CLOSED', 'PIN_EVALUATION_IN_PROGRESS'] } as const;
export const unlocking = {
  problems: [
    'CARD_CLOSED',
    'PIN_NOT_LOCKED',
    'PIN_RESET_REQUIRED',
    'PIN_EVALUATION_IN_PROGRESS',
    'RATE_LIMITED',
  ],
} as const;

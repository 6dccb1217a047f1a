import { z } from 'zod';
import { holdsSecret, looksLikePan } from '#libs/pan-mask';

const cardRef = z.string().regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible ASCII characters');

export const registerCardSchema = z.strictObject({
  cardRef,
  /** "pan" comes with the card vault. */
  pinAccountSource: z.literal('surrogate').optional(),
});
export type RegisterCardBody = z.infer<typeof registerCardSchema>;

export const findCardSchema = z.strictObject({ cardRef });
export type FindCardQuery = z.infer<typeof findCardSchema>;

export const listCardsSchema = z.strictObject({
  pinStatus: z.enum(['unset', 'active', 'locked', 'closed']).optional(),
  cardRef: cardRef.optional(),
  cursor: z.string().min(1).max(512).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ListCardsQuery = z.infer<typeof listCardsSchema>;

export const listApprovalsSchema = z.strictObject({
  status: z.enum(['pending', 'approved', 'rejected', 'lapsed']).optional(),
  cursor: z.string().min(1).max(512).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ListApprovalsQuery = z.infer<typeof listApprovalsSchema>;

/** Counted in characters as a person counts them; control characters have no place in an audit line. */
export const unlockSchema = z.strictObject({
  reason: z
    .string()
    .trim()
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not hold control characters')
    .refine((reason) => [...reason].length >= 5 && [...reason].length <= 200, 'must have 5 to 200 characters')
    // Digits that look like a PAN are masked before they are stored; what hides one cannot be.
    .refine(
      (reason) => reason.split(/\s+/).every((word) => looksLikePan(word) || !holdsSecret(word)),
      'must not hold an encoded card number or a credential',
    ),
});
export type UnlockBody = z.infer<typeof unlockSchema>;

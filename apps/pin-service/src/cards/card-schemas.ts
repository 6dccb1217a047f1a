import { z } from 'zod';
import { CardData, isPan } from '#libs/card-vault';
import { HUMAN_TEXT_FAULT, isHumanText } from '#libs/requests';
import { holdsSecret, maskPanLike } from '#libs/pan-mask';
import { pageLimit } from '../edge/requests/schema-parts.js';

const cardRef = z.string().regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible ASCII characters');

/** Card verification codes have no member here: they are refused, and never stored (PCI DSS 4.0, 3.3.1.2). */
export const registerCardSchema = z
  .strictObject({
    cardRef,
    pan: z
      .string()
      .refine(isPan, 'must be a card number: 12 to 19 digits with a right check digit')
      .optional(),
    expiry: z
      .string()
      .regex(
        /^(?:(?:0[1-9]|1[0-2])\/(?:\d{2}){1,2}|\d{4}-(?:0[1-9]|1[0-2]))$/,
        'must be MM/YY, MM/YYYY or YYYY-MM',
      )
      .optional(),
    holderName: z
      .string()
      .trim()
      .regex(/^.{1,64}$/su, 'must be 1 to 64 characters')
      .refine(isHumanText, HUMAN_TEXT_FAULT)
      .refine((name) => !holdsSecret(name), 'must not hold a card number or a credential')
      .optional(),
    pinAccountSource: z.enum(['surrogate', 'pan']).default('surrogate'),
  })
  .superRefine(({ pan, expiry, holderName, pinAccountSource }, context) => {
    const needPan = { expiry, holderName, pinAccountSource: pinAccountSource === 'pan' ? 'pan' : undefined };
    for (const [member, value] of Object.entries(needPan)) {
      if (pan !== undefined || value === undefined) continue;
      context.addIssue({ code: 'custom', path: [member], message: 'needs pan' });
    }
  })
  .transform(({ cardRef: reference, pinAccountSource, pan, expiry, holderName }) => ({
    cardRef: reference,
    pinAccountSource,
    data: pan === undefined ? null : new CardData(pan, expiry ?? null, holderName ?? null),
  }));
export type RegisterCardBody = z.infer<typeof registerCardSchema>;

export const findCardSchema = z.strictObject({ cardRef });
export type FindCardQuery = z.infer<typeof findCardSchema>;

export const listCardsSchema = z.strictObject({
  pinStatus: z.enum(['unset', 'active', 'locked', 'closed']).optional(),
  cardRef: cardRef.optional(),
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
export const unlockSchema = z.strictObject({
  reason: z
    .string()
    .trim()
    .refine(isHumanText, HUMAN_TEXT_FAULT)
    .refine((reason) => [...reason].length >= 5 && [...reason].length <= 200, 'must have 5 to 200 characters')
    // Digits that look like a PAN are masked before they are stored; what hides one cannot be.
    .refine(
      (reason) => reason.split(/\s+/).every((word) => maskPanLike(word) !== word || !holdsSecret(word)),
      'must not hold an encoded card number or a credential',
    ),
});
export type UnlockBody = z.infer<typeof unlockSchema>;

import { z } from 'zod';
import { CardData, isPan } from '#libs/card-vault';
import { holdsSecret } from '#libs/pan-mask';
import { HUMAN_TEXT_FAULT, isHumanText } from '#libs/requests';

/** Tells callers how to make a reference that is never refused. */
export const NOT_A_REFERENCE =
  "looks like a card number or a credential: use a reference of your own, a UUID or the card's row in your database";

export const soundCardRef = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible ASCII characters');

/** Card verification codes have no member here: they are refused, and never stored (PCI DSS 4.0, 3.3.1.2). */
export const registerCardSchema = z
  .strictObject({
    cardRef: soundCardRef,
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
    chip: z
      .boolean()
      .default(false)
      .describe('Whether a chip keeps the PIN as well: then the card has `pendingCommands`. It stays so'),
  })
  .superRefine(({ pan, expiry, holderName, pinAccountSource }, context) => {
    const needPan = { expiry, holderName, pinAccountSource: pinAccountSource === 'pan' ? 'pan' : undefined };
    for (const [member, value] of Object.entries(needPan)) {
      if (pan !== undefined || value === undefined) continue;
      context.addIssue({ code: 'custom', path: [member], message: 'needs pan' });
    }
  })
  .transform(({ cardRef: reference, pinAccountSource, chip, pan, expiry, holderName }) => ({
    cardRef: reference,
    pinAccountSource,
    chip,
    data: pan === undefined ? null : new CardData(pan, expiry ?? null, holderName ?? null),
  }))
  .meta({
    id: 'RegisterCard',
    examples: [
      { cardRef: 'my-first-card' },
      { cardRef: 'my-second-card', pan: '4111111111111111', expiry: '12/29', holderName: 'Ada Lovelace' },
    ],
  });
export type RegisterCardBody = z.infer<typeof registerCardSchema>;

import { z } from 'zod';
import { holdsSecret } from '#libs/pan-mask';
import { isHumanText } from '#libs/requests';
import { pageLimit } from '../edge/requests/schema-parts.js';

/** A number that a leaf or a size can be. */
export const size = z
  .string()
  .regex(/^(0|[1-9]\d{0,14})$/, 'must be a whole number')
  .transform(Number);

/** Queries are logged by proxies, and those of exports are in the trail. */
const word = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine(isHumanText, 'must be visible characters')
    .refine((text) => !holdsSecret(text), 'could be a card number or a credential: no line has it');

/** As it came, to the microsecond, which no Date has; of a year that PostgreSQL knows too. */
const moment = z.iso
  .datetime({ offset: true })
  .max(35)
  .refine((text) => text.startsWith('2'), 'must be a time of this millennium');

const FILTER = {
  cardId: z.string().min(1).max(64).optional(),
  action: word(64).optional().describe('e.g. `pin.validate`'),
  clientId: word(128).optional(),
  subject: word(256).optional().describe('The person, or for a program its client id'),
  requestId: word(128).optional(),
  from: moment.optional().describe('RFC 3339: lines of this time and later'),
  to: moment.optional().describe('Lines before this time'),
};

const inOrder = ({ from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }) =>
  from === undefined || to === undefined || Date.parse(from) <= Date.parse(to);
const OUT_OF_ORDER = { path: ['to'], message: 'must not be before `from`' };

export const listEventsSchema = z
  .strictObject({ ...FILTER, cursor: size.optional(), limit: pageLimit })
  .refine(inOrder, OUT_OF_ORDER);
export type ListEventsQuery = z.infer<typeof listEventsSchema>;

export const EXPORT_FORMATS = ['csv', 'jsonl'] as const;
export const exportEventsSchema = z
  .strictObject({ format: z.enum(EXPORT_FORMATS), ...FILTER })
  .refine(inOrder, OUT_OF_ORDER);
export type ExportEventsQuery = z.infer<typeof exportEventsSchema>;

import { z } from 'zod';

const size = z
  .string()
  .regex(/^(0|[1-9]\d{0,14})$/, 'must be a whole number')
  .transform(Number);

const limit = z
  .string()
  .regex(/^\d{1,3}$/, 'must be a whole number from 1 to 200')
  .transform(Number)
  .pipe(z.number().min(1).max(200))
  .default(50);

export const listEventsSchema = z.strictObject({
  cardId: z.string().min(1).max(64).optional(),
  cursor: size.optional(),
  limit,
});
export type ListEventsQuery = z.infer<typeof listEventsSchema>;

export const inclusionSchema = z.strictObject({ leafIndex: size, treeSize: size.optional() });
export type InclusionQuery = z.infer<typeof inclusionSchema>;

export const consistencySchema = z
  .strictObject({ from: size, to: size.optional() })
  .refine(({ from, to }) => to === undefined || from <= to, {
    path: ['to'],
    message: 'must not be below `from`',
  });
export type ConsistencyQuery = z.infer<typeof consistencySchema>;

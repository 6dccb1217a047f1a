import { z } from 'zod';

/** What the contract's bodies, queries and answers have in common. */

/** How many items a page has at most, in a query: 1 to 200, 50 unless given. */
export const pageLimit = z.coerce.number().int().min(1).max(200).default(50);

/** Why, for the person who has to approve. */
export const reason = z.string().min(5).max(200);

/** Such a call says nothing: no body, or an empty object. */
export const nothingSchema = z.strictObject({}).meta({ id: 'Nothing' }).nullish();

export const time = z.iso.datetime();

export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe('`cursor` of the next page; null on the last one'),
  });

/** Of an RSA key, as JWKs have them (RFC 7518, section 6.3.1). */
export const rsaPublicKey = { kty: z.literal('RSA'), kid: z.string(), n: z.string(), e: z.string() };

/** For a handler that accepts whatever query comes, and reads none of it: without a schema, a query is refused. */
export const anyQuery = z.looseObject({});

import { z } from 'zod';

/** How many items a page has at most, in a query: 1 to 200, 50 unless given. */
export const pageLimit = z.coerce.number().int().min(1).max(200).default(50);

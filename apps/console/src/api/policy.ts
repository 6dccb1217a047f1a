import { queryOptions } from '@tanstack/react-query';
import { answered, api } from './client.js';

/** The policy in force, for whoever may read it: `ops:read` or `ops:policy`. It rarely changes. */
export const policyQuery = queryOptions({
  queryKey: ['policy'],
  queryFn: ({ signal }) => answered(api.GET('/v1/admin/policy', { signal })),
  staleTime: 60_000,
});

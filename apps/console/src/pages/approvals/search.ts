import { cursorIn, given, oneIn, type Query } from '../../search.js';

export const STATUSES = ['pending', 'approved', 'rejected', 'lapsed'] as const;

export type ApprovalsSearch = ReturnType<typeof approvalsSearch>;

/** Which requests are listed: those that wait, unless something else is in the address. */
export function approvalsSearch(query: Query) {
  return { ...given({ status: oneIn(query, 'status', [...STATUSES, 'any'] as const) }), ...cursorIn(query) };
}

/** As the service takes it. */
export function approvalsQuery({ status = 'pending', cursor }: ApprovalsSearch) {
  return given({ status: status === 'any' ? undefined : status, cursor });
}

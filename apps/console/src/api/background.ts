import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { reach } from './reach.js';

/**
 * Of a read that nobody asked for: it does not keep the session of a person who has left, neither here nor at the
 * service.
 */
export const inBackground = {
  headers: { 'X-Console-Background': 'true' },
  fetch: (request: Request) => reach(request),
} as const;

/**
 * Keeps what a query has read up to date while its page is looked at.
 *
 * @param read with `inBackground`
 * @param everyMs null: not now
 */
export function useKeptUpToDate(
  queryKey: QueryKey,
  read: () => Promise<unknown>,
  everyMs: number | null,
): void {
  const queries = useQueryClient();
  const name = JSON.stringify(queryKey);
  const now = useRef(read);
  now.current = read;
  useEffect(() => {
    if (everyMs === null) return undefined;
    const timer = window.setInterval(() => {
      if (document.visibilityState !== 'visible') return;
      // A failure is a state of the query, which its page shows.
      queries
        .query({
          queryKey: JSON.parse(name) as QueryKey,
          queryFn: () => now.current(),
          staleTime: 0,
          retry: false,
        })
        .catch(() => undefined);
    }, everyMs);
    return () => window.clearInterval(timer);
  }, [queries, name, everyMs]);
}

import { useQuery, type QueryKey, type UseQueryResult } from '@tanstack/react-query';
import { inBackground, useKeptUpToDate } from '../../api/background.js';

type Options = typeof inBackground | { readonly signal: AbortSignal };

/** Of what changes by itself, but which nobody waits for. */
const EVERY_MINUTE_MS = 60_000;

/** What is read when the page is come to, and from then on by itself, without keeping the session. */
export function useKept<Data>(
  queryKey: QueryKey,
  read: (options: Options) => Promise<Data>,
  everyMs = EVERY_MINUTE_MS,
): UseQueryResult<Data> {
  const query = useQuery({ queryKey, queryFn: ({ signal }) => read({ signal }) });
  useKeptUpToDate(queryKey, () => read(inBackground), everyMs);
  return query;
}

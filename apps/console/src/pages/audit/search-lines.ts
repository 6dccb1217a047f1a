import { answered, api, type Schemas } from '../../api/client.js';
import { given } from '../../search.js';
import { queryOf, type FilterValues } from './filters.js';

const LINES_A_PAGE = 50;
/** The service looks at 20,000 lines a call. */
const CALLS_AT_MOST = 10;

export interface FoundLines {
  readonly lines: readonly Schemas['AuditEvent'][];
  readonly nextCursor: string | null;
  readonly searchedTo: string | null;
  /** It has ended before there was a page of lines, and there is more to look at. */
  readonly isShort: boolean;
}

interface Asked {
  readonly values: FilterValues;
  readonly cursor: string | undefined;
  readonly signal: AbortSignal;
}

/** A page of lines that fit; where they are rare, what was found in a while. @throws Problem */
export async function searchLines({ values, cursor, signal }: Asked): Promise<FoundLines> {
  const lines: Schemas['AuditEvent'][] = [];
  let [next, searchedTo]: [string | null, string | null] = [cursor ?? null, null];
  for (let calls = 0; calls === 0 || (next !== null && calls < CALLS_AT_MOST); calls += 1) {
    const query = {
      ...queryOf(values),
      ...given({ cursor: next ?? undefined }),
      limit: LINES_A_PAGE - lines.length,
    };
    const page = await answered(api.GET('/v1/admin/audit', { params: { query }, signal }));
    lines.push(...page.items);
    [next, searchedTo] = [page.nextCursor, page.searchedTo ?? searchedTo];
    if (lines.length >= LINES_A_PAGE) break;
  }
  const isShort = next !== null && lines.length < LINES_A_PAGE;
  return { lines, nextCursor: next, searchedTo, isShort };
}

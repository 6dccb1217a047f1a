import { Link } from '@tanstack/react-router';

interface PagerProps {
  /** Of the page that is shown; from the address. */
  readonly cursor: string | undefined;
  readonly nextCursor: string | null;
}

/** Pages by cursor, which is in the address: the browser's Back is the way back. */
export function Pager({ cursor, nextCursor }: PagerProps) {
  if (cursor === undefined && nextCursor === null) return null;
  return (
    <nav className="pager" aria-label="Pages">
      {cursor !== undefined && (
        <Link to="." search={firstPage} className="button button-plain">
          First page
        </Link>
      )}
      {nextCursor !== null && (
        <Link to="." search={(search) => ({ ...search, cursor: nextCursor })} className="button button-plain">
          Next page
        </Link>
      )}
    </nav>
  );
}

function firstPage<Search extends { readonly cursor?: string }>({ cursor: _cursor, ...search }: Search) {
  return search;
}

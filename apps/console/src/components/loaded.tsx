import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { asProblem } from '../api/problem.js';
import { Button } from './button.js';
import { ProblemBox } from './problem-box.js';
import { Time } from './time.js';

interface LoadedProps<Data> {
  readonly query: UseQueryResult<Data>;
  readonly children: (data: Data) => ReactNode;
}

/** What was read; or that it is being read, or why not. Data that cannot be read anew stay, with the time they are of. */
export function Loaded<Data>({ query, children }: LoadedProps<Data>) {
  const { data, error, dataUpdatedAt } = query;
  const again = () => void query.refetch();
  if (data === undefined) {
    return error === null ? <Loading /> : <ProblemBox problem={asProblem(error)} onRetry={again} />;
  }
  return (
    <div className="loaded" aria-busy={query.isPlaceholderData || undefined}>
      {error !== null && <Stale error={error} readAt={dataUpdatedAt} onRetry={again} />}
      {children(data)}
    </div>
  );
}

export function Loading() {
  return (
    <p className="loading" role="status">
      Loading…
    </p>
  );
}

/** There is nothing to show, which is not the same as a failure. */
export function Empty({ children }: { readonly children: ReactNode }) {
  return <p className="empty">{children}</p>;
}

interface StaleProps {
  readonly error: Error;
  readonly readAt: number;
  readonly onRetry: () => void;
}

function Stale({ error, readAt, onRetry }: StaleProps) {
  const problem = asProblem(error);
  const shown = (
    <>
      Shown is the state of <Time at={readAt} style="clock" />.
    </>
  );
  if (problem.status !== 0) {
    return (
      <ProblemBox problem={problem} onRetry={onRetry}>
        <p>{shown}</p>
      </ProblemBox>
    );
  }
  return (
    <p className="notice notice-warning" role="status">
      <span>No connection. {shown}</span> <Button onClick={onRetry}>Try again</Button>
    </p>
  );
}

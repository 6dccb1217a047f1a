import { Link, type ErrorComponentProps } from '@tanstack/react-router';
import { asProblem } from '../api/problem.js';
import { Loading } from '../components/loaded.js';
import { PageHead } from '../components/page-head.js';
import { ProblemBox } from '../components/problem-box.js';

/** While the code of a page, or the session, is on its way. */
export function PendingPage() {
  return <Loading />;
}

/** A page broke, or could not be fetched. */
export function ErrorPage({ error }: ErrorComponentProps) {
  const problem = asProblem(error);
  return (
    <div className="alone">
      <PageHead title="This page cannot be shown" />
      <ProblemBox problem={problem} onRetry={() => window.location.reload()} />
    </div>
  );
}

/** As ErrorPage, where there is nothing around the page. */
export function LonelyErrorPage(props: ErrorComponentProps) {
  return (
    <main>
      <ErrorPage {...props} />
    </main>
  );
}

/** Nothing is at this address. */
export function NotFoundPage() {
  return (
    <div className="alone">
      <PageHead title="There is no such page" />
      <p>
        <Link to="/">To the overview</Link>
      </p>
    </div>
  );
}

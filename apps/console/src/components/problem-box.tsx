import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { faultsOf, particularsOf, type Problem } from '../api/problem.js';
import { signIn, useMay } from '../api/session.js';
import { momentOf } from '../search.js';
import { Button } from './button.js';
import { Members } from './json-value.js';
import { UntrustedText } from './untrusted-text.js';

interface ProblemBoxProps {
  readonly problem: Problem;
  /** Does the same again; offered where that can help. */
  readonly onRetry?: (() => void) | undefined;
  readonly children?: ReactNode;
}

/** What was refused, what to do about it, and the request id that support asks for. */
export function ProblemBox({ problem, onRetry, children }: ProblemBoxProps) {
  const faults = faultsOf(problem);
  const particulars = particularsOf(problem);
  return (
    <div className="problem" role="alert">
      <p className="problem-title">{titleOf(problem)}</p>
      <p>{detailOf(problem)}</p>
      {faults.length > 0 && (
        <ul>
          {faults.map((fault) => (
            <li key={fault}>
              <UntrustedText>{fault}</UntrustedText>
            </li>
          ))}
        </ul>
      )}
      {Object.keys(particulars).length > 0 && <Members value={particulars} />}
      {children}
      <Remedy problem={problem} onRetry={onRetry} />
      <p className="problem-code">
        <code>{problem.code}</code>
        {problem.requestId !== null && (
          <>
            {' · request '}
            <code>
              <UntrustedText>{problem.requestId}</UntrustedText>
            </code>
            <InTrail problem={problem} requestId={problem.requestId} />
          </>
        )}
      </p>
    </div>
  );
}

/** Refusals for want of rights and faults of the service are counted in the trail, without their request ids. */
const COUNTED = [0, 401, 403, 404, 429];
const SINCE_MS = 900_000;

function InTrail({ problem, requestId }: { readonly problem: Problem; readonly requestId: string }) {
  const mayRead = useMay('audit:read');
  const [from] = useState(() => momentOf(Date.now() - SINCE_MS));
  if (!mayRead || COUNTED.includes(problem.status) || problem.status >= 500) return null;
  return (
    <>
      {' · '}
      <Link to="/audit" search={{ request_id: requestId, from }}>
        In the audit trail
      </Link>
    </>
  );
}

function Remedy({ problem, onRetry }: Pick<ProblemBoxProps, 'problem' | 'onRetry'>) {
  if (problem.code === 'LOGIN_TOO_OLD')
    return <Button onClick={() => signIn({ fresh: true })}>Sign in again</Button>;
  if (problem.isSessionOver) return <Button onClick={() => signIn()}>Sign in</Button>;
  if (onRetry !== undefined && (problem.isUndecided || problem.status === 429))
    return <Button onClick={onRetry}>Try again</Button>;
  return null;
}

function titleOf(problem: Problem): string {
  if (problem.code === 'LOGIN_TOO_OLD') return 'Sign in again for this';
  // The contract speaks to programs here.
  if (problem.code === 'SCOPE_MISSING') return 'Your rights do not allow this';
  return problem.isSessionOver ? 'You are signed out' : problem.title;
}

function detailOf(problem: Problem): string {
  if (problem.code === 'LOGIN_TOO_OLD')
    return 'This takes a login of the last minutes. What you have typed is kept, and is here again after you have signed in.';
  if (problem.code === 'SCOPE_MISSING') return 'Ask who administers your account.';
  return problem.isSessionOver ? 'The session has ended. This page stays as it is.' : problem.detail;
}

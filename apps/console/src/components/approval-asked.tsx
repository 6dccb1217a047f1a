import { Link } from '@tanstack/react-router';
import type { Schemas } from '../api/client.js';
import { Notice } from './facts.js';
import { Time } from './time.js';

/** It takes a second person: what was asked for waits (202). */
export function ApprovalAsked({ asked }: { readonly asked: Schemas['ApprovalRequested'] }) {
  return (
    <div role="status">
      <Notice tone="warning">
        This takes a second person. What you asked for waits until <Time at={asked.expiresAt} /> as{' '}
        <Link to="/approvals/$approvalId" params={{ approvalId: asked.approvalId }}>
          an approval
        </Link>
        , which anybody else with the same right may decide on.
      </Notice>
    </div>
  );
}

/** Is this the answer of a call that waits for a second person? */
export function isAsked(answer: object | undefined): answer is Schemas['ApprovalRequested'] {
  return answer !== undefined && 'approvalId' in answer && 'expiresAt' in answer && !('status' in answer);
}

import { Link } from '@tanstack/react-router';
import { answered, api } from '../../api/client.js';
import { formatNumber } from '../../components/format.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { nameOfKind } from '../approvals/kinds.js';
import { countOf } from './count-of.js';
import { useKept } from './use-kept.js';

/** So many are shown here; the section shows the rest. */
const SHOWN = 5;
const FIRST_PAGE = 100;

/** Requests on which somebody has to decide. */
export function WaitingApprovals() {
  const params = { query: { status: 'pending' as const, limit: FIRST_PAGE } };
  const query = useKept(['approvals', params.query], (options) =>
    answered(api.GET('/v1/admin/approvals', { params, ...options })),
  );
  return (
    <Loaded query={query}>
      {({ items, nextCursor }) =>
        items.length === 0 ? (
          <Empty>Nothing waits for a decision that your rights are about.</Empty>
        ) : (
          <>
            <Count>{countOf(items.length, nextCursor)}</Count>
            <ul className="entries">
              {items.slice(0, SHOWN).map(({ approvalId, kind, reason, requestedBy, expiresAt }) => (
                <li key={approvalId}>
                  <strong>
                    <Link to="/approvals/$approvalId" params={{ approvalId }}>
                      {nameOfKind(kind)}
                    </Link>
                  </strong>
                  {reason !== undefined && <UntrustedText>{reason}</UntrustedText>}
                  <span className="muted">
                    asked by <UntrustedText>{requestedBy}</UntrustedText>, until{' '}
                    <Time at={expiresAt} style="short" />
                  </span>
                </li>
              ))}
            </ul>
          </>
        )
      }
    </Loaded>
  );
}

/** Cards that only an unlock or a reset helps. */
export function LockedCards() {
  const params = { query: { pinStatus: 'locked' as const, limit: FIRST_PAGE } };
  const query = useKept(['cards', params.query], (options) =>
    answered(api.GET('/v1/admin/cards', { params, ...options })),
  );
  return (
    <Loaded query={query}>
      {({ items, nextCursor }) =>
        items.length === 0 ? (
          <Empty>No card is locked.</Empty>
        ) : (
          <>
            <Count>{countOf(items.length, nextCursor)}</Count>
            <ul className="entries">
              {items.slice(0, SHOWN).map(({ cardId, cardRef, lockedAt, failuresWithoutSuccess }) => (
                <li key={cardId}>
                  <strong>
                    <Link to="/cards/$cardId" params={{ cardId }}>
                      <UntrustedText>{cardRef}</UntrustedText>
                    </Link>
                  </strong>
                  <span className="muted">
                    {lockedAt !== undefined && (
                      <>
                        <Time at={lockedAt} style="short" />,{' '}
                      </>
                    )}
                    {formatNumber(failuresWithoutSuccess)} failures in a row
                  </span>
                </li>
              ))}
            </ul>
          </>
        )
      }
    </Loaded>
  );
}

function Count({ children }: { readonly children: string }) {
  return <p className="count">{children}</p>;
}
